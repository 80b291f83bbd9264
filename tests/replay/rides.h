// The rides whose journals and records are kept in golden/. Small, and each with a subject.
#pragma once

#include "hal/observation.h"
#include "terminal/core/config.h"

#include <string>
#include <vector>

namespace lujing::replay {

struct GoldenRide {
  std::string name;  ///< golden/<name>.ljj and golden/<name>.jsonl
  core::CoreConfig config;
  std::vector<hal::Observation> told;
};

std::vector<GoldenRide> golden_rides();

}  // namespace lujing::replay
