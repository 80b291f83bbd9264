// What a rule may look at, and how it answers.
#pragma once

#include "base/geo.h"
#include "protocol/record.h"

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
};

/// What is not known neither raises an alarm nor clears one.
enum class Truth : std::uint8_t { no, yes, unknown };

/// No if either is no; yes if both are; else unknown.
inline Truth both(Truth a, Truth b) {
  if (a == Truth::no || b == Truth::no) return Truth::no;
  return a == Truth::yes && b == Truth::yes ? Truth::yes : Truth::unknown;
}

}  // namespace lujing::core
