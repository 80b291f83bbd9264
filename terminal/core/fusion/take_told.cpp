// Each kind of measurement to its own file. A fix is three: speed, course and position, in this
// order, so that the position is judged with what the other two say.
#include "terminal/core/fusion/advance.h"
#include "terminal/core/fusion/measurements.h"

namespace lujing::core {
namespace {

struct Take {
  Estimate& e;
  const FusionConfig& config;
  void operator()(const FixTold& fix) const {
    take_gnss_speed(e, fix);
    take_gnss_course(e, fix);
    take_gnss_position(e, fix);
  }
  void operator()(const WheelTold& wheels) const { take_wheel_speed(e, wheels); }
  void operator()(const PairTold& pair) const { take_wheel_pair(e, pair, config); }
  void operator()(const YawTold& yaw) const { take_yaw_rate(e, yaw); }
  void operator()(const SteeringTold& steering) const { take_steering(e, steering); }
  void operator()(const RoadLine& road) const { take_road_line(e, road); }
};

}  // namespace

void take_told(Estimate& e, const Told& told, const FusionConfig& config) {
  advance(e, told.at);
  std::visit(Take{e, config}, told.what);
}

}  // namespace lujing::core
