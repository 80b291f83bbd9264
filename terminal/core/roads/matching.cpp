#include "terminal/core/roads/matching.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

constexpr int times_back = 5;  // so many in a row: the clock was set back
constexpr std::size_t fixes_waiting = 2048;
constexpr double longest_lag_s = 1e9;
constexpr double filter_white_m2 = 0.25;  // a filter's output hardly jumps

double lapse_s(BootTime from, BootTime to) {
  return static_cast<double>(to.ns - from.ns) * 1e-9;
}

}  // namespace

Matcher::Matcher(const RoadNetwork& network, const MatchConfig& config)
    : config_(config),
      smoother_(config_),
      search_(std::make_shared<RouteSearch>(network, config_)),
      lattice_(network, config_, *search_),
      watch_(network, config_, *search_),
      trail_(network, *search_, fixes_waiting) {
  decisions_.reserve(config_.epochs + 1);
  chosen_.reserve(config_.epochs + 1);
  smoothing_.reserve(fixes_waiting);
}

std::size_t Matcher::memory_bytes() const {
  return sizeof *this + search_->memory_bytes() + lattice_.memory_bytes() + watch_.memory_bytes() +
         trail_.memory_bytes() + (decisions_.capacity() + chosen_.capacity()) * sizeof(Decision) +
         smoothing_.capacity() * sizeof(std::uint64_t);
}

/// Times that go back are not used, unless they stay back: then a new track begins.
bool Matcher::in_order(BootTime at, Matches& out) {
  if (!any_ || at >= newest_) {
    any_ = true;
    newest_ = at;
    back_in_a_row_ = 0;
    return true;
  }
  if (++back_in_a_row_ < times_back) return false;
  finish(out);
  any_ = true;
  newest_ = at;
  return true;
}

void Matcher::take(const Pose& pose, Matches& out) {
  const bool ordered = in_order(pose.at, out);
  Sighting seen;
  seen.pose = pose;
  seen.usable = ordered && pose.position.valid() && pose.mode != PoseMode::none &&
                pose.mode != PoseMode::lost;
  seen.place = pose.position;
  seen.white_m2 = filter_white_m2;
  seen.drift = pose.covariance;
  seen.drift.east_m2 = std::max(seen.drift.east_m2, 1.0);
  seen.drift.north_m2 = std::max(seen.drift.north_m2, 1.0);
  const bool reversing = pose.speed_mps < 0;
  seen.heading_rad = reversing ? wrap_two_pi(pose.heading_rad + pi) : pose.heading_rad;
  seen.heading_sigma = pose.heading_sigma;
  seen.standing = pose.standing;
  seen.odometer = true;
  seen.driven_m = pose.driven_m;
  const std::uint64_t serial = serial_++;
  trail_.wait(serial, seen);
  if (seen.usable) admit(serial, seen);
  answer_in_time(out);
}

void Matcher::take(const RawFix& fix, Matches& out) {
  const bool ordered = in_order(fix.at, out);
  Sighting raw;
  raw.pose.at = fix.at;
  raw.pose.position = fix.position;
  const std::uint64_t serial = serial_++;
  trail_.wait(serial, raw);
  if (ordered && fix.position.valid()) {
    smoother_.take(fix);
    smoothing_.push_back(serial);
  }
  take_smoothed(false);
  answer_in_time(out);
}

/// What the smoother has ready goes on; `all`: everything in it.
void Matcher::take_smoothed(bool all) {
  Sighting seen;
  std::size_t ready = 0;
  while (smoother_.next(seen, all)) {
    const std::uint64_t serial = smoothing_[ready++];
    trail_.waiting(serial) = seen;
    admit(serial, seen);
  }
  smoothing_.erase(smoothing_.begin(), smoothing_.begin() + static_cast<std::ptrdiff_t>(ready));
}

