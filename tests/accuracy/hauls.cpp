#include "tests/accuracy/hauls.h"

#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace lujing::accuracy {
namespace {

constexpr std::int64_t in_time_ms = 10'000;
constexpr std::int64_t slack_ms = 10'000;
/// A cycle takes a truck about a quarter of an hour: beyond half of that it is the next one's load.
constexpr std::int64_t same_load_ms = 6LL * 60'000;
/// What happens right before the end of a shift cannot be found any more.
constexpr std::int64_t end_ms = 60'000;
constexpr double starts_in_s = 10;  ///< after a power cut
constexpr double loading_s = 120;   ///< to where the load has been seen

struct Dumping {
  std::optional<std::int64_t> lifted_ms;  ///< the hoist passed its angle
  std::optional<std::int64_t> falls_ms;   ///< the load began to fall
  std::int64_t fallen_ms = 0;
  std::int64_t begin_ms() const {
    return std::min(lifted_ms.value_or(INT64_MAX), falls_ms.value_or(INT64_MAX));
  }
};

/// A lift and the load that falls from it are one dumping.
std::vector<Dumping> dumpings(const score::TruthOfVehicle& truth) {
  std::vector<Dumping> all;
  for (const score::TrueViolation& lift : truth.violations) {
    if (lift.rule != "MT-03" || !lift.raises) continue;
    all.push_back({lift.begin_ms, {}, lift.end_ms});
  }
  for (const score::TrueViolation& fall : truth.violations) {
    if (fall.rule != "MT-05" || !fall.raises) continue;
    const auto same = std::find_if(all.begin(), all.end(), [&](const Dumping& dumping) {
      return *dumping.lifted_ms <= fall.end_ms && dumping.fallen_ms >= fall.begin_ms;
    });
    if (same == all.end()) {
      all.push_back({{}, fall.begin_ms, fall.end_ms});
    } else {
      same->falls_ms = fall.begin_ms;
      same->fallen_ms = fall.end_ms;
    }
  }
  return all;
}

bool is_dumping_alarm(const score::FoundAlarm& alarm) {
  return (alarm.rule == "MT-03" || alarm.rule == "MT-05") && !alarm.suppressed;
}

bool fails(const sim::VehiclePlan& plan, sim::FaultKind kind, double from_s, double to_s) {
  return std::any_of(plan.faults.begin(), plan.faults.end(), [&](const sim::Fault& fault) {
    return fault.kind == kind && fault.at_s < to_s &&
           fault.at_s + fault.for_s + starts_in_s > from_s;
  });
}

bool hoist_lies(const sim::VehiclePlan& plan) {
  return std::any_of(plan.faults.begin(), plan.faults.end(), [](const sim::Fault& fault) {
    return fault.kind == sim::FaultKind::switch_stuck_off;
  });
}

double seconds(std::int64_t ms) {
  return static_cast<double>(ms) / 1000;
}

struct Comparison {
  const sim::VehiclePlan& plan;
  const score::Truth& run;
  const score::TruthOfVehicle& truth;
  const score::FoundOfVehicle& found;
  const std::string& name;
  HaulSums& sums;

  std::int64_t ends_ms() const { return truth.track.empty() ? 0 : truth.track.back().utc_ms; }
  double since_start_s(std::int64_t utc_ms) const { return seconds(utc_ms - run.start_ms); }
  void differ(const std::string& what, std::int64_t utc_ms) const {
    if (!sums.print_differences) return;
    std::printf("%s %8.1f s: %s\n", name.c_str(), since_start_s(utc_ms), what.c_str());
  }

