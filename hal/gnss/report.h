// What gpsd reports, without libgps: plain numbers, NaN for what was not said.
#pragma once

#include "hal/observation.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace lujing::hal::gnss {

inline constexpr double not_said = std::numeric_limits<double>::quiet_NaN();

/// TPV: time, position, velocity. Units are gpsd's.
struct Tpv {
  std::string device;
  int mode = 0;             ///< 0 not seen, 1 no fix, 2, 3
  std::int64_t time_s = 0;  ///< seconds since 1970, 0: not said
  std::int64_t time_ns = 0;
  double lat_deg = not_said;
  double lon_deg = not_said;
  double altitude_hae_m = not_said;
  double speed_mps = not_said;
  double track_deg = not_said;
  double eph_m = not_said;
  double epx_m = not_said;
  double epy_m = not_said;
  double eps_mps = not_said;
  double epd_deg = not_said;
};

struct Satellite {
  double cn0_dbhz = not_said;
  bool used = false;
};

/// SKY. gpsd sends some with dilutions of precision only; these tell nothing of satellites.
struct Sky {
  std::string device;
  bool lists_satellites = false;
  std::vector<Satellite> satellites;
  double hdop = not_said;
};

/// Whatever gpsd said becomes a fix that keeps the promises of observation.h: a number that is not
/// finite or out of its range is "not said", a place needs a mode and both coordinates.
GnssFix to_fix(const Tpv& report);
/// `before` is what the sky looked like until now; a report without satellites leaves their part.
SkyView to_sky(const Sky& report, const SkyView& before);

}  // namespace lujing::hal::gnss
