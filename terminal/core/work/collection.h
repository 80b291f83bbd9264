// Collection points and stations of a plan: served, missed, passed without a lift.
#pragma once

#include "terminal/core/alarm/cleaning_facts.h"
#include "terminal/core/work/plan.h"

#include <optional>
#include <vector>

namespace lujing::core {

class Collection {
 public:
  /// Points that were served today stay so, if the new plan has them by name.
  void put_plan(const Plan* plan);
  /// `lifts`: collecting is effective now. Sets the three facts about collection.
  void judge(std::optional<LocalTime> time, GeoPoint position, bool moving, bool lifts,
             CleaningFacts& facts);
  /// Points served today.
  std::size_t served() const;

 private:
  struct Point {
    CollectionPoint plan;
    std::int64_t served_day = -1;
    std::int64_t told_day = -1;
  };
  std::optional<std::size_t> point_at(GeoPoint position) const;
  void judge_missed(const LocalTime& time, CleaningFacts& facts);

  std::vector<Point> points_;
  std::vector<Station> stations_;
  std::optional<LocalTime> since_;  ///< points due before it were not ours to serve
  std::optional<LocalTime> last_;
  std::optional<std::size_t> standing_;  ///< at this point
  bool lifted_ = false;                  ///< since it stands there
};

}  // namespace lujing::core
