#include "terminal/core/haul/permit.h"

#include <algorithm>

namespace lujing::core {
namespace {

Result<void> check(const Permit& permit) {
  if (permit.valid_from && permit.valid_until && *permit.valid_until <= *permit.valid_from) {
    return Error("its validity ends before it begins");
  }
  if (permit.unloading.empty()) return Error("no disposal site; expected at least one");
  for (const DayWindow& window : permit.hours.windows) {
    if (window.from_min >= minutes_of_a_day || window.to_min > minutes_of_a_day ||
        (window.weekdays & every_day) == 0) {
      return Error("hours that are none");
    }
  }
  return {};
}

}  // namespace

Result<void> check(const PermitSet& set) {
  if (set.permits.size() > max_permits) return Error("over 1000 permits");
  std::vector<std::string_view> ids;
  for (const Permit& permit : set.permits) {
    if (permit.id.empty()) return Error("a permit without an id");
    ids.push_back(permit.id);
    if (auto bad = check(permit); !bad) return bad.error().in("permit \"" + permit.id + "\"");
  }
  std::sort(ids.begin(), ids.end());
  const auto twice = std::adjacent_find(ids.begin(), ids.end());
  if (twice != ids.end())
    return Error("permit \"" + std::string(*twice) + "\": its id comes twice");
  return {};
}

const char* to_string(PermitState state) {
  switch (state) {
    case PermitState::valid:
      return "valid";
    case PermitState::future:
      return "future";
    case PermitState::expired:
      return "expired";
    case PermitState::withdrawn:
      return "withdrawn";
    case PermitState::out_of_hours:
      return "out_of_hours";
  }
  return "unknown";
}

PermitState state_at(const Permit& permit, UtcTime utc, int utc_offset_min) {
  if (permit.withdrawn) return PermitState::withdrawn;
  if (permit.valid_from && utc < *permit.valid_from) return PermitState::future;
  if (permit.valid_until && utc >= *permit.valid_until) return PermitState::expired;
  if (!permit.hours.apply(local_minute(utc, utc_offset_min))) return PermitState::out_of_hours;
  return PermitState::valid;
}

bool names(std::span<const std::string> ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool covers(const Permit& permit, std::string_view vehicle) {
  return permit.vehicles.empty() || names(permit.vehicles, vehicle);
}

}  // namespace lujing::core
