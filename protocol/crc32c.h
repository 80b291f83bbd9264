// CRC-32C (Castagnoli), the checksum of our files and batches.
#pragma once

#include <cstdint>
#include <string_view>

namespace lujing::protocol {

/// Of `bytes`, going on from `before` (the CRC of what came before them).
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

}  // namespace lujing::protocol
