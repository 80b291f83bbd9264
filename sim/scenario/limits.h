// The [limits] of a scenario file.
#pragma once

#include "base/toml_reader.h"
#include "sim/scenario/scenario.h"

namespace lujing::sim {

void read_limits(Section section, Limits& limits);

}  // namespace lujing::sim
