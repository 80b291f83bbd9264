// A GNSS receiver (GPS and BeiDou) with a serial line: NMEA 0183, once a second.
#pragma once

#include "base/geo.h"
#include "base/time.h"
#include "sim/random.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::sim {

/// "$" + body + "*" + checksum + CR LF.
std::string nmea_sentence(std::string_view body);
/// The exclusive or of all characters, as NMEA 0183 sends it.
std::uint8_t nmea_checksum(std::string_view body);

/// What the antenna does, without error.
struct AntennaTruth {
  GeoPoint place;
  double height_m = 20;  ///< above mean sea level
  double speed_mps = 0;
  double heading_rad = 0;
};

class NmeaReceiver {
 public:
  NmeaReceiver(std::uint64_t seed, const std::string& vehicle_id);

  /// One epoch: RMC, GGA, GSA and GSV sentences for that moment. To be called once a second; the
  /// error wanders as a real one does: it is much the same from one second to the next.
  std::string epoch(const AntennaTruth& truth, UtcTime at);

 private:
  struct Satellite {
    bool beidou;
    int number;
    double elevation_deg;
    double azimuth_deg;
    double azimuth_deg_per_s;
  };
  double cn0(const Satellite& satellite);
  std::string position_sentences(const AntennaTruth& truth, UtcTime at);
  std::string satellite_sentences();
  std::string used_sentence(bool beidou) const;
  std::string visible_sentences(bool beidou);

  Random random_;
  Drift east_m_{1.4, 90};
  Drift north_m_{1.6, 90};
  Drift up_m_{3.0, 120};
  Drift shading_db_{2.0, 30};
  double last_course_deg_ = 0;
  std::vector<Satellite> satellites_;
};

}  // namespace lujing::sim
