#include "tests/accuracy/hauls_line.h"

#include "tests/accuracy/hauls.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace lujing::accuracy {
namespace {

using score::FoundAlarm;
using score::TrueViolation;

constexpr std::int64_t line_ms = static_cast<std::int64_t>(line_s * 1000);

double lasted_s(const TrueViolation& violation) {
  return static_cast<double>(violation.end_ms - violation.begin_ms) / 1000;
}

/// Of the rules that ask for a vehicle slower than this.
std::optional<double> slower_kmh(const std::string& rule, const sim::Limits& limits) {
  if (rule == "MT-07") return limits.visit_kmh;
  if (rule == "MT-08") return limits.arrive_kmh;
  return std::nullopt;
}

/// The longest time without a second at or above this speed.
double longest_slow_s(const score::TruthOfVehicle& truth, std::int64_t from_ms, std::int64_t to_ms,
                      double kmh) {
  std::int64_t longest_ms = 0;
  std::int64_t since_ms = INT64_MAX;
  for (const score::TruePoint& point : truth.track) {
    if (point.utc_ms < from_ms || point.utc_ms > to_ms) continue;
    if (point.speed_mps * 3.6 >= kmh) {
      since_ms = INT64_MAX;
    } else {
      since_ms = std::min(since_ms, point.utc_ms);
      longest_ms = std::max(longest_ms, point.utc_ms - since_ms);
    }
  }
  return static_cast<double>(longest_ms) / 1000;
}

bool missed_on_line(const score::TruthOfVehicle& truth, const TrueViolation& violation,
                    const sim::Limits& limits) {
  if (violation.needs_s <= 0) return false;
  if (lasted_s(violation) - violation.needs_s <= line_s) return true;
  const auto kmh = slower_kmh(violation.rule, limits);
  return kmh && longest_slow_s(truth, violation.begin_ms, violation.end_ms, *kmh - line_kmh) <
                    violation.needs_s;
}

bool false_on_line(const score::TruthOfVehicle& truth, const FoundAlarm& alarm,
                   const sim::Limits& limits) {
  return std::any_of(
      truth.violations.begin(), truth.violations.end(), [&](const TrueViolation& near) {
        if (near.needs_s <= 0 || !score::meets(alarm, near)) return false;
        if (near.needs_s - lasted_s(near) <= line_s) return true;
        const auto kmh = slower_kmh(alarm.rule, limits);
        return kmh && longest_slow_s(truth, alarm.since_ms - line_ms, alarm.raised_ms + line_ms,
                                     *kmh + line_kmh) >= near.needs_s;
      });
}

}  // namespace

void add_on_line(const sim::VehiclePlan& plan, const sim::Limits& limits, const score::Truth& run,
                 const score::TruthOfVehicle& truth, const score::FoundOfVehicle& found,
                 std::map<std::string, OnLine>& by_rule) {
  score::Score graded;
  std::map<std::string, std::vector<double>> delays_s;
  score::score_alarms(plan.id, truth, found, delays_s, graded);
  for (const score::Difference& one : graded.differences) {
    for (const TrueViolation& violation : truth.violations) {
      if (violation.begin_ms != one.utc_ms || one.what != "missed " + violation.rule) continue;
      const auto since_s = [&](std::int64_t utc_ms) {
        return static_cast<double>(utc_ms - run.start_ms) / 1000;
      };
      OnLine& rule = by_rule[violation.rule];
      if (without_supply(plan, since_s(violation.begin_ms), since_s(violation.end_ms))) {
        ++rule.off;
      } else if (missed_on_line(truth, violation, limits)) {
        ++rule.missed;
      }
    }
    for (const FoundAlarm& alarm : found.alarms) {
      if (alarm.raised_ms != one.utc_ms || one.what != "false " + alarm.rule) continue;
      by_rule[alarm.rule].invented += false_on_line(truth, alarm, limits) ? 1 : 0;
    }
  }
}

}  // namespace lujing::accuracy
