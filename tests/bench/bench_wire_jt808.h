// The same points as a JT/T 808-2013 terminal would send them, to compare sizes with.
#pragma once

#include "protocol/record.h"

#include <cstddef>
#include <span>

namespace lujing::bench {

/// Bytes of one 0x0200 message for each point, as they are on the line: marks, escapes, checksum.
std::size_t jt808_single_bytes(std::span<const protocol::Record> points);
/// Bytes of as few 0x0704 messages as hold the points (a body has at most 1023 bytes).
std::size_t jt808_batch_bytes(std::span<const protocol::Record> points);

}  // namespace lujing::bench
