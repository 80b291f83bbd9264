// What a rule may look at, and how it answers.
#pragma once

#include "base/geo.h"
#include "protocol/record.h"
#include "terminal/core/alarm/cleaning_facts.h"
#include "terminal/core/alarm/truth.h"
#include "terminal/core/haul/facts.h"
#include "terminal/core/trust/evidence.h"

#include <cstdint>
#include <optional>

namespace lujing::core {

struct Facts {
  protocol::Cover cover = protocol::Cover::invalid;
  protocol::Hoist hoist = protocol::Hoist::invalid;
  protocol::Load load = protocol::Load::invalid;
  std::optional<double> speed_mps;  ///< nullopt: no source of it is fresh
  bool moving = false;
  GeoPoint position;
  CleaningFacts cleaning;
  HaulFacts haul{};
  Evidence trust{};
};

}  // namespace lujing::core
