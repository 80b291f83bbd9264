#include "terminal/core/work/collection.h"

#include "terminal/core/clock/windows.h"

#include <algorithm>
#include <utility>

namespace lujing::core {
namespace {

bool before(const LocalTime& a, std::int64_t day, int minute) {
  return a.day < day || (a.day == day && a.minute < minute);
}

}  // namespace

void Collection::put_plan(const Plan* plan) {
  std::vector<Point> old = std::move(points_);
  points_.clear();
  stations_.clear();
  standing_.reset();
  if (plan == nullptr) return;
  stations_ = plan->stations;
  for (const CollectionPoint& point : plan->points) {
    const auto known = std::find_if(old.begin(), old.end(),
                                    [&](const Point& p) { return p.plan.name == point.name; });
    points_.push_back({point, known == old.end() ? -1 : known->served_day,
                       known == old.end() ? -1 : known->told_day});
  }
}

std::optional<std::size_t> Collection::point_at(GeoPoint position) const {
  std::optional<std::size_t> nearest;
  double nearest_m = 0;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const double away_m = distance_m(points_[i].plan.place, position);
    if (away_m > points_[i].plan.radius_m || (nearest && away_m >= nearest_m)) continue;
    nearest = i;
    nearest_m = away_m;
  }
  return nearest;
}

void Collection::judge(std::optional<LocalTime> time, GeoPoint position, bool moving, bool lifts,
                       CleaningFacts& facts) {
  facts.at_station = stations_.empty() || !position.valid() ? Truth::unknown : Truth::no;
  facts.left_without_lift = Truth::no;
  if (position.valid()) {
    for (const Station& station : stations_) {
      if (distance_m(station.place, position) <= station.radius_m) facts.at_station = Truth::yes;
    }
  }
  if (points_.empty()) return;
  if (!moving && position.valid() && !standing_) {
    standing_ = point_at(position);
    lifted_ = false;
  }
  if (standing_) {
    lifted_ = lifted_ || lifts;
    if (lifted_ && time) points_[*standing_].served_day = time->day;
    if (moving) {
      if (!lifted_) facts.left_without_lift = Truth::yes;
      standing_.reset();
    }
  }
  if (time) judge_missed(*time, facts);
}

/// A point is told once, in the minute after it was due, and only if that was while we looked.
void Collection::judge_missed(const LocalTime& time, CleaningFacts& facts) {
  if (!since_) since_ = time;
  const bool same_minute = last_ && last_->day == time.day && last_->minute == time.minute;
  last_ = time;
  if (same_minute) return;
  facts.point_missed = Truth::no;
  for (Point& point : points_) {
    // Due by the day's end: told in the first minute of the next day.
    const int due_min = point.plan.due_min.value_or(minutes_of_a_day);
    const std::int64_t due_day = due_min == minutes_of_a_day ? time.day - 1 : time.day;
    const bool is_past = due_min == minutes_of_a_day || time.minute >= due_min;
    if (!is_past || point.told_day >= due_day || point.served_day >= due_day) continue;
    if (!before(*since_, due_day, due_min)) continue;
    point.told_day = due_day;
    facts.point_missed = Truth::yes;
  }
}

std::size_t Collection::served() const {
  if (!last_) return 0;
  return static_cast<std::size_t>(
      std::count_if(points_.begin(), points_.end(),
                    [&](const Point& point) { return point.served_day == last_->day; }));
}

}  // namespace lujing::core
