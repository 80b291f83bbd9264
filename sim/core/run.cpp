#include "sim/core/run.h"

#include "sim/city/osm.h"
#include "sim/city/plane.h"
#include "sim/core/observer.h"
#include "sim/directives/dispatch.h"
#include "sim/directives/documents.h"
#include "sim/truth/book.h"
#include "sim/truth/files.h"
#include "sim/truth/together.h"
#include "terminal/journal/observation_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>

namespace lujing::sim {
namespace {

constexpr double step_s = 0.02;
constexpr double booted_before_s = 20;  // the boot clock at the scenario's start
constexpr double starts_in_s = 8;       // from supply to the first observation

/// One vehicle's journal: a file a boot, named as the terminal's ring names them.
class Journals {
 public:
  Journals(std::string folder, protocol::JournalHeader header)
      : folder_(std::move(folder)), header_(std::move(header)) {}

  Result<void> begin(std::uint64_t boot_id, UtcTime now) {
    end();
    header_.boot_id = boot_id;
    header_.created_utc_ms = now.ms;
    auto writer = protocol::JournalWriter::create(
        fmt::format("{}/seg-{:016x}-{:08d}.ljj", folder_, boot_id, ++number_), header_);
    if (!writer) {
      return writer.error();
    }
    writer_.emplace(std::move(writer).value());
    return {};
  }
  void add(const hal::Observation& observation) {
    encoder_.add(observation);
    if (encoder_.full()) {
      cut();
    }
  }
  void end() {
    if (writer_) {
      cut();
      writer_->flush(false).ok() ? void() : void(failed_ = true);
      writer_.reset();
    }
  }
  bool failed() const { return failed_; }

 private:
  void cut() {
    if (!encoder_.empty()) {
      writer_->append(encoder_.bytes());
      encoder_.clear();
    }
  }

  std::string folder_;
  protocol::JournalHeader header_;
  std::optional<protocol::JournalWriter> writer_;
  journal::ObservationEncoder encoder_;
  int number_ = 0;
  bool failed_ = false;
};

class VehicleRun {
 public:
  VehicleRun(const Scenario& scenario, const City& city, const VehiclePlan& plan,
             const CoreOptions& options, std::vector<Told> told)
      : scenario_(scenario),
        city_(city),
        plan_(plan),
        options_(options),
        told_(std::move(told)),
        boots_(scenario.seed, "boots of " + plan.id) {}

  /// Runs to the end; `pass` is told every simulated minute.
  Result<VehicleTruth> run(const std::function<void(double)>& pass) {
    if (auto ready = prepare(); !ready) {
      return ready.error();
    }
    Vehicle vehicle = make_vehicle(city_, plan_, scenario_.seed);
    TruthBook book(scenario_, city_, plan_);
    Observer observer(scenario_, city_, plan_, wires(plan_.type, options_.terminal.knows));
    const Observer::Tell tell = [this](const hal::Observation& o) { journals_->add(o); };
    std::ofstream track(options_.folder + "/truth/track/" + plan_.id + ".jsonl");
    const auto steps = static_cast<std::int64_t>(std::llround(scenario_.duration_s / step_s));
    double boot_at_s = 0;
    bool on = false;
    for (std::int64_t step = 0; step < steps; ++step) {
      const double t_s = static_cast<double>(step + 1) * step_s;
      vehicle.step(city_, t_s, step_s);
      const VehicleState& state = vehicle.state();
      book.take(state);
      const bool supplied =
          plan_.faults.empty() || active_fault(plan_.faults, FaultKind::power_cut, t_s) == nullptr;
      if (!supplied) {
        on = false;
        boot_at_s = t_s + starts_in_s;
      }
      if (journals_ && supplied && !on && t_s >= boot_at_s) {
        on = true;
        const std::uint64_t boot_id = boots_.bits();
        const UtcTime now{scenario_.start.ms + std::llround(t_s * 1000)};
        if (auto begun = journals_->begin(boot_id, now); !begun) {
          return begun.error();
        }
        observer.boot(t_s - (step == 0 ? booted_before_s : starts_in_s), boot_id, tell);
        next_told_ = 0;  // each boot hears of all that is in force
      }
      if (on) {
        tell_directives(observer, t_s, tell);
      }
      if (journals_) {
        on ? observer.take(state, tell) : observer.pass(state);
      }
      if (step % 3000 == 2999) {
        track << book.take_track();
        pass(60);
      }
    }
    book.finish(vehicle.state());
    track << book.take_track();
    track.close();
    if (journals_) {
      journals_->end();
    }
    if (!track || (journals_ && journals_->failed())) {
      return Error("writing " + options_.folder + ": is the disk full?");
    }
    return book.whole();
  }

 private:
  Result<void> prepare() {
    const std::string own = options_.folder + "/" + plan_.id;
    if (!options_.journals) {
      return {};
    }
    std::error_code error;
    std::filesystem::create_directories(own + "/data/journal", error);
    WiredVehicle wired;
    wired.id = plan_.id;
    wired.type = name_of(plan_.type);
    wired.plate = plan_.plate;
    wired.gps = "/dev/null";
    wired.can = "/dev/null";
    wired.modbus = has_collector(plan_.type) ? "/dev/null" : "";
    wired.driver_reader = plan_.driver != DriverCard::no_reader;
    for (const Task& task : plan_.tasks) {
      wired.driver_page = wired.driver_page ||
                          std::any_of(task.deeds.begin(), task.deeds.end(), [](const TaskDeed& d) {
                            return d.deed.kind == DeedKind::mark;
                          });
    }
    const std::string toml = own + "/terminal.toml";
    TerminalOptions terminal = options_.terminal;
    terminal.profile = options_.folder + "/profile.toml";
    terminal.gnss_latency_s = receiver_latency_s;
    if (auto written = write_text(toml, terminal_toml(wired, options_.folder, terminal));
        !written) {
      return written;
    }
    protocol::JournalHeader header;
    if (options_.header) {
      auto made = options_.header(toml);
      if (!made) {
        return made.error();
      }
      header = std::move(made).value();
    }
    header.terminal_id = plan_.id;
    header.software = "lujing-sim";
    journals_.emplace(own + "/data/journal", std::move(header));
    return keep_bodies(told_, own + "/data/directives");
  }

