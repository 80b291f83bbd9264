// From a machine's signals and stretches of road to credited kerbs, against a made truth: 200
// shifts by honest, lazy and cheating drivers. The roads are taken as matched, with the error along
// them that a fused track has; what matching itself gets wrong is another study.
#include "terminal/config/work_profile.h"
#include "terminal/core/work/coverage.h"
#include "terminal/core/work/coverage_writer.h"
#include "tests/accuracy/study.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

namespace lujing::accuracy {
namespace {

constexpr int shifts = 200;
constexpr int links = 60;
constexpr double tick_s = 0.1;
constexpr double odometer_error = 0.004;

enum class Driver { honest, lazy, cheating };

struct Sums {
  double true_cm = 0;
  double credited_cm = 0;
  double false_cm = 0;   ///< credited and not cleaned
  double missed_cm = 0;  ///< cleaned and not credited
  double wrong_kerb_cm = 0;
  std::vector<double> route_error;  ///< points
};

core::WorkProfile connected() {
  auto profile =
      config::load_work_profile(std::string(LUJING_SOURCE_DIR) + "/deploy/vehicles/sweeper.toml");
  if (!profile) return {};
  std::uint16_t id = 0;
  for (core::WorkFact& fact : profile->facts) {
    if (fact.word != "fan_on" && fact.word != "sewage_full") {
      fact.source = {core::WorkSource::Kind::signal, id};
    }
    ++id;
  }
  return *profile;
}

/// One shift: every link once in each direction, or less, as the driver likes.
class Shift {
 public:
  Shift(const core::WorkProfile& profile, Driver driver, std::uint64_t seed)
      : driver_(driver), random_(seed), engine_(profile), writer_(profile, {}) {
    for (std::uint16_t i = 0; i < profile.facts.size(); ++i) {
      const std::string& word = profile.facts[i].word;
      if (word == "brush_rpm") brush_ = i;
      if (word == "suction_down") suction_ = i;
      if (word == "side_right") right_ = i;
      if (word == "side_left" || word == "side_full") say(i, 0);
    }
    say(right_, 1);
  }

  void run(Sums& sums) {
    for (int i = 0; i < links; ++i) {
      core::Link link;
      link.length_cm = 8'000 + static_cast<std::uint32_t>(random_() % 22'000);
      link.width_dm = 120;
      link.flags = core::link_flag::forward | core::link_flag::backward;
      links_.push_back(link);
      truth_.emplace_back(2, std::vector<bool>(link.length_cm));
    }
    for (int i = 0; i < links; ++i) {
      for (const bool backward : {false, true}) drive(static_cast<core::LinkId>(i), backward);
    }
    std::vector<protocol::Payload> rest;
    writer_.flush(rest);
    book(rest);
    ledger_.settle();
    add_to(sums);
  }

 private:
  double draw() { return std::uniform_real_distribution<double>(0, 1)(random_); }
  void say(std::uint16_t id, double value) {
    engine_.take(now_, hal::CanSignal{id, hal::SignalState::ok, value});
  }

  /// Whether the machine works for the next stretch of its own choice, in metres.
  void choose() {
    const double idle = driver_ == Driver::honest ? 0.04 : driver_ == Driver::lazy ? 0.25 : 0.4;
    const bool idles = draw() < idle;
    brush_on_ = !idles || driver_ == Driver::cheating;  // a cheat lets the brush turn in the air
    mouth_down_ = !idles;
    change_after_m_ = 30 + draw() * 300;
  }

