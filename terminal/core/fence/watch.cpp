#include "terminal/core/fence/watch.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lujing::core {
namespace {

constexpr double unbounded = std::numeric_limits<double>::max();
constexpr double cut_spare_m = 0.1;   ///< the plane of one end is not that of the other
constexpr double least_step_m = 0.5;  ///< of the walk along the way between two positions
constexpr double most_steps = 512;
constexpr std::size_t most_passed = 1024;  ///< fences that one gap can be judged against

double apart_m(const FencePlace& a, const FencePlace& b) {
  const double e = static_cast<double>(static_cast<std::int64_t>(b.x) - a.x) * a.metric.east_m;
  const double n = (static_cast<double>(b.y) - a.y) * a.metric.north_m;
  return std::sqrt(e * e + n * n);
}

/// The larger half-axis of the error ellipse, one sigma.
double sigma_m(const Covariance& c) {
  const double middle = (c.east_m2 + c.north_m2) / 2;
  const double half = (c.east_m2 - c.north_m2) / 2;
  return std::sqrt(
      std::max(0.0, middle + std::sqrt(half * half + c.east_north_m2 * c.east_north_m2)));
}

FencePlace between(const FencePlace& a, const FencePlace& b, double share) {
  FencePlace place = a;
  const double x =
      static_cast<double>(a.x) + share * static_cast<double>(static_cast<std::int64_t>(b.x) - a.x);
  const double y = a.y + share * (static_cast<double>(b.y) - a.y);
  place.x = static_cast<std::uint32_t>(std::llround(x));
  place.y = static_cast<std::int32_t>(std::llround(y));
  return place;
}

}  // namespace

Truth applies(const Fence& fence, std::optional<UtcTime> utc, int utc_offset_min) {
  const bool always = fence.hours.windows.empty() && !fence.valid_from && !fence.valid_until;
  if (always) return Truth::yes;
  if (!utc) return Truth::unknown;
  if (fence.valid_from && *utc < *fence.valid_from) return Truth::no;
  if (fence.valid_until && *utc >= *fence.valid_until) return Truth::no;
  return fence.hours.apply(local_minute(*utc, utc_offset_min)) ? Truth::yes : Truth::no;
}

FenceWatch::FenceWatch(std::shared_ptr<const FenceIndex> index, const FenceConfig& config)
    : index_(std::move(index)), config_(config) {
  const std::size_t most = index_->most_found();
  found_.resize(most);
  near_.reserve(2 * most);
  next_.reserve(2 * most);
  inside_.reserve(2 * most);
  passed_.reserve(std::min(most_passed, index_->size()));
}

