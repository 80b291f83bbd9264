// What hauling is judged by.
#pragma once

#include "terminal/core/fence/fence_config.h"
#include "terminal/core/haul/control_config.h"
#include "terminal/core/haul/load_config.h"
#include "terminal/core/haul/mt.h"

#include <string>

namespace lujing::core {

struct HaulConfig {
  bool enabled = false;  ///< the vehicle is a muck truck
  std::string vehicle;   ///< its terminal id, as permits name it
  FenceConfig fence;
  MtConfig mt;
  ControlConfig control;
  LoadLearnerConfig load;  ///< of the raw sensor (CoreConfig::load_raw)
  bool operator==(const HaulConfig&) const = default;
};

}  // namespace lujing::core
