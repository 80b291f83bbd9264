// Alarms against violations. A violation is found if an alarm of its rule stood at some moment of
// it (or was held back because one had just been told); an alarm that meets no violation is false.
#include "sim/score/score.h"

#include <algorithm>

namespace lujing::score {
namespace {

constexpr std::size_t most_alarm_differences = 1000;
/// An alarm judged on measurements may begin a little before the truth, and stand a little after.
constexpr std::int64_t slack_ms = 10'000;
/// A condition that is gone for less than this is not over for the terminal: no second alarm is
/// due (`clear_s` in the profiles, as most rules have it).
constexpr std::int64_t clears_ms = 5'000;

void differ(const std::string& id, std::string what, std::int64_t utc_ms, GeoPoint at,
            Score& score) {
  if (score.differences.size() < most_alarm_differences)
    score.differences.push_back({id, std::move(what), utc_ms, at});
}

GeoPoint place_at(const TruthOfVehicle& truth, std::int64_t utc_ms) {
  const auto at =
      std::lower_bound(truth.track.begin(), truth.track.end(), utc_ms,
                       [](const TruePoint& point, std::int64_t t) { return point.utc_ms < t; });
  return at == truth.track.end() ? GeoPoint{} : at->at;
}

/// Alarms that were held back, with their ends. No record tells these: each stands as long as the
/// violations that it met last, one after the other with no gap in which it would have cleared.
FoundOfVehicle with_ends(const TruthOfVehicle& truth, const FoundOfVehicle& found) {
  std::vector<TrueViolation> violations = truth.violations;
  std::sort(violations.begin(), violations.end(),
            [](const TrueViolation& a, const TrueViolation& b) { return a.begin_ms < b.begin_ms; });
  FoundOfVehicle ended;
  ended.alarms = found.alarms;
  for (FoundAlarm& alarm : ended.alarms) {
    if (!alarm.suppressed || !alarm.cleared_ms) continue;
    for (const TrueViolation& violation : violations) {
      if (violation.rule != alarm.rule || violation.end_ms < alarm.since_ms) continue;
      if (violation.begin_ms > *alarm.cleared_ms + clears_ms) break;
      alarm.cleared_ms = std::max(*alarm.cleared_ms, violation.end_ms);
    }
  }
  return ended;
}

void judge_violation(const std::string& id, const TruthOfVehicle& truth,
                     const TrueViolation& violation, const FoundOfVehicle& found,
                     std::vector<double>& delays_s, Score& score) {
  AlarmScore& rule = score.alarms[violation.rule];
  const FoundAlarm* raised = nullptr;
  bool held_back = false;
  for (const FoundAlarm& alarm : found.alarms) {
    if (!meets(alarm, violation)) continue;
    if (alarm.suppressed) {
      held_back = true;
    } else if (raised == nullptr || alarm.raised_ms < raised->raised_ms) {
      raised = &alarm;
    }
  }
  if (!violation.raises) {
    // An alarm that meets nothing but near misses is counted as false, with the alarms.
    if (raised == nullptr && !held_back) ++rule.near_misses;
    return;
  }
  ++rule.truths;
  if (raised != nullptr) {
    ++rule.found;
    delays_s.push_back(
        std::max(0.0, static_cast<double>(raised->raised_ms - violation.begin_ms) / 1000));
  } else if (held_back) {
    ++rule.repeated;
  } else if (violation.at_end) {
    --rule.truths;
  } else {
    ++rule.missed;
    differ(id, "missed " + violation.rule, violation.begin_ms, place_at(truth, violation.begin_ms),
           score);
  }
}

}  // namespace

bool meets(const FoundAlarm& alarm, const TrueViolation& violation) {
  if (alarm.rule != violation.rule) return false;
  const std::int64_t until = alarm.cleared_ms.value_or(INT64_MAX);
  return alarm.since_ms <= violation.end_ms + slack_ms && until >= violation.begin_ms - slack_ms;
}

void score_alarms(const std::string& id, const TruthOfVehicle& truth, const FoundOfVehicle& found,
                  std::map<std::string, std::vector<double>>& delays_s, Score& score) {
  const FoundOfVehicle ended = with_ends(truth, found);
  for (const TrueViolation& violation : truth.violations)
    judge_violation(id, truth, violation, ended, delays_s[violation.rule], score);
  for (const FoundAlarm& alarm : found.alarms) {
    const bool true_one =
        std::any_of(truth.violations.begin(), truth.violations.end(),
                    [&](const TrueViolation& v) { return v.raises && meets(alarm, v); });
    if (true_one || alarm.suppressed) continue;
    ++score.alarms[alarm.rule].false_alarms;
    differ(id, "false " + alarm.rule, alarm.raised_ms, alarm.position, score);
  }
}

}  // namespace lujing::score