/// Thins by distance: a sighting is decided on when the vehicle has come far enough, or when long
/// enough nothing was.
void Matcher::admit(std::uint64_t serial, const Sighting& sighting) {
  bool wanted = lattice_.empty();
  if (!wanted) {
    watch_.lapse(lapse_s(newest_seen_.pose.at, sighting.pose.at));
    gap_m_ = std::max(gap_m_, distance_m(newest_seen_.place, sighting.place));
    const double come = sighting.odometer ? std::fabs(sighting.driven_m - last_.driven_m)
                                          : distance_m(last_.place, sighting.place);
    const double waited = lapse_s(last_.pose.at, sighting.pose.at);
    const double thin = config_.thin_m + 2 * std::sqrt(last_.white_m2 + sighting.white_m2);
    const bool far = come >= thin && !sighting.standing;
    wanted = waited > 0 && (far || waited >= std::min(config_.lag_s / 3, config_.patience_s));
  }
  newest_seen_ = sighting;
  newest_serial_ = serial;
  if (wanted) decide_on(serial, sighting);
}

/// With the errors that the track has shown. A filter knows its own covariance.
Sighting Matcher::scaled(const Sighting& sighting) const {
  Sighting one = sighting;
  if (sighting.odometer) return one;
  one.scale = lattice_.error_scale();
  if (sighting.white_seen) one.scale.own = 1;
  one.white_m2 *= one.scale.own;
  one.drift.east_m2 *= one.scale.slow;
  one.drift.north_m2 *= one.scale.slow;
  return one;
}

void Matcher::decide_on(std::uint64_t serial, const Sighting& sighting) {
  // The first one of a dense track is no sparse one.
  const bool sparse = !sighting.white_seen && !lattice_.empty();
  if (config_.look_around && !sighting.odometer && (sighting.told || sparse)) {
    lattice_.look_around(sighting);
  }
  if (watch_.wanted()) {
    if (!watch_.active() && !lattice_.empty()) watch_.begin(scaled(last_), last_serial_);
    watch_.add(scaled(sighting), serial, gap_m_);
  }
  lattice_.add(scaled(sighting), serial, gap_m_);
  last_ = sighting;
  last_serial_ = serial;
  gap_m_ = 0;
  lattice_.settle({INT64_MIN}, decisions_);
}

void Matcher::deliver(Matches& out) {
  watch_.choose(decisions_, chosen_);
  for (const Decision& decision : chosen_) trail_.take(decision, out.points, out.driven);
  chosen_.clear();
}

/// One decision more, for those who have none ready.
bool Matcher::settle_next() {
  const bool settled = decisions_.empty() && lattice_.settle_one(decisions_);
  return watch_.settle_one() || settled;
}

/// Whatever is older than the lag is answered now: by a decision that need not be waited for, else
/// where the vehicle was last.
void Matcher::answer_in_time(Matches& out) {
  deliver(out);
  if (!(config_.lag_s < longest_lag_s)) return;
  const BootTime deadline{newest_.ns - static_cast<std::int64_t>(config_.lag_s * 1e9)};
  const auto late = [&] { return trail_.any_waiting() && trail_.oldest().pose.at <= deadline; };
  if (!late()) return;
  lattice_.settle(deadline, decisions_);
  watch_.settle(deadline);
  deliver(out);
  while (late() && settle_next()) deliver(out);
  if (!late()) return;
  take_smoothed(true);
  lattice_.settle_all(decisions_);
  watch_.settle_all();
  deliver(out);
  trail_.rest(deadline, out.points);
}

void Matcher::finish(Matches& out) {
  take_smoothed(true);
  // The end of the track is not thinned away.
  if (!lattice_.empty() && newest_serial_ != last_serial_ && newest_seen_.pose.at > last_.pose.at) {
    decide_on(newest_serial_, newest_seen_);
  }
  lattice_.settle_all(decisions_);
  watch_.settle_all();
  deliver(out);
  trail_.rest({INT64_MAX}, out.points);
  trail_.cut();
  cost_ = lattice_.cost();
  lattice_.reset();
  watch_.reset();
  any_ = false;
  back_in_a_row_ = 0;
  gap_m_ = 0;
}

void Matcher::as_if_finished(Matches& out) const {
  Matcher copy(*this);
  copy.finish(out);
  search_->price_by(config_);  // not by what the copy believed
}

}  // namespace lujing::core
