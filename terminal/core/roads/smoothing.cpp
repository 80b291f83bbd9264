#include "terminal/core/roads/smoothing.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr double dense_s = 3.5;  // fixes closer than this show their noise
constexpr double tied_s = 6;     // in more time a vehicle turns a corner: not tied together
constexpr double least_noise_m2 = 0.09;
constexpr double prior_triples = 8;  // what the configured noise weighs
constexpr double memory_triples = 60;
constexpr double least_slow_m2 = 0.04;
constexpr double told_most = 4;     // receivers are off by a factor of two
constexpr double usual_slow = 0.1;  // share that is slow at the least
constexpr double origin_most_m = 20'000;

double squared(Offset d) {
  return d.east_m * d.east_m + d.north_m * d.north_m;
}

Offset blend(Offset a, double weight, Offset b) {
  return {a.east_m + weight * b.east_m, a.north_m + weight * b.north_m};
}

Offset minus(Offset a, Offset b) {
  return {a.east_m - b.east_m, a.north_m - b.north_m};
}

}  // namespace

Smoother::Smoother(const MatchConfig& config)
    : config_(config),
      noise_m2_(config.white_sigma_m * config.white_sigma_m),
      noise_weight_(prior_triples) {}

/// Close enough to the one before it for the motion to show its own error.
bool Smoother::tied(const Step& step) const {
  return !step.first && step.seconds <= dense_s;
}

/// What a receiver tells is the whole error: where the motion shows the part of it that is new in
/// each fix, the rest is slow; where it does not, both have their usual shares.
double Smoother::own_m2(const Step& step) const {
  const double usual = config_.white_sigma_m * config_.white_sigma_m;
  const double own = tied(step) ? noise_m2_ : usual;
  if (!step.fix.sigma_m) return own;
  const double told = *step.fix.sigma_m * *step.fix.sigma_m;
  if (tied(step)) return std::max(std::min(own, told_most * told), least_noise_m2);
  return std::max(told * usual / (usual + config_.drift_sigma_m * config_.drift_sigma_m),
                  least_noise_m2);
}

double Smoother::slow_m2(const Step& step) const {
  const double usual = config_.drift_sigma_m * config_.drift_sigma_m;
  if (!step.fix.sigma_m) return usual;
  const double told = *step.fix.sigma_m * *step.fix.sigma_m;
  if (!tied(step)) {
    const double own = config_.white_sigma_m * config_.white_sigma_m;
    return std::max(told * usual / (usual + own), least_slow_m2);
  }
  // The word of a receiver that rounds, and makes certain, weighs as much as what is usual.
  const double rest = std::max(told - noise_m2_, told * usual_slow);
  return std::max(std::sqrt(rest * usual), least_slow_m2);
}

Smoother::State Smoother::predict(const State& from, double seconds) const {
  const double q =
      config_.acceleration_mps2 * config_.acceleration_mps2 * config_.acceleration_time_s;
  State to = from;
  to.place = blend(from.place, seconds, from.speed);
  to.pp = from.pp + 2 * seconds * from.ps + seconds * seconds * from.ss +
          q * seconds * seconds * seconds / 3;
  to.ps = from.ps + seconds * from.ss + q * seconds * seconds / 2;
  to.ss = from.ss + q * seconds;
  return to;
}

/// The second difference of three fixes: 6 times the noise, and what the vehicle accelerated.
void Smoother::learn_noise(const Step& now) {
  if (held_ < 2 || now.first) return;
  const Step& middle = step(1);
  const Step& old = step(2);
  const double a = now.seconds;
  const double b = middle.seconds;
  if (middle.first || a <= 0 || b <= 0 || a > dense_s || b > dense_s) return;
  const double w = a / (a + b);
  // The middle fix against the line through its neighbours.
  const Offset off = minus(middle.seen, blend(now.seen, w, minus(old.seen, now.seen)));
  const double spread = 1 + w * w + (1 - w) * (1 - w);
  const double bend = 0.5 * config_.acceleration_mps2 * a * b;
  const double seen = squared(off) / 2;
  const double most = 9 * (noise_m2_ * spread + bend * bend);
  const double noise = (std::min(seen, most) - bend * bend) / spread;
  noise_weight_ = std::min(noise_weight_ + 1, memory_triples);
  noise_m2_ += (noise - noise_m2_) / noise_weight_;
  noise_m2_ = std::max(noise_m2_, least_noise_m2);
}

void Smoother::update(Step& now, const Step* before) const {
  State& f = now.filtered;
  if (before == nullptr) {
    f = {now.seen, {}, now.noise_m2, 0, 400};  // any speed up to about 20 m/s
    now.predicted = f;
    return;
  }
  now.predicted = predict(before->filtered, now.seconds);
  const State& p = now.predicted;
  const Offset surprise = minus(now.seen, p.place);
  double noise = now.noise_m2;
  // A jump that the noise does not explain counts for less.
  const double far = squared(surprise) / (2 * (p.pp + noise));
  if (far > 9) noise *= far / 9;
  const double total = p.pp + noise;
  const double kp = p.pp / total;
  const double ks = p.ps / total;
  f.place = blend(p.place, kp, surprise);
  f.speed = blend(p.speed, ks, surprise);
  f.pp = (1 - kp) * p.pp;
  f.ps = (1 - kp) * p.ps;
  f.ss = p.ss - ks * p.ps;
}

