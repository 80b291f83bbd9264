#include "terminal/core/work/hindsight.h"

#include "terminal/core/fusion/fusion.h"
#include "terminal/core/fusion/gnss_error.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr std::size_t room = 256;                ///< seconds
constexpr std::size_t most_waiting = 512;        ///< stretches
constexpr std::int64_t wait_ns = 60 * ns_per_s;  ///< of drive after a stretch
constexpr std::int64_t batch_ns = 5 * ns_per_s;  ///< looked back so often
constexpr std::int64_t gap_ns = 10 * ns_per_s;   ///< longer: nothing is known of the way between
constexpr double anchor_far_m = 20'000;
constexpr double least_cut_m = 2;  ///< nearer the odometer is right; a wait at a light is one piece
constexpr double headed_rad = 0.35;  ///< sigma of a heading that says where it drives
// The receiver.
constexpr double least_fresh_m2 = 0.5;
constexpr double lasting_more =
    2;  ///< among houses more of the error lasts than on the whole drive
constexpr std::int64_t oldest_fix_ns = 2 * ns_per_s;
constexpr std::int64_t fixed_every_ns = 9 * ns_per_s / 10;
constexpr std::int64_t unfixed_every_ns = 19 * ns_per_s / 10;
// Across the road.
constexpr double side_sigma_m = 2;
constexpr double from_kerb_m = 1.55;  ///< half of a truck's width, and what its brush reaches over
constexpr double side_lasts_s = 8;    ///< a second is no new word about the lane

bool tells_place(const Pose& pose) {
  return pose.position.valid() && pose.mode != PoseMode::none && pose.mode != PoseMode::lost;
}

double share_of(double part, double whole) {
  return whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 0;
}

/// How far right of the line the vehicle's middle is: in its lane (what is heavy keeps to the
/// right), or along the kerb that it brushes.
double side_of(const Link& link, protocol::WorkSide brushes) {
  const bool one_way = !link.has(link_flag::forward) || !link.has(link_flag::backward);
  const double half_m = link.width_dm * 0.05;
  const double at_kerb_m = std::max(half_m - from_kerb_m, 0.0);
  if (brushes == protocol::WorkSide::right) return at_kerb_m;
  if (brushes == protocol::WorkSide::left && one_way) return -at_kerb_m;
  return half_m / (one_way ? 4 : 2);
}

}  // namespace

FixSeen fix_seen(const Fusion& fusion, GeoPoint place) {
  const Estimate& e = fusion.estimate();
  const ErrorShares of_one = error_shares(e, 1);
  FixSeen fix;
  fix.place = place;
  fix.at = fusion.fix_at();
  fix.lasting_m2 = lasting_more * std::max(e.gnss_drift_var, Hindsight::least_lasting_m2);
  fix.fresh_m2 = std::max(fix.lasting_m2 * of_one.fresh_var / of_one.drift_var, least_fresh_m2);
  fix.lasts_s = std::max(e.standing ? e.drift_standing_s : e.drift_s, Hindsight::shortest_s);
  return fix;
}

Hindsight::Hindsight() : ring_(room) {
  waiting_.reserve(most_waiting);
}

void Hindsight::take(const Pose& pose, protocol::WorkSide brushes) {
  if (!tells_place(pose)) return;
  const Second* last = size_ > 0 ? &second(size_ - 1) : nullptr;
  const std::optional<FixSeen> fix = fix_;
  const std::int64_t every_ns = fix ? fixed_every_ns : unfixed_every_ns;
  if (last != nullptr && pose.at.ns - last->at.ns < every_ns) return;
  fix_.reset();
  const bool anew = last == nullptr || pose.at.ns - last->at.ns > gap_ns;
  if (!anchor_.valid()) anchor_ = pose.position;
  Second now;
  now.pose = offset(anchor_, pose.position);
  if (anew && std::abs(now.pose.east_m) + std::abs(now.pose.north_m) > anchor_far_m &&
      waiting_.empty()) {
    anchor_ = pose.position;
    now.pose = {};
    first_ = size_ = filtered_ = 0;
  }
  now.at = pose.at;
  now.driven_m = pose.driven_m;
  now.brushes = brushes;
  now.headed = pose.heading_sigma < headed_rad;
  now.heading = sin_cos(pose.heading_rad);
  now.fixed = fix && fix->place.valid() && pose.at.ns - fix->at.ns <= oldest_fix_ns;
  if (now.fixed) {
    const double since_m = pose.speed_mps * seconds_of(pose.at.ns - fix->at.ns);
    now.seen = offset(anchor_, fix->place);
    now.seen.east_m += since_m * now.heading.sin;
    now.seen.north_m += since_m * now.heading.cos;
    now.fresh_m2 = fix->fresh_m2;
    now.lasting_m2 = fix->lasting_m2;
    now.lasts_s = fix->lasts_s;
  } else if (last != nullptr) {
    now.lasting_m2 = last->lasting_m2;
    now.lasts_s = last->lasts_s;
  }
  now.anew = anew;
  if (size_ == room) {
    first_ = (first_ + 1) % room;
    --size_;
    filtered_ -= filtered_ > 0 ? 1 : 0;
  }
  second(size_++) = now;
}

