// The hash chain: h(0) = 32 zero bytes; h(n) = SHA-256(h(n-1) || SHA-256(canonical(record n))).
#pragma once

#include "protocol/record.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace lujing::protocol {

using Hash = std::array<std::uint8_t, 32>;

Hash digest(const Record& record);
/// SHA-256 of any bytes.
Hash sha256(std::string_view bytes);
Hash chain_next(const Hash& before, const Hash& record_digest);
std::string to_hex(const Hash& hash);

}  // namespace lujing::protocol
