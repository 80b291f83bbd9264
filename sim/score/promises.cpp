#include "sim/score/promises.h"

#include "sim/score/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace lujing::score {

Verdict judge(const Promise& promise, const Truth& truth, const Found& found) {
  static const TruthOfVehicle no_truth;
  static const FoundOfVehicle nothing;
  const auto truth_at = truth.vehicles.find(promise.vehicle);
  const auto found_at = found.find(promise.vehicle);
  const auto& violations =
      (truth_at == truth.vehicles.end() ? no_truth : truth_at->second).violations;
  const auto& alarms = (found_at == found.end() ? nothing : found_at->second).alarms;
  const auto told = [&](const FoundAlarm& alarm) {
    return alarm.rule == promise.rule && !alarm.suppressed;
  };
  if (!promise.raise) {
    return std::any_of(alarms.begin(), alarms.end(), told) ? Verdict::false_alarm : Verdict::kept;
  }
  const bool raised = std::any_of(alarms.begin(), alarms.end(), [&](const FoundAlarm& alarm) {
    return told(alarm) &&
           std::any_of(violations.begin(), violations.end(),
                       [&](const TrueViolation& v) { return v.raises && meets(alarm, v); });
  });
  return raised ? Verdict::kept : Verdict::missed;
}

Result<OpenPromises> OpenPromises::read(const std::string& path) {
  OpenPromises open;
  std::ifstream file(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words(line);
    Entry entry;
    words >> entry.scenario >> entry.rule >> std::ws;
    std::getline(words, entry.reason);
    if (entry.reason.empty())
      return Error(
          fmt::format("{}:{}: expected SCENARIO RULE REASON, found \"{}\"", path, number, line));
    open.entries_.push_back(std::move(entry));
  }
  return open;
}

const std::string* OpenPromises::find(const std::string& scenario, const std::string& rule) {
  const auto at = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.scenario == scenario && entry.rule == rule;
  });
  if (at == entries_.end()) return nullptr;
  at->used = true;
  return &at->reason;
}

std::vector<std::string> OpenPromises::unused() const {
  std::vector<std::string> names;
  for (const Entry& entry : entries_)
    if (!entry.used) names.push_back(entry.scenario + " " + entry.rule);
  return names;
}

}  // namespace lujing::score