double Hindsight::driven_at(BootTime when) {
  std::size_t low = 0;
  std::size_t high = size_;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    (second(middle).at <= when ? low : high) = second(middle).at <= when ? middle + 1 : middle;
  }
  if (low == 0) return size_ > 0 ? second(0).driven_m : 0;
  const Second& a = second(low - 1);
  if (low == size_) return a.driven_m;
  const Second& b = second(low);
  return a.driven_m + (b.driven_m - a.driven_m) *
                          share_of(seconds_of(when.ns - a.at.ns), seconds_of(b.at.ns - a.at.ns));
}

/// Where on the stretch it was then, by the odometer; by time, where that stood.
void Hindsight::put_on_road(Second& now, const Waiting& waiting, const RoadNetwork& roads) {
  const Driven& driven = waiting.stretch.driven;
  const double start_m = driven_at(driven.entered);
  const double total_m = driven_at(driven.left) - start_m;
  const double share = total_m > 0.25 * std::abs(driven.to_m - driven.from_m)
                           ? share_of(now.driven_m - start_m, total_m)
                           : share_of(seconds_of(now.at.ns - driven.entered.ns),
                                      seconds_of(driven.left.ns - driven.entered.ns));
  const double along_m = driven.from_m + (driven.to_m - driven.from_m) * share;
  const LinkId id = driven.edge.link();
  now.on_road = true;
  now.path_m = waiting.from_path_m + (waiting.to_path_m - waiting.from_path_m) * share;
  now.foot = offset(anchor_, roads.place(id, along_m));
  now.along = sin_cos(roads.bearing_rad(id, along_m) + (driven.edge.backward() ? pi : 0));
  const Link& link = waiting.stretch.link;
  const double width_m = link.width_dm * 0.1;
  now.side_m = side_of(link, now.brushes);
  const double sigma_m = std::max(side_sigma_m, width_m / 8);
  now.side_variance_m2 = sigma_m * sigma_m * side_lasts_s;
}

/// Through a corner as between the two ends of it, and never backward.
void Hindsight::fill_ahead() {
  std::size_t known = filtered_;
  for (std::size_t i = 0; i < filtered_; ++i) {
    Second& now = second(i);
    if (!now.on_road) continue;
    if (now.knows_ahead) {
      known = i;
      continue;
    }
    std::size_t next = i + 1;
    while (next < filtered_ && !(second(next).on_road && second(next).knows_ahead)) ++next;
    const bool before = known < filtered_;
    const bool after = next < filtered_;
    if (before && after) {
      const double share =
          share_of(now.path_m - second(known).path_m, second(next).path_m - second(known).path_m);
      now.ahead_m = second(known).ahead_m + (second(next).ahead_m - second(known).ahead_m) * share;
    } else {
      now.ahead_m = before ? second(known).ahead_m : after ? second(next).ahead_m : 0;
    }
  }
}

/// Where on the path it really was then.
double Hindsight::path_at(BootTime when) {
  const Second* before = nullptr;
  for (std::size_t i = 0; i < filtered_; ++i) {
    const Second& now = second(i);
    if (!now.on_road) continue;
    const double path_m = now.path_m + now.ahead_m;
    if (now.at >= when) {
      if (before == nullptr) return path_m - (now.driven_m - driven_at(when));
      const double from_m = before->path_m + before->ahead_m;
      return from_m +
             std::max(path_m - from_m, 0.0) * share_of(seconds_of(when.ns - before->at.ns),
                                                       seconds_of(now.at.ns - before->at.ns));
    }
    before = &now;
  }
  if (before == nullptr) return 0;
  return before->path_m + before->ahead_m + driven_at(when) - before->driven_m;
}

/// When it really passed that place of the path.
BootTime Hindsight::passed_at(double path_m, BootTime not_before, BootTime not_after) {
  const Second* before = nullptr;
  for (std::size_t i = 0; i < filtered_; ++i) {
    const Second& now = second(i);
    if (!now.on_road) continue;
    const double here_m = now.path_m + now.ahead_m;
    if (here_m >= path_m && now.at > not_before) {
      if (before == nullptr) return std::clamp(now.at, not_before, not_after);
      const double from_m = before->path_m + before->ahead_m;
      const double share = share_of(path_m - from_m, here_m - from_m);
      const BootTime at{
          before->at.ns +
          static_cast<std::int64_t>(share * static_cast<double>(now.at.ns - before->at.ns))};
      return std::clamp(at, not_before, not_after);
    }
    before = &now;
  }
  return not_after;
}

