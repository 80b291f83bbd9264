// What the truth says and what the product found, side by side, as the score compares them.
#pragma once

#include "base/geo.h"
#include "protocol/record.h"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace lujing::score {

/// What was done so shortly before a run's end is not graded where records come late: a stretch of
/// road is told when the map matching is sure of it, a kerb when a minute of hindsight has passed
/// too. That takes some 90 s while it drives and more before a red light; then no word of it is no
/// error of the product, only the end of the run.
constexpr std::int64_t settle_ms = 180'000;

struct TruePoint {
  std::int64_t utc_ms = 0;
  GeoPoint at;
  std::int64_t way = 0;
  double way_m = 0;       ///< from the way's first point
  bool along_way = true;  ///< drives in the order of the way's points
  double speed_mps = 0;
};

struct TrueKerb {
  std::int64_t way = 0;
  bool right = true;  ///< of the way's points
  double from_m = 0;
  double to_m = 0;
  std::string road_class;
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;
  bool along_way = true;  ///< cleaned from from_m on; else from to_m down
};

struct TrueViolation {
  std::string rule;
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;
  bool raises = true;   ///< false: a near miss, it must stay silent
  bool at_end = false;  ///< due so shortly before the run's end that it may stay untold
  double needs_s = 0;   ///< how long it must last to raise
};

struct TrueTrip {
  std::int64_t load_ms = 0;
  std::optional<std::int64_t> tip_ms;  ///< none: it has not tipped by the end
  std::string site;                    ///< empty: none that is registered
  std::string disposal;
  double laden_m = 0;
  double sealed_m = 0;
  std::int64_t loaded_ms = 0;  ///< end of loading; 0: not known, as if at its begin
};

struct TruthOfVehicle {
  std::vector<TruePoint> track;  ///< ascending
  std::vector<TrueKerb> kerbs;
  std::vector<TrueViolation> violations;
  std::vector<TrueTrip> trips;
};

struct Truth {
  std::int64_t start_ms = 0;
  double convoy_m = 0;  ///< CV-06; 0: not judged
  double black_site_m = 100;
  std::size_t black_site_vehicles = 3;
  struct Stretch {
    std::int64_t way = 0;
    double from_m = 0;
    double to_m = 0;
  };
  struct Target {
    double share = 0;     ///< CV-05; 0: not judged
    std::string vehicle;  ///< of which it is told
    std::vector<Stretch> asked;
  };
  Target target;
  std::int64_t end_ms = 0;
  std::map<std::string, TruthOfVehicle> vehicles;  ///< by terminal id
  /// What was done after this the records need not tell. Without an end: all is told.
  std::int64_t settled_ms() const {
    return end_ms > start_ms ? end_ms - settle_ms : std::numeric_limits<std::int64_t>::max();
  }
};

/// One alarm as the records tell it.
struct FoundAlarm {
  std::string rule;
  std::int64_t since_ms = 0;  ///< UTC
  std::int64_t raised_ms = 0;
  std::optional<std::int64_t> cleared_ms;
  bool suppressed = false;  ///< seen, but within the re-alarm time of an earlier one
  GeoPoint position;
};

struct FoundPoint {
  std::int64_t utc_ms = 0;
  GeoPoint at;
  std::int64_t work_bits = 0;  ///< what worked then (protocol/RECORDS.md, kind 3)
};

/// A stretch of a link, in the road file's terms.
struct FoundStretch {
  std::uint32_t link = 0;
  double from_m = 0;
  double to_m = 0;
  bool left = false;
  bool right = false;
};

struct FoundTrip {
  std::int64_t load_ms = 0;
  std::optional<std::int64_t> tip_ms;
  std::string site;
  std::string disposal;
  double laden_m = 0;
  double sealed_m = 0;
};

struct FoundOfVehicle {
  std::vector<FoundPoint> points;
  std::vector<FoundAlarm> alarms;
  std::vector<FoundStretch> driven;
  std::vector<FoundStretch> covered;
  std::vector<FoundTrip> trips;
  std::uint64_t records = 0;
};

using Found = std::map<std::string, FoundOfVehicle>;

}  // namespace lujing::score