  void drive(core::LinkId id, bool backward) {
    const core::Link& link = links_[id];
    const double length_m = link.length_cm / 100.0;
    core::Driven driven;
    driven.edge = core::EdgeId::of(id, backward);
    driven.entered = now_;
    driven.from_m = backward ? length_m : 0;
    driven.sure = 0.99;
    double gone_m = 0;
    double committed_m = 0;
    while (gone_m < length_m) {
      if (change_after_m_ <= 0) choose();
      const double mps = 1.6 + 0.4 * std::sin(now_.seconds() / 20);
      const double step_m = std::min(mps * tick_s, length_m - gone_m);
      clean(id, backward, gone_m, gone_m + step_m);
      gone_m += step_m;
      change_after_m_ -= step_m;
      driven_m_ += step_m * (1 + odometer_error);
      tick();
      wander_m_ += (std::normal_distribution<double>(0, 1)(random_) * 0.06 - wander_m_ * 0.0008);
      const bool end = gone_m >= length_m;
      if (!end && gone_m - committed_m < 10) continue;
      const double seen_m =
          end ? length_m
              : std::clamp(gone_m + std::clamp(wander_m_, -4.0, 4.0), committed_m, length_m);
      driven.to_m = backward ? length_m - seen_m : seen_m;
      driven.left = now_;
      waiting_.push_back(driven);
      driven.from_m = driven.to_m;
      driven.entered = now_;
      driven.joined = true;
      committed_m = seen_m;
    }
    commit();
  }

  /// Matching is sure some seconds later.
  void commit() {
    std::vector<protocol::Payload> out;
    while (!waiting_.empty() && now_.ns - waiting_.front().left.ns > 8 * ns_per_s) {
      const core::Driven driven = waiting_.front();
      waiting_.erase(waiting_.begin());
      writer_.take(driven, links_[driven.edge.link()], 1, history_, true, out);
    }
    book(out);
  }

  void clean(core::LinkId id, bool backward, double from_m, double to_m) {
    if (!brush_on_ || !mouth_down_) return;
    const auto length = static_cast<double>(links_[id].length_cm);
    double from = from_m * 100;
    double to = to_m * 100;
    if (backward) {
      std::swap(from, to);
      from = length - from;
      to = length - to;
    }
    auto& kerb = truth_[id][backward ? 0 : 1];
    for (auto cm = static_cast<std::size_t>(std::max(0.0, from));
         cm < std::min<std::size_t>(kerb.size(), static_cast<std::size_t>(std::lround(to))); ++cm) {
      kerb[cm] = true;
    }
  }

  void tick() {
    now_.ns += static_cast<std::int64_t>(tick_s * 1e9);
    say(brush_, brush_on_ ? 120 : 0);
    say(suction_, mouth_down_ ? 1 : 0);
    const auto& state = engine_.judge(now_);
    history_.change(engine_.since(), now_, driven_m_, state, {});
  }

  void book(const std::vector<protocol::Payload>& out) {
    for (const auto& payload : out) {
      const auto* record = std::get_if<protocol::CoverageRecord>(&payload);
      if (record == nullptr) continue;
      core::Passing passing;
      passing.state = record->state;
      passing.from_cm = record->from_cm;
      passing.to_cm = record->to_cm;
      passing.begin_ms = record->begin_boot_ms;
      passing.end_ms = record->end_boot_ms;
      for (const core::Kerb kerb : {core::Kerb::left, core::Kerb::right}) {
        if ((record->kerbs >> static_cast<unsigned>(kerb) & 1) == 0) continue;
        passing.kerb = {record->link, kerb};
        ledger_.add(passing);
      }
    }
  }

  void add_to(Sums& sums) {
    while (!waiting_.empty()) {
      now_.ns += 10 * ns_per_s;
      commit();
    }
    std::vector<protocol::Payload> rest;
    writer_.flush(rest);
    book(rest);
    ledger_.settle();
    double whole = 0;
    double cleaned = 0;
    double credited = 0;
    for (core::LinkId id = 0; id < links_.size(); ++id) {
      for (const core::Kerb kerb : {core::Kerb::left, core::Kerb::right}) {
        const auto length = static_cast<std::int32_t>(links_[id].length_cm);
        const auto set = ledger_.covered({id, kerb}, length, {});
        const auto& truth = truth_[id][static_cast<std::size_t>(kerb)];
        const auto& other = truth_[id][1 - static_cast<std::size_t>(kerb)];
        for (std::int32_t cm = 0; cm < length; ++cm) {
          const bool is = truth[static_cast<std::size_t>(cm)];
          const bool told = set.contains(cm);
          cleaned += is ? 1 : 0;
          credited += told ? 1 : 0;
          sums.false_cm += told && !is ? 1 : 0;
          sums.missed_cm += is && !told ? 1 : 0;
          const bool beside =
              told && !is && other[static_cast<std::size_t>(cm)] && far_from(truth, cm);
          sums.wrong_kerb_cm += beside ? 1 : 0;
        }
        whole += length;
      }
    }
    sums.true_cm += cleaned;
    sums.credited_cm += credited;
    sums.route_error.push_back((credited - cleaned) / whole * 100);
  }

