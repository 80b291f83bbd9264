#include "protocol/crc32c.h"

#include <array>

namespace lujing::protocol {
namespace {

constexpr std::uint32_t reflected_polynomial = 0x82F63B78U;

/// tables[k][b]: the CRC of byte b with k zero bytes after it, so that eight bytes go in one step.
constexpr std::array<std::array<std::uint32_t, 256>, 8> make_tables() {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t crc = b;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ ((crc & 1U) != 0 ? reflected_polynomial : 0U);
    tables[0][b] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k)
    for (std::size_t b = 0; b < 256; ++b)
      tables[k][b] = (tables[k - 1][b] >> 8) ^ tables[0][tables[k - 1][b] & 0xFFU];
  return tables;
}

constexpr auto tables = make_tables();

std::uint8_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<std::uint8_t>(bytes[i]);
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
  std::uint32_t crc = ~before;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint32_t next = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const auto low = static_cast<std::uint8_t>(crc >> (8 * k));
      next ^= tables[7 - k][static_cast<std::uint8_t>(byte_at(bytes, i + k) ^ low)];
      next ^= tables[3 - k][byte_at(bytes, i + 4 + k)];
    }
    crc = next;
  }
  for (; i < bytes.size(); ++i)
    crc = (crc >> 8) ^ tables[0][static_cast<std::uint8_t>(crc ^ byte_at(bytes, i))];
  return ~crc;
}

}  // namespace lujing::protocol
