// MT-23: black sites (黑工地) and black dumps (黑消纳场). One truck that loads or tips outside of
// all registered places is that truck's alarm (MT-06, MT-05); several of them at one place in a day
// are a place that nobody has registered. It takes many vehicles, so it is judged on the platform.
#pragma once

#include "base/geo.h"
#include "base/result.h"
#include "terminal/core/work/coverage.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lujing::report {

/// A load that came or went outside of all registered places, as a vehicle's alarms tell it.
struct LoadChange {
  std::string vehicle;
  std::int64_t utc_ms = 0;
  GeoPoint place;
  bool tipped = false;  ///< MT-05; else loaded, MT-06
};

/// As a city profile has it, [rules.MT-23].
struct BlackSiteLimits {
  bool enabled = true;
  int vehicles = 3;          ///< different ones, in one local day
  double radius_m = 100;     ///< around one of the places
  int utc_offset_min = 480;  ///< of the day
};

struct BlackSite {
  bool dump = false;           ///< 黑消纳场; else 黑工地
  std::int64_t local_day = 0;  ///< days since 1970
  GeoPoint place;              ///< the middle of what happened there
  std::int64_t first_ms = 0;
  std::int64_t last_ms = 0;
  int times = 0;
  std::vector<std::string> vehicles;  ///< each once, ascending
};

/// By day; of a day the one with most vehicles first. A change belongs to one site at most. In any
/// order of `changes` the same.
std::vector<BlackSite> black_sites(std::vector<LoadChange> changes, const BlackSiteLimits& limits);

/// Out of a ledger file: each MT-05 and MT-06 that a vehicle raised, or held back because it had
/// raised one a moment ago, with UTC in the window and a place.
Result<std::vector<LoadChange>> load_changes(const std::string& ledger_path,
                                             core::TimeWindow window);

}  // namespace lujing::report
