// The estimate behind hindsight: forward with each second, and back again.
#include "terminal/core/work/hindsight.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

// How the vehicle goes, a metre driven. What wheels and heading are off by lasts, so that it grows
// with the distance and not with its root: these are right over the length of a street.
constexpr double along_m2_per_m = 0.004;
constexpr double across_m2_per_m = 0.07;
constexpr double unheaded_m2_per_s = 4;
constexpr double still_m2_per_s = 1e-4;
constexpr double heading_late_s = 0.25;  ///< a yaw rate on a bus is smoothed, and so is late
constexpr double least_step_s = 0.1;
constexpr double short_first = 0.003;  ///< sigma: what the filter has not learnt of its tyres
constexpr double short_walk = 1e-10;   ///< of its variance, a second
constexpr double first_m2 = 400;
constexpr double believed = 16;  ///< sigmas squared
constexpr double most_ahead_m = 30;
constexpr double aside = 0.94;  ///< cosine: beyond 20 degrees it turns

template <std::size_t n>
double dot(const std::array<double, n>& a, const std::array<double, n>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

void Hindsight::predict(Second& now, const Second& before) {
  const double lasted_s = seconds_of(now.at.ns - before.at.ns);
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
    // The heading is of a moment ago: while it turns, it is not yet where the nose is.
    const double turning =
        (now.heading.sin * before.heading.cos - now.heading.cos * before.heading.sin) /
        std::max(lasted_s, least_step_s);
    east_m += way_m * turning * heading_late_s * to.cos;
    north_m -= way_m * turning * heading_late_s * to.sin;
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

}  // namespace lujing::core
