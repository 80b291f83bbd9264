#include "terminal/core/track/track.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

using protocol::TrackReason;

constexpr double slowest_turn_mps = 1.5;  ///< below it a receiver's course is noise
/// A fix that comes this much before its time is in time: receivers and sockets jitter.
constexpr double early_s = 0.1;
constexpr double early_share = 0.1;

}  // namespace

std::optional<TrackReason> Track::judge(const Epoch& epoch, bool anew, double course_rad,
                                        std::optional<double> speed_mps, bool moving) {
  const std::optional<TrackReason> reason =
      anew || !last_ ? TrackReason::first : due(epoch, course_rad, speed_mps, moving);
  if (reason) {
    last_ = epoch;
    last_course_rad_ = course_rad;
    last_moving_ = moving;
    alarm_changed_ = false;
  }
  return reason;
}

std::optional<TrackReason> Track::due(const Epoch& epoch, double course_rad,
                                      std::optional<double> speed_mps, bool moving) const {
  if (moving != last_moving_) return TrackReason::stop;
  if (alarm_changed_) return TrackReason::alarm;
  const double turned = std::fabs(wrap_pi(course_rad - last_course_rad_));
  if (turned >= config_.turn_rad && speed_mps.value_or(0) >= slowest_turn_mps) {
    return TrackReason::turn;
  }
  if (distance_m(last_->position, epoch.position) >= config_.distance_m) {
    return TrackReason::distance;
  }
  const double every_s = moving ? config_.every_s : config_.stopped_every_s;
  const double passed_s = epoch.seconds_since(*last_);
  if (passed_s >= every_s - std::min(early_s, early_share * every_s)) return TrackReason::time;
  return std::nullopt;
}

}  // namespace lujing::core
