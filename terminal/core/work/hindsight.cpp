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
constexpr double headed_rad = 0.35;  ///< sigma of a heading that says where it drives
constexpr double aside = 0.94;       ///< cosine: beyond 20 degrees it turns

// How the vehicle goes, a metre driven. What wheels and heading are off by lasts, so that it grows
// with the distance and not with its root: these are right over the length of a street.
constexpr double along_m2_per_m = 0.004;
constexpr double across_m2_per_m = 0.07;
constexpr double unheaded_m2_per_s = 4;
constexpr double still_m2_per_s = 1e-4;
constexpr double short_first = 0.003;  ///< sigma: what the filter has not learnt of its tyres
constexpr double short_walk = 1e-10;   ///< of its variance, a second
// The receiver.
constexpr double least_fresh_m2 = 0.5;
constexpr double least_lasting_m2 = 1;
constexpr double shortest_s = 10;
constexpr std::int64_t oldest_fix_ns = 2 * ns_per_s;
constexpr std::int64_t fixed_every_ns = 9 * ns_per_s / 10;
constexpr std::int64_t unfixed_every_ns = 19 * ns_per_s / 10;
constexpr double first_m2 = 400;
// Across the road.
constexpr double side_sigma_m = 2;
constexpr double side_lasts_s = 8;  ///< a second is no new word about the lane
constexpr double believed = 16;     ///< sigmas squared
constexpr double most_ahead_m = 30;

double seconds(std::int64_t ns) {
  return static_cast<double>(ns) / static_cast<double>(ns_per_s);
}

template <std::size_t n>
double dot(const std::array<double, n>& a, const std::array<double, n>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

bool tells_place(const Pose& pose) {
  return pose.position.valid() && pose.mode != PoseMode::none && pose.mode != PoseMode::lost;
}

double share_of(double part, double whole) {
  return whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 0;
}

}  // namespace

FixSeen fix_seen(const Fusion& fusion, GeoPoint place) {
  const Estimate& e = fusion.estimate();
  const ErrorShares of_one = error_shares(e, 1);
  FixSeen fix;
  fix.place = place;
  fix.at = fusion.fix_at();
  fix.lasting_m2 = std::max(e.gnss_drift_var, least_lasting_m2);
  fix.fresh_m2 = std::max(fix.lasting_m2 * of_one.fresh_var / of_one.drift_var, least_fresh_m2);
  fix.lasts_s = std::max(e.standing ? e.drift_standing_s : e.drift_s, shortest_s);
  return fix;
}

Hindsight::Hindsight() : ring_(room) {
  waiting_.reserve(most_waiting);
}

void Hindsight::take(const Pose& pose) {
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
  now.headed = pose.heading_sigma < headed_rad;
  now.heading = sin_cos(pose.heading_rad);
  now.fixed = fix && fix->place.valid() && pose.at.ns - fix->at.ns <= oldest_fix_ns;
  if (now.fixed) {
    const double since_m = pose.speed_mps * seconds(pose.at.ns - fix->at.ns);
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
                          share_of(seconds(when.ns - a.at.ns), seconds(b.at.ns - a.at.ns));
}

/// Where on the stretch it was then, by the odometer; by time, where that stood.
void Hindsight::put_on_road(Second& now, const Waiting& waiting, const RoadNetwork& roads) {
  const Driven& driven = waiting.stretch.driven;
  const double start_m = driven_at(driven.entered);
  const double total_m = driven_at(driven.left) - start_m;
  const double share = total_m > 0.25 * std::abs(driven.to_m - driven.from_m)
                           ? share_of(now.driven_m - start_m, total_m)
                           : share_of(seconds(now.at.ns - driven.entered.ns),
                                      seconds(driven.left.ns - driven.entered.ns));
  const double along_m = driven.from_m + (driven.to_m - driven.from_m) * share;
  const LinkId id = driven.edge.link();
  now.on_road = true;
  now.path_m = waiting.from_path_m + (waiting.to_path_m - waiting.from_path_m) * share;
  now.foot = offset(anchor_, roads.place(id, along_m));
  now.along = sin_cos(roads.bearing_rad(id, along_m) + (driven.edge.backward() ? pi : 0));
  const Link& link = waiting.stretch.link;
  const bool one_way = !link.has(link_flag::forward) || !link.has(link_flag::backward);
  const double width_m = link.width_dm * 0.1;
  now.side_m = one_way ? 0 : width_m / 4;
  const double sigma_m = std::max(side_sigma_m, width_m / 4);
  now.side_variance_m2 = sigma_m * sigma_m * side_lasts_s;
}

void Hindsight::predict(Second& now, const Second& before) {
  const double lasted_s = seconds(now.at.ns - before.at.ns);
  const double way_m = now.driven_m - before.driven_m;
  double east_m = now.pose.east_m - before.pose.east_m;
  double north_m = now.pose.north_m - before.pose.north_m;
  double ee = unheaded_m2_per_s * lasted_s;
  double nn = ee;
  double en = 0;
  if (now.headed && before.headed) {
    SinCos to{now.heading.sin + before.heading.sin, now.heading.cos + before.heading.cos};
    const double length = std::sqrt(to.sin * to.sin + to.cos * to.cos);
    if (length > 0.1) to = {to.sin / length, to.cos / length};
    east_m = way_m * to.sin;
    north_m = way_m * to.cos;
    const double along = along_m2_per_m * std::abs(way_m) + still_m2_per_s * lasted_s;
    const double across = across_m2_per_m * std::abs(way_m) + still_m2_per_s * lasted_s;
    ee = along * to.sin * to.sin + across * to.cos * to.cos;
    nn = along * to.cos * to.cos + across * to.sin * to.sin;
    en = (along - across) * to.sin * to.cos;
  }
  const double keeps = exponential(-lasted_s / std::max(now.lasts_s, shortest_s));
  now.keeps = keeps;
  now.went = now.headed && before.headed ? Offset{east_m, north_m} : Offset{};
  x_[0] += east_m + now.went.east_m * x_[4];
  x_[1] += north_m + now.went.north_m * x_[4];
  x_[2] *= keeps;
  x_[3] *= keeps;
  for (std::size_t i = 0; i < states; ++i) {
    for (std::size_t j = 0; j < states; ++j) {
      p_[i][j] *= (i == 2 || i == 3 ? keeps : 1) * (j == 2 || j == 3 ? keeps : 1);
    }
  }
  const Vector shorts = p_[4];
  const std::array<double, 2> went{now.went.east_m, now.went.north_m};
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < states; ++j) p_[i][j] += went[i] * shorts[j];
  }
  const Vector column{p_[0][4], p_[1][4], p_[2][4], p_[3][4], p_[4][4]};
  for (std::size_t i = 0; i < states; ++i) {
    for (std::size_t j = 0; j < 2; ++j) p_[i][j] += column[i] * went[j];
  }
  p_[4][4] += short_walk * lasted_s;
  p_[0][0] += ee;
  p_[1][1] += nn;
  p_[0][1] += en;
  p_[1][0] += en;
  const double renewed = std::max(now.lasting_m2, least_lasting_m2) * (1 - keeps * keeps);
  p_[2][2] += renewed;
  p_[3][3] += renewed;
}

