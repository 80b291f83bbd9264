#include "platform/report/plan_versions.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace lujing::report {
namespace {

/// When it came into force on the first vehicle.
std::optional<std::int64_t> came_at(const Given& given, std::span<const InForce> had) {
  std::optional<std::int64_t> first;
  for (const InForce& one : had) {
    if (same(given, one)) first = std::min(first.value_or(one.from_ms), one.from_ms);
  }
  return first;
}

/// The worst of the day counts, as on the vehicle: a noon that was hot asked for water.
core::Weather worst_of(std::span<const PlanVersion> versions) {
  core::Weather worst;
  for (const PlanVersion& version : versions) {
    const core::Weather& weather = version.plan.weather;
    if (weather.temperature_c) {
      worst.temperature_c =
          std::max(worst.temperature_c.value_or(*weather.temperature_c), *weather.temperature_c);
    }
    if (weather.wind_force)
      worst.wind_force = std::max(worst.wind_force.value_or(0), *weather.wind_force);
    worst.rain = worst.rain || weather.rain;
  }
  return worst;
}

/// Of one plan, the newest first, into `out`.
void add_versions(std::vector<PlanVersion>& versions, std::span<const InForce> had,
                  std::int64_t local_day, std::vector<core::Plan>& out) {
  const auto was_had = [&](const PlanVersion& one) { return came_at(one.given, had).has_value(); };
  if (std::any_of(versions.begin(), versions.end(), was_had)) {
    std::erase_if(versions, [&](const PlanVersion& one) { return !was_had(one); });
  }
  const core::Weather weather = worst_of(versions);
  std::set<std::string> names;
  std::int64_t replaced_ms = INT64_MAX;
  for (PlanVersion& version : versions) {
    core::Plan& plan = version.plan;
    plan.weather = weather;
    std::erase_if(plan.tasks, [&](const core::PlanTask& task) {
      return names.count(task.name) > 0 ||
             (replaced_ms != INT64_MAX &&
              core::task_span(task, local_day, plan.utc_offset_min).to_ms > replaced_ms);
    });
    for (const core::PlanTask& task : plan.tasks) names.insert(task.name);
    replaced_ms = std::min(replaced_ms, came_at(version.given, had).value_or(INT64_MIN));
    if (!plan.tasks.empty()) out.push_back(std::move(plan));
  }
}

}  // namespace

std::int64_t hours_end(const core::Plan& plan, std::int64_t local_day) {
  std::int64_t last = core::day_window(local_day, plan.utc_offset_min).to_ms;
  for (const core::PlanTask& task : plan.tasks) {
    last = std::max(last, core::task_span(task, local_day, plan.utc_offset_min).to_ms);
  }
  return last;
}

Result<std::vector<core::Plan>> plans_of_day(std::vector<PlanVersion> versions,
                                             std::span<const InForce> had, std::int64_t local_day) {
  std::vector<std::string> order;  // as they were given
  std::map<std::string, std::vector<PlanVersion>> by_name;
  for (PlanVersion& version : versions) {
    std::vector<PlanVersion>& same_name = by_name[version.plan.name];
    if (same_name.empty()) order.push_back(version.plan.name);
    const auto other = std::find_if(
        same_name.begin(), same_name.end(),
        [&](const PlanVersion& each) { return each.plan.version == version.plan.version; });
    if (other == same_name.end()) {
      same_name.push_back(std::move(version));
    } else if (other->given.sha256 != version.given.sha256) {
      return Error(other->given.file + " and " + version.given.file +
                   " are different, and both call themselves version " +
                   std::to_string(version.plan.version) + " of \"" + version.plan.name +
                   "\": give the one that was in force, or another [plan] version to one of them");
    }
  }
  std::vector<core::Plan> all;
  for (const std::string& name : order) {
    std::vector<PlanVersion>& same_name = by_name[name];
    std::sort(same_name.begin(), same_name.end(), [](const PlanVersion& a, const PlanVersion& b) {
      return a.plan.version > b.plan.version;
    });
    add_versions(same_name, had, local_day, all);
  }
  return all;
}

}  // namespace lujing::report