  void judge_dumping(const Dumping& dumping) const;
  void judge_dumping_alarms(const std::vector<Dumping>& all) const;
  void judge_unsealed() const;
  void judge_trips() const;
  bool unseen(std::int64_t utc_ms, double for_s) const;
  void judge_trip(const score::TrueTrip& trip, const score::FoundTrip& match) const;
};

void Comparison::judge_dumping(const Dumping& dumping) const {
  DumpSums& dumps = sums.dumps;
  if (dumping.fallen_ms > ends_ms() - end_ms) return;
  const score::FoundAlarm* first = nullptr;
  for (const score::FoundAlarm& alarm : found.alarms) {
    if (!is_dumping_alarm(alarm) || alarm.raised_ms < dumping.begin_ms()) continue;
    if (alarm.raised_ms > dumping.fallen_ms + 6 * slack_ms) continue;
    if (first == nullptr || alarm.raised_ms < first->raised_ms) first = &alarm;
  }
  if (without_supply(plan, since_start_s(dumping.begin_ms()),
                     since_start_s(dumping.fallen_ms + in_time_ms))) {
    ++dumps.off;
    dumps.off_found += first != nullptr ? 1 : 0;
    return;
  }
  const bool lies = hoist_lies(plan);
  ++dumps.truths;
  dumps.lying += lies ? 1 : 0;
  if (first == nullptr) return differ("dumping missed", dumping.begin_ms());
  ++dumps.found;
  const bool by_load = lies || !dumping.lifted_ms;
  const std::int64_t from_ms = by_load ? dumping.fallen_ms : *dumping.lifted_ms;
  const std::int64_t late_ms = first->raised_ms - from_ms;
  dumps.in_time += late_ms <= in_time_ms ? 1 : 0;
  if (late_ms > in_time_ms) {
    differ(fmt::format("dumping found {:.1f} s late", seconds(late_ms)), dumping.begin_ms());
  }
  if (by_load) {
    dumps.longest_end_s = std::max(dumps.longest_end_s, seconds(late_ms));
    if (dumping.falls_ms) {
      const double whole_s = seconds(first->raised_ms - *dumping.falls_ms);
      dumps.longest_begin_s = std::max(dumps.longest_begin_s, whole_s);
    }
  } else {
    dumps.longest_s = std::max(dumps.longest_s, seconds(late_ms));
  }
}

void Comparison::judge_dumping_alarms(const std::vector<Dumping>& all) const {
  for (const score::FoundAlarm& alarm : found.alarms) {
    if (!is_dumping_alarm(alarm)) continue;
    const bool is_true = std::any_of(all.begin(), all.end(), [&](const Dumping& dumping) {
      // After a power cut the load is missed where the terminal wakes.
      const bool slept = without_supply(plan, since_start_s(dumping.begin_ms()),
                                        since_start_s(dumping.fallen_ms + in_time_ms));
      const std::int64_t until_ms = dumping.fallen_ms + (slept ? 60 : 6) * slack_ms;
      return alarm.raised_ms >= dumping.begin_ms() - slack_ms && alarm.raised_ms <= until_ms;
    });
    if (is_true) continue;
    ++sums.dumps.invented;
    differ("false " + alarm.rule, alarm.raised_ms);
  }
}

/// A stop at a light ends no alarm: what an alarm's clear time joins is one.
std::vector<score::TrueViolation> unsealed(const score::TruthOfVehicle& truth) {
  std::vector<score::TrueViolation> all;
  for (const score::TrueViolation& one : truth.violations) {
    if (one.rule != "MT-01") continue;
    if (all.empty() || one.begin_ms - all.back().end_ms > slack_ms) {
      all.push_back(one);
    } else {
      all.back().end_ms = one.end_ms;
      all.back().raises = all.back().raises || one.raises;
    }
  }
  return all;
}

void Comparison::judge_unsealed() const {
  for (const score::TrueViolation& violation : unsealed(truth)) {
    if (!violation.raises) continue;
    if (violation.begin_ms > ends_ms() - end_ms) continue;
    if (without_supply(plan, since_start_s(violation.begin_ms), since_start_s(violation.end_ms))) {
      continue;
    }
    ++sums.unsealed.truths;
    const bool met =
        std::any_of(found.alarms.begin(), found.alarms.end(),
                    [&](const score::FoundAlarm& alarm) { return score::meets(alarm, violation); });
    sums.unsealed.found += met ? 1 : 0;
    if (!met) differ("MT-01 missed", violation.begin_ms);
  }
  for (const score::FoundAlarm& alarm : found.alarms) {
    if (alarm.rule != "MT-01" || alarm.suppressed) continue;
    const bool met = std::any_of(truth.violations.begin(), truth.violations.end(),
                                 [&](const auto& v) { return v.raises && score::meets(alarm, v); });
    sums.unsealed.invented += met ? 0 : 1;
    if (!met) differ("false MT-01", alarm.raised_ms);
  }
}

/// Whether the terminal was off in the minute in which it happened.
bool Comparison::unseen(std::int64_t utc_ms, double for_s) const {
  const double at_s = since_start_s(utc_ms);
  return without_supply(plan, at_s, at_s + for_s);
}

void Comparison::judge_trip(const score::TrueTrip& trip, const score::FoundTrip& match) const {
  TripSums& trips = sums.trips;
  const bool site = match.site == trip.site;
  const bool cut_off = trip.tip_ms && *trip.tip_ms > ends_ms() - end_ms;
  const bool tip = cut_off || (match.disposal == trip.disposal &&
                               match.tip_ms.has_value() == trip.tip_ms.has_value());
  trips.wrong_site += site ? 0 : 1;
  trips.wrong_tip += tip ? 0 : 1;
  trips.right += site && tip ? 1 : 0;
  if (!site || !tip) {
    differ(fmt::format("trip from '{}' to '{}' ({}), really from '{}' to '{}' ({})", match.site,
                       match.disposal, match.tip_ms ? "tipped" : "under way", trip.site,
                       trip.disposal, trip.tip_ms ? "tipped" : "under way"),
           trip.load_ms);
  }
  // Of a trip's way with the terminal off, or with a collector that is silent, nobody knows how it
  // was sealed.
  const double from_s = since_start_s(trip.load_ms);
  const double to_s = since_start_s(trip.tip_ms.value_or(ends_ms()));
  if (!trip.tip_ms || trip.laden_m < 100 || without_supply(plan, from_s, to_s) ||
      fails(plan, sim::FaultKind::io_off, from_s, to_s)) {
    return;
  }
  const double really = trip.sealed_m / trip.laden_m * 100;
  const double told = match.laden_m > 0 ? match.sealed_m / match.laden_m * 100 : 0;
  trips.sealed_errors.push_back(std::fabs(told - really));
  if (trips.sealed_errors.back() > 0.5) {
    differ(fmt::format("sealed {:.2f} %, really {:.2f} % (of {:.0f} m, really {:.0f} m)", told,
                       really, match.laden_m, trip.laden_m),
           trip.load_ms);
  }
  trips.laden_m += trip.laden_m;
  trips.sealed_m += trip.sealed_m;
  trips.found_laden_m += match.laden_m;
  trips.found_sealed_m += match.sealed_m;
}

void Comparison::judge_trips() const {
  TripSums& trips = sums.trips;
  std::vector<bool> used(found.trips.size(), false);
  for (const score::TrueTrip& trip : truth.trips) {
    std::size_t best = found.trips.size();
    std::int64_t best_ms = same_load_ms;
    for (std::size_t i = 0; i < found.trips.size(); ++i) {
      const std::int64_t apart = std::abs(found.trips[i].load_ms - trip.load_ms);
      if (used[i] || apart > best_ms) continue;
      best = i;
      best_ms = apart;
    }
    if (best < found.trips.size()) used[best] = true;
    if (trip.load_ms > ends_ms() - 3 * end_ms) continue;
    if (unseen(trip.load_ms, loading_s) || (trip.tip_ms && unseen(*trip.tip_ms - 20'000, 30))) {
      ++trips.off;
      trips.off_found += best < found.trips.size() ? 1 : 0;
      continue;
    }
    ++trips.truths;
    if (best == found.trips.size()) {
      ++trips.missed;
      differ("trip missed", trip.load_ms);
    } else {
      judge_trip(trip, found.trips[best]);
    }
  }
  for (std::size_t i = 0; i < found.trips.size(); ++i) {
    if (used[i]) continue;
    ++trips.invented;
    differ("trip invented", found.trips[i].load_ms);
  }
}

}  // namespace

bool without_supply(const sim::VehiclePlan& plan, double from_s, double to_s) {
  return fails(plan, sim::FaultKind::power_cut, from_s, to_s);
}

std::string truck_name(int number) {
  return fmt::format("M-{:03}", number + 1);
}

double TripSums::sealed_at(double share) const {
  if (sealed_errors.empty()) return 0;
  std::vector<double> sorted = sealed_errors;
  std::sort(sorted.begin(), sorted.end());
  const auto at = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::min(std::max<std::size_t>(at, 1), sorted.size()) - 1];
}

double TripSums::sealed_all() const {
  if (laden_m <= 0 || found_laden_m <= 0) return 0;
  return std::fabs(found_sealed_m / found_laden_m - sealed_m / laden_m) * 100;
}

void HaulSums::take(const sim::VehiclePlan& plan, const score::Truth& run,
                    const score::TruthOfVehicle& truth, const score::FoundOfVehicle& found,
                    const std::string& name) {
  const Comparison one{plan, run, truth, found, name, *this};
  hours += seconds(one.ends_ms() - run.start_ms) / 3600;
  const std::vector<Dumping> all = dumpings(truth);
  for (const Dumping& dumping : all) one.judge_dumping(dumping);
  one.judge_dumping_alarms(all);
  one.judge_unsealed();
  one.judge_trips();
}

score::Score HaulSums::grader_score() const {
  score::Grader copy = grader;
  return copy.score();
}

}  // namespace lujing::accuracy
