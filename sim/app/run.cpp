#include "sim/app/run.h"

#include "sim/app/beside.h"
#include "sim/app/terminals.h"
#include "sim/city/geojson.h"
#include "sim/core/run.h"
#include "sim/devices/rig.h"
#include "sim/terminal_files.h"
#include "sim/truth/book.h"
#include "sim/truth/files.h"
#include "sim/truth/recorder.h"
#include "sim/truth/together.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

namespace lujing::sim {
namespace {

volatile std::sig_atomic_t asked_to_end = 0;

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { asked_to_end = 1; };
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

Result<std::vector<Rig>> wire_all(const World& world, const RunOptions& options) {
  std::vector<Rig> rigs;
  for (std::size_t i = 0; i < world.vehicles().size(); ++i) {
    const std::string folder = options.folder + "/" + world.vehicles()[i].config().id;
    auto rig = Rig::wire(world, i, {folder, options.gpsd});
    if (!rig) {
      return rig.error();
    }
    rigs.push_back(std::move(rig).value());
  }
  return rigs;
}

Result<void> announce(const World& world, const std::vector<Rig>& rigs, const std::string& folder) {
  std::ofstream(folder + "/city.geojson") << to_geojson(world.city());
  std::vector<WiredVehicle> wired;
  for (std::size_t i = 0; i < rigs.size(); ++i) {
    const VehicleConfig& config = world.vehicles()[i].config();
    const Rig& rig = rigs[i];
    wired.push_back({config.id, name_of(config.type), config.plate, rig.gps_device(),
                     rig.can_device(), rig.modbus_device(), rig.gpsd_port(),
                     !world.plans().empty() && world.plans()[i].driver != DriverCard::no_reader});
    fmt::print("{} ({}): gps {}, can {}{}{}\n", config.id, name_of(config.type), rig.gps_device(),
               rig.can_device(),
               rig.modbus_device().empty() ? "" : ", modbus " + rig.modbus_device(),
               rig.gpsd_port() ? fmt::format(", gpsd on port {}", *rig.gpsd_port()) : "");
  }
  return write_vehicles(folder, wired);
}

/// Steps in real time until it is over or somebody asks for the end.
void drive(World& world, std::vector<Rig>& rigs, std::optional<double> duration_s,
           const std::function<bool()>& after_step) {
  const auto step = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(World::step_s));
  auto next = std::chrono::steady_clock::now();
  while (asked_to_end == 0 && (!duration_s || world.t_s() < *duration_s)) {
    next += step;
    std::this_thread::sleep_until(next);
    world.step();
    for (Rig& rig : rigs) {
      rig.tick(world);
    }
    if (!after_step()) {
      return;
    }
  }
}

/// Enrolled, told what the platform would have told them, started; waits until they listen, so that
/// the scenario's first second is theirs.
Result<Terminals> start_terminals(const Scenario& scenario, const World& world,
                                  std::vector<Rig>& rigs, const RunOptions& options) {
  auto terminals =
      Terminals::prepare(scenario, world.city(),
                         {options.folder, options.share,
                          options.terminal.empty() ? usual_terminal() : options.terminal});
  if (!terminals) {
    return terminals.error();
  }
  if (auto started = terminals->start(); !started) {
    return started.error();
  }
  constexpr int looks = 1000;
  for (int look = 0; look < looks && asked_to_end == 0; ++look) {
    if (const auto id = terminals->fallen()) {
      return Error("the terminal " + *id + " has ended; it said why in " + options.folder + "/" +
                   *id + "/terminal.log");
    }
    const auto listening =
        std::count_if(rigs.begin(), rigs.end(), [](Rig& rig) { return rig.serve(); });
    if (listening == static_cast<std::ptrdiff_t>(rigs.size())) {
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return terminals;
}

/// The truth as core mode writes it.
Result<void> write_whole_truth(const RunOptions& options, const Scenario& scenario,
                               const World& world, std::deque<TruthBook>& books) {
  std::error_code error;
  std::filesystem::create_directories(options.folder + "/truth/track", error);
  std::vector<VehicleTruth> truths;
  for (std::size_t n = 0; n < books.size(); ++n) {
    TruthBook& book = books[n];
    book.finish(world.vehicles()[n].state());
    const std::string& id = scenario.vehicles[n].id;
    std::ofstream(options.folder + "/truth/track/" + id + ".jsonl") << book.take_track();
    truths.push_back(book.whole());
  }
  judge_together(scenario, world.city(), truths);
  if (auto written = write_city(world.city(), options.folder + "/city"); !written) {
    return written;
  }
  return write_truth(options.folder + "/truth", scenario, world.city(), truths);
}

void make_ready(const RunOptions& options) {
  watch_signals();
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  std::filesystem::remove(options.folder + "/vehicles.json", error);
}

}  // namespace

Result<void> run_live(const RunOptions& options) {
  make_ready(options);
  auto world = World::scenario(options.scenario, options.seed, utc_now());
  if (!world) {
    return world.error();
  }
  auto truth = TruthRecorder::create(options.folder + "/truth", *world);
  auto rigs = truth ? wire_all(*world, options) : Result<std::vector<Rig>>(truth.error());
  if (!rigs) {
    return rigs.error();
  }
  // Starting the gpsds took a moment: the vehicles' day begins now.
  world = World::scenario(options.scenario, options.seed, utc_now());
  truth = TruthRecorder::create(options.folder + "/truth", *world);
  if (auto announced = announce(*world, *rigs, options.folder); !announced) {
    return announced;
  }
  fmt::print("running; Ctrl-C ends it\n");
  std::fflush(stdout);
  drive(*world, *rigs, options.duration_s, [&] {
    truth->take(*world);
    return true;
  });
  std::error_code error;
  std::filesystem::remove(options.folder + "/vehicles.json", error);
  return {};
}

Result<void> run_live(const RunOptions& options, const Scenario& scenario) {
  make_ready(options);
  auto city = make_city(scenario);
  if (!city) {
    return city.error();
  }
  World world = World::of(scenario, std::move(city).value());
  auto rigs = wire_all(world, options);
  if (!rigs) {
    return rigs.error();
  }
  std::deque<TruthBook> books;
  for (const VehiclePlan& plan : scenario.vehicles) {
    books.emplace_back(scenario, world.city(), plan);
  }
  if (auto announced = announce(world, *rigs, options.folder); !announced) {
    return announced;
  }
  std::optional<Terminals> terminals;
  if (options.terminals) {
    auto started = start_terminals(scenario, world, *rigs, options);
    if (!started) {
      return started.error();
    }
    terminals.emplace(std::move(*started));
  }
  fmt::print("running; Ctrl-C ends it\n");
  std::fflush(stdout);
  Result<void> trouble;
  drive(world, *rigs, options.duration_s.value_or(scenario.duration_s), [&] {
    for (std::size_t n = 0; n < books.size(); ++n) {
      books[n].take(world.vehicles()[n].state());
    }
    if (terminals) {
      trouble = terminals->follow(world.t_s());
    }
    return trouble.ok();
  });
  terminals.reset();
  std::error_code error;
  std::filesystem::remove(options.folder + "/vehicles.json", error);
  auto written = write_whole_truth(options, scenario, world, books);
  return trouble.ok() ? written : trouble;
}

}  // namespace lujing::sim
