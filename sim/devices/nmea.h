// A receiver's words on a serial line: NMEA 0183, once a second.
#pragma once

#include "sim/devices/receiver.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace lujing::sim {

/// "$" + body + "*" + checksum + CR LF.
std::string nmea_sentence(std::string_view body);
/// The exclusive or of all characters, as NMEA 0183 sends it.
std::uint8_t nmea_checksum(std::string_view body);

/// RMC, GGA, GSA and GSV sentences of one epoch.
std::string to_nmea(const GnssEpoch& epoch);

class NmeaReceiver {
 public:
  NmeaReceiver(std::uint64_t seed, const std::string& vehicle_id, bool cold = false)
      : receiver_(seed, vehicle_id, cold) {}

  /// One epoch for that moment. To be called once a second.
  std::string epoch(const AntennaTruth& truth, UtcTime at, const SkyCondition& sky = {}) {
    return to_nmea(receiver_.measure(truth, sky, at));
  }

 private:
  Receiver receiver_;
};

}  // namespace lujing::sim
