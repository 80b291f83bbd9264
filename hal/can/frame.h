// One frame of a CAN bus, as a driver or a log file gives it.
#pragma once

#include "base/time.h"

#include <array>
#include <cstdint>

namespace lujing::hal::can {

inline constexpr std::uint32_t max_standard_id = 0x7FF;
inline constexpr std::uint32_t max_extended_id = 0x1FFFFFFF;
inline constexpr std::uint8_t max_classic_bytes = 8;
inline constexpr std::uint8_t max_fd_bytes = 64;

/// Bits of an error frame's `id`, as Linux numbers them (linux/can/error.h).
inline constexpr std::uint32_t error_bus_off = 0x040;
inline constexpr std::uint32_t error_restarted = 0x100;

struct CanFrame {
  std::uint32_t id = 0;   ///< 11 or 29 bits; of an error frame its error class
  bool extended = false;  ///< 29-bit id
  bool error = false;     ///< the controller's report, not a frame of the bus
  bool remote = false;    ///< asks for data, carries none; `len` is the length asked for
  bool fd = false;        ///< CAN FD: up to 64 bytes
  std::uint8_t len = 0;   ///< 0..8, of an FD frame 0..64
  std::array<std::uint8_t, max_fd_bytes> data{};  ///< bytes from `len` on mean nothing
  BootTime at;
  bool operator==(const CanFrame&) const = default;
};

/// J1939: the parameter group of a 29-bit id. The destination address of a PDU1 id is no part of
/// it.
constexpr std::uint32_t j1939_pgn(std::uint32_t id) {
  const std::uint32_t pdu_format = (id >> 16) & 0xFF;
  return pdu_format < 240 ? (id >> 8) & 0x3FF00 : (id >> 8) & 0x3FFFF;
}
constexpr std::uint8_t j1939_source(std::uint32_t id) {
  return static_cast<std::uint8_t>(id & 0xFF);
}
/// The "null" source address: in a DBC it stands for "whoever sends it".
inline constexpr std::uint8_t j1939_any_source = 0xFE;

}  // namespace lujing::hal::can
