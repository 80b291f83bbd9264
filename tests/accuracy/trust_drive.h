// A muck truck's day before the whole core, for the study of the trust rules: an honest one with
// everything that happens to honest vehicles, and from a moment on with one trick or defect.
#pragma once

#include "protocol/record.h"
#include "tests/support/true_drive.h"

#include <cstdint>
#include <functional>
#include <string>

namespace lujing::accuracy {

enum class Trick : std::uint8_t {
  none,
  battery_gone,  ///< the main supply is cut
  battery_low,   ///< 24 V that have become 20
  antenna_cut,
  cover_line_cut,
  cover_stuck,  ///< a magnet at its switch
  pulled_off,   ///< the receiver is led away, 1.5 m/s
  wheels_off,   ///< wheels say half
  jammed,
  frozen,
  jump,
  bus_cut,
  unit_removed,
  offline,
  module_dead,
  clock
};

struct TrustDay {
  std::uint64_t seed = 1;
  double seconds = 3600;
  test::Sky sky;
  bool gyro = true;
  Trick trick = Trick::none;
  double trick_at_s = 600;
};

/// Each AC alarm that is raised is handed over with the moment, s.
void drive_day(const TrustDay& day,
               const std::function<void(const protocol::AlarmRecord&, double)>& raised);

}  // namespace lujing::accuracy