void Hindsight::take(const Driven& driven, const RoadNetwork& roads, std::vector<Stretch>& out) {
  const bool other_roads = !waiting_.empty() && waiting_.back().stretch.roads != roads.version();
  if (!driven.joined || other_roads || waiting_.size() == most_waiting) {
    if (!waiting_.empty()) {
      look_back();
      release(waiting_.size(), true, out);
    }
    for (std::size_t i = 0; i < size_; ++i) second(i).on_road = false;
    path_began_ = true;
    path_m_ = 0;
  }
  Waiting waiting{{driven, roads.link(driven.edge.link()), roads.version()},
                  path_m_,
                  path_m_ + std::abs(driven.to_m - driven.from_m)};
  path_m_ = waiting.to_path_m;
  if (waiting_.empty() && (size_ == 0 || second(0).at > driven.left)) {
    out.push_back(waiting.stretch);  // no pose has told anything
    return;
  }
  filter_to(driven.entered);
  for (std::size_t i = filtered_; i < size_ && second(i).at <= driven.left; ++i) {
    put_on_road(second(i), waiting, roads);
  }
  filter_to(driven.left);
  waiting_.push_back(waiting);
  const auto old = [&](const Waiting& one, std::int64_t more_ns) {
    return driven.left.ns - one.stretch.driven.left.ns > wait_ns + more_ns;
  };
  if (!old(waiting_.front(), batch_ns)) return;
  std::size_t count = 0;
  while (count < waiting_.size() && old(waiting_[count], 0)) ++count;
  look_back();
  release(count, false, out);
}

void Hindsight::release(std::size_t count, bool path_ends, std::vector<Stretch>& out) {
  if (count == 0) return;
  const Driven& last = waiting_[count - 1].stretch.driven;
  const BootTime newest = filtered_ > 0 ? second(filtered_ - 1).at : last.left;
  const double end_path_m = path_ends ? path_at(last.left) : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Waiting& one = waiting_[i];
    Stretch stretch = one.stretch;
    Driven& driven = stretch.driven;
    double from_path_m = one.from_path_m;
    double to_path_m = one.to_path_m;
    if (path_began_) {
      path_began_ = false;
      released_to_ = driven.entered;
      released_path_m_ = path_at(driven.entered);
      from_path_m = std::min(from_path_m, released_path_m_);
    }
    from_path_m = std::max(from_path_m, std::min(released_path_m_, to_path_m));
    const bool ends = path_ends && i + 1 == count;
    if (path_ends) {
      to_path_m = std::max(ends ? end_path_m : std::min(to_path_m, end_path_m), from_path_m);
    }
    const double onward = driven.edge.backward() ? -1 : 1;
    const double length_m = stretch.link.length_cm * 0.01;
    driven.from_m =
        std::clamp(driven.from_m + onward * (from_path_m - one.from_path_m), 0.0, length_m);
    driven.to_m = std::clamp(driven.to_m + onward * (to_path_m - one.to_path_m), 0.0, length_m);
    driven.entered = released_to_;
    driven.left = ends ? std::max(last.left, released_to_)
                       : passed_at(to_path_m, released_to_, std::max(newest, released_to_));
    released_to_ = driven.left;
    released_path_m_ = to_path_m;
    cut(stretch, from_path_m, to_path_m, out);
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
}

/// A place within a stretch comes from the odometer, which is right as long as the road is as long
/// as the way driven. In a corner it is not: so where both part, the stretch is cut.
void Hindsight::cut(const Stretch& whole, double from_path_m, double to_path_m,
                    std::vector<Stretch>& out) {
  Stretch rest = whole;
  const double onward = whole.driven.edge.backward() ? -1 : 1;
  double at_path_m = from_path_m;
  for (std::size_t i = 0; i < filtered_ && !whole.driven.bridged; ++i) {
    const Second& now = second(i);
    if (!now.on_road) continue;
    if (now.at >= whole.driven.left) break;
    if (now.at <= rest.driven.entered) continue;
    const double path_m = std::clamp(now.path_m + now.ahead_m, at_path_m, to_path_m);
    if (path_m - at_path_m < least_cut_m) continue;
    Stretch piece = rest;
    piece.driven.left = now.at;
    piece.driven.to_m = rest.driven.from_m + onward * (path_m - at_path_m);
    rest.driven.entered = now.at;
    rest.driven.from_m = piece.driven.to_m;
    rest.driven.joined = true;
    at_path_m = path_m;
    out.push_back(piece);
  }
  out.push_back(rest);
}

void Hindsight::flush(std::vector<Stretch>& out) {
  if (waiting_.empty()) return;
  look_back();
  release(waiting_.size(), false, out);
}

}  // namespace lujing::core
