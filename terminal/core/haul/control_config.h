// How limits are put on a vehicle.
#pragma once

namespace lujing::core {

struct ControlConfig {
  bool enabled = false;
  double lower_mps2 = 0.3;           ///< how fast a speed limit sinks
  double least_mps = 10 / 3.6;       ///< no limit is lower: the vehicle can always be driven away
  double stands_s = 10;              ///< before a lock falls
  double mt01_speed_mps = 20 / 3.6;  ///< what MT-01 asks for (MT-02); 0: nothing
  bool mt03_hoist = true;            ///< MT-03 asks for a hoist limit (MT-04)
  int rule_priority = 10;
  bool fence_speed = false;  ///< a fence's speed limit is put on the vehicle
  int fence_priority = 20;
  bool operator==(const ControlConfig&) const = default;
};

}  // namespace lujing::core