  /// Nothing was cleaned within 10 m: no error along the kerb explains it.
  static bool far_from(const std::vector<bool>& truth, std::int32_t cm) {
    for (std::int32_t near = std::max(0, cm - 1000);
         near < std::min<std::int32_t>(static_cast<std::int32_t>(truth.size()), cm + 1000);
         near += 10) {
      if (truth[static_cast<std::size_t>(near)]) return false;
    }
    return true;
  }

  Driver driver_;
  std::mt19937_64 random_;
  core::WorkEngine engine_;
  core::WorkHistory history_;
  core::CoverageWriter writer_;
  core::CoverageLedger ledger_;
  std::vector<core::Link> links_;
  std::vector<std::vector<std::vector<bool>>> truth_;
  std::vector<core::Driven> waiting_;
  BootTime now_{ns_per_s};
  double driven_m_ = 0;
  double wander_m_ = 0;
  double change_after_m_ = 0;
  bool brush_on_ = false;
  bool mouth_down_ = false;
  std::uint16_t brush_ = 0;
  std::uint16_t suction_ = 0;
  std::uint16_t right_ = 0;
};

void print(const char* name, Sums sums) {
  std::vector<double> errors;
  double mean = 0;
  for (const double error : sums.route_error) {
    errors.push_back(std::abs(error));
    mean += error / static_cast<double>(sums.route_error.size());
  }
  std::sort(errors.begin(), errors.end());
  const double at_95 = errors[errors.size() * 95 / 100];
  std::printf("%-10s %6zu %10.1f %13.3f %13.3f %14.3f %12.3f %12.3f\n", name, errors.size(),
              sums.true_cm / 100'000, sums.false_cm / sums.credited_cm * 100,
              sums.missed_cm / sums.true_cm * 100,
              100 - sums.wrong_kerb_cm / sums.credited_cm * 100, at_95, mean);
}

int run(std::span<const std::string_view>) {
  const core::WorkProfile profile = connected();
  if (profile.rows.empty()) {
    std::printf("deploy/vehicles/sweeper.toml cannot be read\n");
    return 1;
  }
  std::printf("%-10s %6s %10s %13s %13s %14s %12s %12s\n", "driver", "shifts", "km clean",
              "false %", "missed %", "right kerb %", "route 95 %", "mean error");
  Sums all;
  for (const auto& [name, driver] : {std::pair{"honest", Driver::honest},
                                     {"lazy", Driver::lazy},
                                     {"cheating", Driver::cheating}}) {
    Sums sums;
    for (int i = 0; i < shifts; ++i) {
      if (i % 3 != static_cast<int>(driver)) continue;
      Shift(profile, driver, static_cast<std::uint64_t>(i + 1)).run(sums);
    }
    all.true_cm += sums.true_cm;
    all.credited_cm += sums.credited_cm;
    all.false_cm += sums.false_cm;
    all.missed_cm += sums.missed_cm;
    all.wrong_kerb_cm += sums.wrong_kerb_cm;
    all.route_error.insert(all.route_error.end(), sums.route_error.begin(), sums.route_error.end());
    print(name, sums);
  }
  print("all", all);
  std::printf(
      "targets            false <= 0.3, missed <= 0.5, right kerb >= 99, route <= 0.5 points, "
      "district (mean) <= 0.1\n");
  return 0;
}

const bool registered =
    add({"coverage-joined", "credited kerbs against a made truth, roads taken as matched",
         "no arguments; example: lujing-accuracy coverage-joined", run});

}  // namespace
}  // namespace lujing::accuracy
