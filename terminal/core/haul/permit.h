// Permits (核准证): from where to where, on which roads and in which hours a vehicle may haul.
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "terminal/core/clock/windows.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::core {

struct Permit {
  std::string id;
  std::vector<std::string> vehicles;   ///< terminal ids; empty: each vehicle that it is sent to
  std::vector<std::string> loading;    ///< fence ids of sites
  std::vector<std::string> unloading;  ///< fence ids of disposal sites
  std::vector<std::string> routes;     ///< fence ids of approved roads; empty: any road
  Hours hours;                         ///< when hauling is allowed; no windows: always
  std::optional<UtcTime> valid_from;
  std::optional<UtcTime> valid_until;
  bool withdrawn = false;
  bool night_work = false;  ///< spared from the city's curfew
  bool operator==(const Permit&) const = default;
};

struct PermitSet {
  std::int64_t version = 0;
  std::vector<Permit> permits;
  std::vector<std::string> listed;     ///< terminal ids of dishonest hauliers (失信)
  std::vector<std::uint64_t> drivers;  ///< cards of who may drive; empty: any that a reader knows
  bool operator==(const PermitSet&) const = default;
};

inline constexpr std::size_t max_permits = 1000;

/// Refused as a whole, with the permit's id: an id that is empty or comes twice, a validity that
/// ends before it begins, no disposal site, hours that are none.
Result<void> check(const PermitSet& set);

enum class PermitState : std::uint8_t { valid, future, expired, withdrawn, out_of_hours };
const char* to_string(PermitState state);
PermitState state_at(const Permit& permit, UtcTime utc, int utc_offset_min);
bool covers(const Permit& permit, std::string_view vehicle);
bool names(std::span<const std::string> ids, std::string_view id);

}  // namespace lujing::core
