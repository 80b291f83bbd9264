// When an accepted fix becomes a track point: the first one; when the vehicle has stopped or driven
// off; after an alarm was raised or cleared; when the course has turned; when it has come far
// enough; when it is time. At most one point a fix; the reason is the first of these that holds
// (`stop` for driving off too).
#pragma once

#include "protocol/record.h"
#include "terminal/core/config.h"
#include "terminal/core/fusion/fix_gate.h"

#include <optional>

namespace lujing::core {

class Track {
 public:
  explicit Track(const TrackConfig& config) : config_(config) {}

  /// The next fix is to be written, whatever the time.
  void alarm_changed() { alarm_changed_ = true; }
  /// An accepted fix, with the vehicle state after it. nullopt: no point is due.
  std::optional<protocol::TrackReason> judge(const Epoch& epoch, bool anew, double course_rad,
                                             std::optional<double> speed_mps, bool moving);

 private:
  std::optional<protocol::TrackReason> due(const Epoch& epoch, double course_rad,
                                           std::optional<double> speed_mps, bool moving) const;

  const TrackConfig& config_;
  bool alarm_changed_ = false;
  std::optional<Epoch> last_;
  double last_course_rad_ = 0;
  bool last_moving_ = false;
};

}  // namespace lujing::core