  void tell_directives(const Observer& observer, double t_s, const Observer::Tell& tell) {
    for (; next_told_ < told_.size() && told_[next_told_].at_s <= t_s; ++next_told_) {
      // A terminal that boots late has only the last of each kind.
      const Told& one = told_[next_told_];
      const bool replaced = std::any_of(
          told_.begin() + static_cast<std::ptrdiff_t>(next_told_) + 1, told_.end(),
          [&](const Told& later) { return later.what.kind == one.what.kind && later.at_s <= t_s; });
      if (!replaced) {
        observer.direct(one.what, t_s, tell);
      }
    }
  }

  const Scenario& scenario_;
  const City& city_;
  const VehiclePlan& plan_;
  const CoreOptions& options_;
  std::vector<Told> told_;
  std::size_t next_told_ = 0;
  Random boots_;
  std::optional<Journals> journals_;
};

}  // namespace

Result<std::string> write_profile(const Scenario& scenario, const std::string& share,
                                  const std::string& folder) {
  const std::string base = share + "/profiles/default.toml";
  std::ifstream file(base, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (text.empty()) {
    return Error(base + " is not there: name the folder of profiles and vehicles with --share");
  }
  const std::string path = folder + "/profile.toml";
  if (auto written = write_text(path, rule_set_document(text, scenario)); !written) {
    return written.error();
  }
  return path;
}

Result<City> make_city(const Scenario& scenario) {
  auto city = scenario.osm.empty() ? Result<City>(City::generate(scenario.city))
                                   : read_osm(scenario.osm, scenario.city.seed);
  if (!city) {
    return city;
  }
  if (auto there = check_places(scenario, *city); !there) {
    return there.error();
  }
  city->set_traffic({scenario.city.traffic, scenario.city.seed});
  for (const DrawnZone& drawn : scenario.zones) {
    constexpr int corners = 12;
    const Offset middle = plus(city->point(start_spot(*city, drawn.at)), {drawn.aside_m, 0});
    Zone zone{drawn.kind, "划定区", {}};
    for (int n = 0; n < corners; ++n) {
      const double angle = 2 * pi * n / corners;
      zone.area.push_back(plus(middle, times({std::cos(angle), std::sin(angle)}, drawn.radius_m)));
    }
    city->add(std::move(zone));
  }
  return city;
}

Result<std::vector<VehicleFindings>> run_core(const Scenario& scenario, const City& city,
                                              const CoreOptions& options) {
  std::error_code error;
  for (const VehiclePlan& plan : scenario.vehicles) {
    std::filesystem::remove_all(options.folder + "/" + plan.id, error);
  }
  std::filesystem::remove_all(options.folder + "/truth", error);
  std::filesystem::create_directories(options.folder + "/truth/track", error);
  if (auto written = write_city(city, options.folder + "/city"); !written) {
    return written.error();
  }
  std::optional<Dispatch> dispatch;
  if (options.journals) {
    if (auto profile = write_profile(scenario, options.terminal.share, options.folder); !profile) {
      return profile.error();
    }
    auto made = Dispatch::of(scenario, city, options.folder + "/city", options.roads);
    if (!made) {
      return made.error();
    }
    dispatch = std::move(*made);
  }
  std::vector<std::optional<VehicleTruth>> truths(scenario.vehicles.size());
  std::optional<Error> failed;
  std::mutex mutex;  // guards failed, done_s and the progress function
  double done_s = 0;
  std::atomic<std::size_t> next{0};
  const double all_s = scenario.duration_s * static_cast<double>(scenario.vehicles.size());
  const auto work = [&] {
    for (std::size_t n = next++; n < scenario.vehicles.size(); n = next++) {
      const VehiclePlan& plan = scenario.vehicles[n];
      VehicleRun run(scenario, city, plan, options,
                     dispatch ? dispatch->told(plan) : std::vector<Told>());
      auto truth = run.run([&](double seconds) {
        const std::lock_guard lock(mutex);
        done_s += seconds;
        if (options.progress) {
          options.progress(done_s, all_s);
        }
      });
      const std::lock_guard lock(mutex);
      if (truth) {
        truths[n] = std::move(truth).value();
      } else {
        failed = truth.error().in(scenario.vehicles[n].id);
      }
    }
  };
  std::vector<std::thread> threads;
  for (unsigned n = 1; n < options.jobs; ++n) {
    threads.emplace_back(work);
  }
  work();
  for (std::thread& thread : threads) {
    thread.join();
  }
  if (failed) {
    return *failed;
  }
  std::vector<VehicleTruth> whole;
  whole.reserve(truths.size());
  for (auto& truth : truths) {
    whole.push_back(std::move(*truth));
  }
  judge_together(scenario, city, whole);
  std::vector<VehicleFindings> findings;
  findings.reserve(whole.size());
  for (const VehicleTruth& truth : whole) {
    findings.push_back({truth.vehicle, truth.found});
  }
  if (auto written = write_truth(options.folder + "/truth", scenario, city, whole); !written) {
    return written.error();
  }
  return findings;
}

}  // namespace lujing::sim