void FenceWatch::take(const Pose& pose, std::optional<UtcTime> utc, std::vector<FenceChange>& out) {
  utc_ = utc;
  const std::int64_t minute = utc ? utc->ms / ms_per_minute : INT64_MIN;
  if (minute != minute_) {
    minute_ = minute;
    judge_hours(pose.at, out);
  }
  const bool good = pose.mode != PoseMode::none && pose.mode != PoseMode::lost;
  if (!good || !pose.position.valid()) return;
  Step step;
  step.now = pose.at;
  step.margin_m = std::max(config_.least_margin_m, config_.sigmas * sigma_m(pose.covariance));
  if (!(step.margin_m <= fence_band_m)) return;
  step.place.x = static_cast<std::uint32_t>(pose.position.lon_e7 + std::int64_t{1'800'000'000});
  step.place.y = pose.position.lat_e7;
  // The plane is the last look's while the cell is the same: it differs by 1e-5 of the way.
  step.place.metric = anchor_.metric;
  const bool same_cell = FenceIndex::cell(step.place) == cell_;
  if (!same_cell) step.place.metric = Metric::at(step.place.y);
  const bool still =
      same_cell && !changing_ && apart_m(anchor_, step.place) + step.margin_m < slack_m_;
  if (!still) look(step, out);
  last_ = step.place;
  last_at_ = step.now;
}

void FenceWatch::look(const Step& given, std::vector<FenceChange>& out) {
  Step step = given;
  if (last_) {
    const double length_m = apart_m(*last_, step.place);
    const double gap_s = seconds_of(step.now.ns - last_at_.ns);
    const bool judged = gap_s <= config_.longest_gap_s && length_m <= config_.longest_gap_m;
    step.length_m = judged ? length_m : 0;
  }
  const std::uint64_t cell = FenceIndex::cell(step.place);
  if (cell != cell_) {
    if (step.length_m > fence_band_m) cross_between(step, out);
    gather(step, out);
    cell_ = cell;
  }
  changing_ = false;
  slack_m_ = unbounded;
  for (Near& near : near_) {
    judge(step, near, out);
    changing_ = changing_ || near.changing;
    if (!near.around) slack_m_ = std::min(slack_m_, line_m(near, step.place));
  }
  anchor_ = step.place;
  first_ = false;
}

/// One that the last cell did not know: from there it was over the band away.
FenceWatch::Near FenceWatch::fresh(const FenceIndex::Found& found) const {
  Near near;
  near.fence = found.fence;
  near.sides = found.sides;
  near.around = !found.near;
  if (!last_) return near;
  near.measured = true;
  near.signed_m = fence_band_m;
  near.at = *last_;
  return near;
}

/// The fences of the new cell; of the old ones those that are still of interest.
void FenceWatch::gather(const Step& step, std::vector<FenceChange>& out) {
  const std::size_t count = index_->at(step.place, found_);
  next_.clear();
  std::size_t i = 0;
  for (Near& old : near_) {
    for (; i < count && found_[i].fence < old.fence; ++i) {
      next_.push_back(fresh(found_[i]));
    }
    if (i < count && found_[i].fence == old.fence) {
      old.around = !found_[i].near;
      old.sides = found_[i].sides;
      // Beyond the band the old cell's sides may not have been all that matter here.
      old.signed_m = std::clamp(old.signed_m, -fence_band_m, fence_band_m);
      next_.push_back(old);
      ++i;
    } else if (old.inside) {
      // Over the band away: beyond any margin. It stays until its dwell time is over.
      old.around = false;
      old.sides = {};
      next_.push_back(old);
      judge(step, next_.back(), out);
      if (!next_.back().inside) next_.pop_back();
    }
  }
  for (; i < count; ++i) {
    next_.push_back(fresh(found_[i]));
  }
  std::swap(near_, next_);
}

/// At least so far is the line from a place.
double FenceWatch::line_m(const Near& near, const FencePlace& place) {
  return std::fabs(near.signed_m) - apart_m(near.at, place);
}

double FenceWatch::enter_m(std::uint32_t fence, double margin_m) const {
  return std::min(margin_m, index_->shapes().depth_m(fence) / 4);
}

void FenceWatch::judge(const Step& step, Near& near, std::vector<FenceChange>& out) {
  if (near.around) {
    near.measured = false;
    turn(step, near, true, out);
    if (near.beyond) mark_beyond(near.fence, false);
    near.beyond = false;
    return;
  }
  if (near.measured && !near.changing && step.margin_m < line_m(near, step.place)) return;
  // How far outside it was, at least: nothing is cut on a way that is shorter than that and back.
  const bool was_out = near.measured && near.signed_m > 0 && last_;
  const double before_m = was_out ? line_m(near, *last_) : -unbounded;
  near.signed_m = index_->signed_distance_m(near.fence, near.sides, step.place);
  near.at = step.place;
  near.measured = true;
  const double enter = enter_m(near.fence, step.margin_m);
  const bool inside = near.inside ? near.signed_m <= step.margin_m : near.signed_m < -enter;
  const bool could_cut = !inside && !near.inside && near.signed_m + enter < step.length_m &&
                         before_m + near.signed_m < step.length_m - 2 * enter + cut_spare_m;
  if (could_cut && cuts(step, near.fence)) {
    out.push_back({near.fence, FenceEvent::crossed, step.now, 0});
  }
  turn(step, near, inside, out);
  // Half of the margin: within a sigma of the line nobody can say on which side it stands.
  const bool beyond = near.inside && near.signed_m >= -enter / 2;
  if (beyond != near.beyond) mark_beyond(near.fence, beyond);
  near.beyond = beyond;
}

void FenceWatch::turn(const Step& step, Near& near, bool inside, std::vector<FenceChange>& out) {
  if (inside == near.inside) {
    near.changing.reset();
    return;
  }
  if (!near.changing) near.changing = step.now;
  const double dwell_s = inside ? index_->fence(near.fence).dwell_s : config_.leave_dwell_s;
  if (seconds_of(step.now.ns - near.changing->ns) < dwell_s) return;
  near.inside = inside;
  const BootTime since = *near.changing;
  near.changing.reset();
  if (inside) {
    enter(near.fence, since);
    out.push_back({near.fence, first_ ? FenceEvent::found_inside : FenceEvent::entered, since, 0});
  } else {
    out.push_back({near.fence, FenceEvent::left, since, leave(near.fence, since)});
  }
}

/// A gap longer than the band: the cells on the way, for fences of which neither end knows.
void FenceWatch::cross_between(const Step& step, std::vector<FenceChange>& out) {
  passed_.clear();
  const double parts = std::ceil(step.length_m / fence_band_m);
  std::uint64_t cell = cell_;
  for (double part = 1; part < parts; ++part) {
    FencePlace place = between(*last_, step.place, part / parts);
    const std::uint64_t here = FenceIndex::cell(place);
    if (here == cell) continue;
    cell = here;
    const std::size_t count = index_->at(place, found_);
    for (std::size_t i = 0; i < count && passed_.size() < passed_.capacity(); ++i) {
      passed_.push_back(found_[i].fence);
    }
  }
  // The old cell's too: what is not near the new one is not judged again.
  for (const Near& near : near_) {
    if (!near.inside && passed_.size() < passed_.capacity()) passed_.push_back(near.fence);
  }
  std::sort(passed_.begin(), passed_.end());
  passed_.erase(std::unique(passed_.begin(), passed_.end()), passed_.end());
  const std::size_t count = index_->at(step.place, found_);
  for (const std::uint32_t fence : passed_) {
    const auto is_it = [&](const auto& other) { return other.fence == fence; };
    const auto known = std::find_if(near_.begin(), near_.end(), is_it);
    if (known != near_.end() && known->inside) continue;
    // Those that the new cell knows are judged there.
    const auto end = found_.begin() + static_cast<std::ptrdiff_t>(count);
    if (std::find_if(found_.begin(), end, is_it) != end) continue;
    if (cuts(step, fence)) out.push_back({fence, FenceEvent::crossed, step.now, 0});
  }
}

/// Walks along the way between the two positions; a step as long as the line is far cannot jump
/// over it.
bool FenceWatch::cuts(const Step& step, std::uint32_t fence) const {
  if (!last_ || step.length_m <= 0) return false;
  const Fence& about = index_->fence(fence);
  if (about.dwell_s > seconds_of(step.now.ns - last_at_.ns)) return false;
  const double enter = enter_m(fence, step.margin_m);
  const double least = std::max(least_step_m, step.length_m / most_steps);
  for (double gone_m = 0; gone_m < step.length_m;) {
    const FencePlace place = between(*last_, step.place, gone_m / step.length_m);
    const double signed_m = index_->shapes().signed_distance_m(fence, place);
    if (signed_m < -enter) return true;
    gone_m += std::max(least, signed_m + enter);
  }
  return false;
}

void FenceWatch::judge_hours(BootTime now, std::vector<FenceChange>& out) {
  for (Presence& presence : inside_) {
    const Truth before = presence.applies;
    presence.applies = applies(index_->fence(presence.fence), utc_, config_.utc_offset_min);
    if (before == presence.applies) continue;
    if (presence.applies == Truth::yes) {
      presence.applies_since = before == Truth::no ? now : presence.since;
    }
    if (before == Truth::no && presence.applies == Truth::yes) {
      out.push_back({presence.fence, FenceEvent::began, now, 0});
    } else if (before == Truth::yes && presence.applies == Truth::no) {
      out.push_back({presence.fence, FenceEvent::ended, now, 0});
    }
  }
}

void FenceWatch::enter(std::uint32_t fence, BootTime since) {
  const Truth now = applies(index_->fence(fence), utc_, config_.utc_offset_min);
  inside_.push_back({fence, since, now, since, false});
}

void FenceWatch::mark_beyond(std::uint32_t fence, bool beyond) {
  for (Presence& presence : inside_) {
    if (presence.fence == fence) presence.beyond = beyond;
  }
}

std::int64_t FenceWatch::leave(std::uint32_t fence, BootTime at) {
  const auto is_it = [&](const Presence& presence) { return presence.fence == fence; };
  const auto found = std::find_if(inside_.begin(), inside_.end(), is_it);
  if (found == inside_.end()) return 0;
  const std::int64_t stay_ns = at.ns - found->since.ns;
  inside_.erase(found);
  return stay_ns;
}

}  // namespace lujing::core
