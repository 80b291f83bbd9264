// The ASCII protocol of Lawicel's CAN adapters, as most USB adapters speak it.
//
//   S5\r  set 250 kbit/s    O\r  open    C\r  close    F\r  status flags
//   t1232AABB\r       standard id 123, two bytes        r1232\r  remote frame
//   T18FEF1002AABB\r  extended id                       R18FEF1002\r
//   Answers: \r done, BEL refused, "F80\r" flags. A frame may end with four digits, its age in ms.
#pragma once

#include "hal/can/frame.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::hal::can {

/// Bits of the status flags.
inline constexpr std::uint8_t slcan_rx_full = 0x01;
inline constexpr std::uint8_t slcan_overrun = 0x08;
inline constexpr std::uint8_t slcan_bus_error = 0x80;

/// Takes the bytes as they come, in pieces of any size.
class SlcanParser {
 public:
  /// Appends the frames that these bytes complete to `frames`; `at` is their time.
  void feed(std::string_view bytes, BootTime at, std::vector<CanFrame>& frames);
  /// Forgets a line that was begun, and all answers.
  void reset();

  std::uint64_t unreadable() const { return unreadable_; }  ///< lines that are nothing known
  std::uint64_t done_answers() const { return done_; }
  std::uint64_t refused_answers() const { return refused_; }
  /// The last status flags, once.
  std::optional<std::uint8_t> take_flags();

 private:
  void end_line(BootTime at, std::vector<CanFrame>& frames);
  static constexpr std::size_t max_line = 32;  ///< T, 8 id, 1 length, 16 data, 4 time

  std::array<char, max_line> line_{};
  std::size_t length_ = 0;
  bool too_long_ = false;
  std::uint64_t unreadable_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t refused_ = 0;
  std::optional<std::uint8_t> flags_;
};

/// One line without its end; nullopt if it is no frame.
std::optional<CanFrame> parse_slcan_frame(std::string_view line);
/// "t1232AABB\r": what an adapter would send for the frame. Empty for FD and error frames.
std::string to_slcan(const CanFrame& frame);
/// The digit behind 'S' for a bitrate; nullopt: the protocol does not have it.
std::optional<char> slcan_bitrate_code(std::int64_t bitrate);

}  // namespace lujing::hal::can
