// How a load is learnt from a raw sensor, and how far that is believed.
#pragma once

#include <cstdint>

namespace lujing::core {

/// What must be so for a value to be learnt: each gate asks for what the one before asks for too.
enum class LoadGate : std::uint8_t { speed = 1, cover = 2, place = 3 };

struct LoadLearnerConfig {
  double empty = 0;   ///< as the fitter read it
  double full = 100;  ///< may be less than empty: the sensor is the other way round
  double step_counts = 10;
  int shovels = 5;
  LoadGate gate = LoadGate::cover;
  double rated_kg = 0;  ///< what a full load weighs, whichever sensor tells; 0: nobody said
  bool operator==(const LoadLearnerConfig&) const = default;
};

}  // namespace lujing::core
