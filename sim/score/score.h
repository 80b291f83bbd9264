// The product graded against the truth: where it was, on which road, what was cleaned, which alarms
// and trips. Pure functions of the two; how they were read is read.h's matter, how they are shown
// print.h's.
#pragma once

#include "sim/score/intervals.h"
#include "sim/score/model.h"
#include "sim/score/ways.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lujing::score {

struct PositionScore {
  std::uint64_t points = 0;
  std::uint64_t without_truth = 0;  ///< outside the truth's time
  double median_m = 0;
  double p95_m = 0;
  double p99_m = 0;
  double max_m = 0;
};

struct PathScore {
  double true_m = 0;     ///< distinct stretches of ways really driven, all but the last (settle_ms)
  double found_m = 0;    ///< of these, in the records
  double wrong_m = 0;    ///< in the records, never driven, not even at the end
  double off_map_m = 0;  ///< driven on ways that the road file does not have: not asked for
  double unsettled_m = 0;  ///< driven only within settle_ms of the run's end: not asked for
};

struct CoverageScore {
  double required_m = 0;   ///< kerbs of this class that a machine can sweep
  double true_m = 0;       ///< really cleaned, each place once, all but the last (settle_ms)
  double right_m = 0;      ///< of these, credited
  double wrong_m = 0;      ///< credited, not cleaned, not even at the end
  double unsettled_m = 0;  ///< cleaned only within settle_ms of the run's end: not asked for
  /// Percentage points, credited minus true.
  double rate_error_pp() const {
    return required_m > 0 ? (right_m + wrong_m - true_m) / required_m * 100 : 0;
  }
};

struct AlarmScore {
  std::uint32_t truths = 0;  ///< violations that must raise
  std::uint32_t found = 0;
  std::uint32_t repeated = 0;  ///< within the re-alarm time of an earlier one: told as suppressed
  std::uint32_t missed = 0;
  std::uint32_t false_alarms = 0;
  std::uint32_t near_misses = 0;  ///< violations too short to raise, which stayed silent
  double delay_median_s = 0;      ///< from the truth's begin to the alarm
  double delay_max_s = 0;
};

struct TripScore {
  std::uint32_t truths = 0;
  std::uint32_t right = 0;       ///< in number, site and disposal site
  std::uint32_t wrong_site = 0;  ///< found, but with another site
  std::uint32_t missed = 0;
  std::uint32_t invented = 0;
  std::uint32_t under_way = 0;  ///< at the run's end, right so far; none of `truths`
  double sealed_error_pp = 0;   ///< worst, percentage points of the laden distance
};

/// A place where truth and records differ, for the picture and for a person to look at.
struct Difference {
  std::string vehicle;
  std::string what;  ///< "missed MT-01", "false MT-03", "position 34 m off", ...
  std::int64_t utc_ms = 0;
  GeoPoint at;
};

/// A stretch of a road or of one of its kerbs, for the picture.
enum class Stretch : std::uint8_t {
  road_missed,   ///< driven, not in the records
  road_wrong,    ///< in the records, not driven
  kerb_right,    ///< cleaned and credited
  kerb_missed,   ///< cleaned, not credited
  kerb_invented  ///< credited, not cleaned
};
struct StretchOf {
  Stretch what = Stretch::road_missed;
  int side = 0;  ///< -1 left, 1 right of the line, 0: the road itself
  std::vector<GeoPoint> line;
};

struct Score {
  std::uint64_t vehicles = 0;
  std::uint64_t records = 0;
  double hours = 0;  ///< of vehicles driven, in the truth
  PositionScore position;
  PathScore path;
  std::map<std::string, CoverageScore> coverage;  ///< by road class; empty without a road file
  std::map<std::string, AlarmScore> alarms;       ///< by rule
  TripScore trips;
  std::vector<Difference> differences;  ///< at most 1,000
  std::vector<StretchOf> stretches;     ///< at most 50,000
};

/// Several runs, each in a city of its own, as one score.
class Grader {
 public:
  /// `ways` may be null: then path and coverage are not graded.
  void add(const Truth& truth, const Found& found, const Ways* ways);
  Score score();

 private:
  Score score_;
  std::vector<double> errors_m_;
  std::map<std::string, std::vector<double>> delays_s_;
};

/// One run.
Score grade(const Truth& truth, const Found& found, const Ways* ways);

/// The alarm stood at some moment of the violation, give or take what measuring takes.
bool meets(const FoundAlarm& alarm, const TrueViolation& violation);

/// Appends that part of a way to the picture.
void draw(Score& score, const Ways& ways, std::int64_t way, const Intervals& where, Stretch what,
          int side);

// The parts, each for one vehicle, adding to `score`.
void score_position(const std::string& id, const TruthOfVehicle& truth, const FoundOfVehicle& found,
                    std::vector<double>& errors_m, Score& score);
void score_alarms(const std::string& id, const TruthOfVehicle& truth, const FoundOfVehicle& found,
                  std::map<std::string, std::vector<double>>& delays_s, Score& score);
/// `settled_ms`: Truth::settled_ms().
void score_trips(const std::string& id, const TruthOfVehicle& truth, const FoundOfVehicle& found,
                 std::int64_t settled_ms, Score& score);
void score_path(const TruthOfVehicle& truth, const FoundOfVehicle& found, const Ways& ways,
                std::int64_t settled_ms, Score& score);
/// Way, and which kerb of it (true: the right one of its points).
using Kerb = std::pair<std::int64_t, bool>;
/// What the records credit, all vehicles together.
std::map<Kerb, Intervals> credited_kerbs(const Found& found, const Ways& ways);
/// Of all vehicles together: a kerb counts once, whoever cleaned it.
void score_coverage(const Truth& truth, const Found& found, const Ways& ways, Score& score);

}  // namespace lujing::score
