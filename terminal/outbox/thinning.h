// What is given up for room, in which order: the oldest track points first, alarms last.
#pragma once

#include "protocol/batch.h"

#include <cstdint>

namespace lujing::outbox {

/// Level 1 keeps every eighth track point, 2 none, 3 no health records either, 4 alarms only,
/// 5 nothing. A file is thinned to one level from its oldest batch on, then to the next.
inline constexpr int max_thin_level = 5;

/// Turns what `level` gives up into holes. Returns how many records went.
std::uint64_t thin(protocol::Batch& batch, int level);

}  // namespace lujing::outbox