void Hindsight::tell(Second& now, const Vector& row, double off, double variance) {
  Told told;
  told.row = row;
  Vector pr{};
  for (std::size_t i = 0; i < states; ++i) pr[i] = dot(p_[i], row);
  const double expected = dot(pr, row) + variance;
  if (off * off > believed * expected) return;
  told.innovation = off / expected;
  for (std::size_t i = 0; i < states; ++i) told.gain[i] = pr[i] / expected;
  for (std::size_t i = 0; i < states; ++i) x_[i] += told.gain[i] * off;
  for (std::size_t i = 0; i < states; ++i) {
    for (std::size_t j = 0; j < states; ++j) p_[i][j] -= told.gain[i] * pr[j];
  }
  now.told[now.told_count++] = told;
}

void Hindsight::tell_all(Second& now) {
  now.expected = x_;
  now.covariance = p_;
  now.told_count = 0;
  if (now.fixed) {
    tell(now, {1, 0, 1, 0, 0}, now.seen.east_m - x_[0] - x_[2], now.fresh_m2);
    tell(now, {0, 1, 0, 1, 0}, now.seen.north_m - x_[1] - x_[3], now.fresh_m2);
  }
  if (!now.on_road || !now.headed) return;
  if (now.along.sin * now.heading.sin + now.along.cos * now.heading.cos < aside) return;
  const Vector right{now.along.cos, -now.along.sin, 0, 0, 0};
  const double side_m =
      right[0] * (x_[0] - now.foot.east_m) + right[1] * (x_[1] - now.foot.north_m);
  tell(now, right, now.side_m - side_m, now.side_variance_m2);
}

void Hindsight::filter_to(BootTime upto) {
  while (filtered_ < size_ && second(filtered_).at <= upto) {
    Second& now = second(filtered_);
    if (filtered_ == 0 || now.anew) {
      now.anew = true;
      const double short_variance = p_[4][4] > 0 ? p_[4][4] : short_first * short_first;
      x_ = {now.pose.east_m, now.pose.north_m, 0, 0, x_[4]};
      p_ = {};
      p_[4][4] = short_variance;
      p_[0][0] = p_[1][1] = first_m2;
      p_[2][2] = p_[3][3] = std::max(now.lasting_m2, least_lasting_m2);
    } else {
      predict(now, second(filtered_ - 1));
    }
    tell_all(now);
    ++filtered_;
  }
}

/// What all later numbers say of each second (Bryson and Frazier: no matrix is inverted).
void Hindsight::look_back() {
  Vector later{};
  for (std::size_t i = filtered_; i-- > 0;) {
    Second& now = second(i);
    for (std::size_t n = now.told_count; n-- > 0;) {
      const Told& told = now.told[n];
      const double pull = told.innovation + dot(told.gain, later);
      for (std::size_t s = 0; s < states; ++s) later[s] -= told.row[s] * pull;
    }
    now.knows_ahead = false;
    if (now.on_road && now.headed &&
        now.along.sin * now.heading.sin + now.along.cos * now.heading.cos >= aside) {
      const double east_m = now.expected[0] - dot(now.covariance[0], later);
      const double north_m = now.expected[1] - dot(now.covariance[1], later);
      now.ahead_m =
          (east_m - now.foot.east_m) * now.along.sin + (north_m - now.foot.north_m) * now.along.cos;
      now.knows_ahead = std::abs(now.ahead_m) <= most_ahead_m;
    }
    if (now.anew) {
      later = {};
    } else {
      later[4] += now.went.east_m * later[0] + now.went.north_m * later[1];
      later[2] *= now.keeps;
      later[3] *= now.keeps;
    }
  }
  fill_ahead();
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
      return from_m + std::max(path_m - from_m, 0.0) * share_of(seconds(when.ns - before->at.ns),
                                                                seconds(now.at.ns - before->at.ns));
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
    out.push_back(stretch);
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
}

void Hindsight::flush(std::vector<Stretch>& out) {
  if (waiting_.empty()) return;
  look_back();
  release(waiting_.size(), false, out);
}

}  // namespace lujing::core