void Smoother::take(const RawFix& fix) {
  const Step* before = held_ > 0 ? &step(0) : nullptr;
  Step now;
  now.fix = fix;
  if (fix.position.valid()) {
    if (!origin_.valid()) origin_ = fix.position;
    now.seen = offset(origin_, fix.position);
    if (squared(now.seen) > origin_most_m * origin_most_m && waiting_ == 0) {
      origin_ = fix.position;
      now.seen = {};
      before = nullptr;
    }
  }
  now.first = before == nullptr || !fix.position.valid() || !before->fix.position.valid();
  if (!now.first) {
    now.seconds = static_cast<double>(fix.at.ns - before->fix.at.ns) * 1e-9;
    now.first = now.seconds > tied_s || now.seconds < 0;
  }
  head_ = (head_ + 1) % room;
  ring_[head_] = now;
  Step& kept = ring_[head_];
  learn_noise(kept);
  kept.noise_m2 = own_m2(kept);
  kept.slow_m2 = slow_m2(kept);
  if (fix.position.valid()) update(kept, kept.first ? nullptr : &step(1));
  held_ = std::min(held_ + 1, room);
  ++waiting_;
}

/// How long later fixes still say something: about three times the filter's own memory.
double Smoother::wait_s() const {
  const double memory_s = std::sqrt(std::sqrt(noise_m2_) / config_.acceleration_mps2);
  return std::min({3 * memory_s, config_.lag_s / 4, 10.0});
}

bool Smoother::next(Sighting& out, bool all) {
  if (waiting_ == 0) return false;
  const std::size_t age = waiting_ - 1;
  const Step& oldest = step(age);
  const double waited = static_cast<double>(step(0).fix.at.ns - oldest.fix.at.ns) * 1e-9;
  const bool cut = age > 0 && step(age - 1).first;
  const bool sparse = oldest.seconds > wait_s();  // the next one comes too late
  if (!all && !cut && !sparse && waited < wait_s() && waiting_ < room - 2) return false;
  emit(oldest, back(age), out);
  --waiting_;
  return true;
}

/// The smoothed state of the step that is `age` steps old.
Smoother::State Smoother::back(std::size_t age) {
  std::size_t from = 0;
  for (std::size_t i = age; i > 0; --i) {
    if (step(i - 1).first) {
      from = i;  // what came after the cut says nothing
      break;
    }
  }
  State smooth = step(from).filtered;
  for (std::size_t i = from + 1; i <= age; ++i) {
    const Step& later = step(i - 1);
    const Step& now = step(i);
    const State& p = later.predicted;
    const State& f = now.filtered;
    // G = F-covariance * transition' * predicted^-1, 2 by 2.
    const double dt = later.seconds;
    const double det = p.pp * p.ss - p.ps * p.ps;
    if (!(det > 0)) {
      smooth = f;
      continue;
    }
    const double c00 = f.pp + dt * f.ps;
    const double c01 = f.ps;
    const double c10 = f.ps + dt * f.ss;
    const double c11 = f.ss;
    const double g00 = (c00 * p.ss - c01 * p.ps) / det;
    const double g01 = (c01 * p.pp - c00 * p.ps) / det;
    const double g10 = (c10 * p.ss - c11 * p.ps) / det;
    const double g11 = (c11 * p.pp - c10 * p.ps) / det;
    const Offset dp = minus(smooth.place, p.place);
    const Offset ds = minus(smooth.speed, p.speed);
    const double vpp = smooth.pp - p.pp;
    const double vps = smooth.ps - p.ps;
    const double vss = smooth.ss - p.ss;
    State s;
    s.place = blend(blend(f.place, g00, dp), g01, ds);
    s.speed = blend(blend(f.speed, g10, dp), g11, ds);
    s.pp = f.pp + g00 * g00 * vpp + 2 * g00 * g01 * vps + g01 * g01 * vss;
    s.ps = f.ps + g00 * g10 * vpp + (g00 * g11 + g01 * g10) * vps + g01 * g11 * vss;
    s.ss = f.ss + g10 * g10 * vpp + 2 * g10 * g11 * vps + g11 * g11 * vss;
    smooth = s;
  }
  return smooth;
}

void Smoother::emit(const Step& from, const State& smooth, Sighting& out) {
  out = {};
  out.pose.at = from.fix.at;
  out.pose.position = from.fix.position;
  out.usable = from.fix.position.valid();
  if (!out.usable) return;
  out.pose.mode = PoseMode::gnss;
  out.place = moved(origin_, smooth.place);
  out.white_m2 = std::max(smooth.pp, least_noise_m2);
  out.white_seen = tied(from);
  out.told = from.fix.sigma_m.has_value();
  const double drift = from.slow_m2;
  out.drift = {drift, drift, 0};
  out.pose.covariance = {drift + from.noise_m2, drift + from.noise_m2, 0};
  out.gap_m = last_place_.valid() ? distance_m(last_place_, out.place) : 0;
  last_place_ = out.place;
  const double speed = std::sqrt(squared(smooth.speed));
  const double speed_sigma = std::sqrt(std::max(smooth.ss, 0.01));
  out.pose.speed_mps = from.fix.speed_mps.value_or(speed);
  if (from.fix.heading_rad && from.fix.speed_mps.value_or(speed) > 1) {
    out.heading_rad = wrap_two_pi(*from.fix.heading_rad);
    out.heading_sigma = std::min(pi, 0.1 + 0.5 / from.fix.speed_mps.value_or(speed));
  } else if (speed > 2 * speed_sigma && !(from.seconds > dense_s)) {
    out.heading_rad =
        bearing_rad(GeoPoint{0, 0}, moved(GeoPoint{0, 0}, blend({}, 10, smooth.speed)));
    out.heading_sigma = speed_sigma / speed;
  }
  out.pose.heading_rad = out.heading_rad;
  out.pose.heading_sigma = out.heading_sigma;
  out.pose.speed_sigma_mps = speed_sigma;
}

}  // namespace lujing::core
