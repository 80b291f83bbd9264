// A USB-CAN adapter that speaks the Lawicel protocol ("slcan") on a serial line.
#pragma once

#include "sim/devices/bus.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace lujing::sim {

/// Bytes from the host in, answers out. CR means done, BELL means refused, as Lawicel's manual has
/// it: Sn only while closed, O only with a bit rate, transmit only while open.
class SlcanAdapter {
 public:
  /// Answers to the commands that became complete with `bytes`.
  std::string take(std::string_view bytes);
  bool open() const { return open_; }
  /// The frame as the adapter sends it to the host; nothing while it is closed. `ms` is the
  /// adapter's own clock, told if the host has asked for time stamps (Z1).
  std::string received(const CanFrame& frame, std::int64_t ms) const;

 private:
  std::string answer(std::string_view command);
  std::string transmit(std::string_view command) const;

  std::string pending_;
  bool has_bitrate_ = false;
  bool open_ = false;
  bool time_stamps_ = false;
};

}  // namespace lujing::sim
