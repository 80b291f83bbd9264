// A GNSS receiver behind gpsd.
#pragma once

#include "hal/source.h"

#include <cstdint>
#include <memory>
#include <string>

namespace lujing::hal {

/// The counter that the source tells, by its number in the health table. Fixes are counted by the
/// core, which sees each of them.
inline constexpr CounterId counter_gnss_reconnects = 49;

struct GnssConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 2947;
  std::string device;           ///< only reports of this device, as gpsd names it; empty: of all
  double silent_after_s = 5.0;  ///< no report for so long: the link is down
  double retry_min_s = 0.5;     ///< doubled at each failed attempt ...
  double retry_max_s = 5.0;     ///< ... up to this
};

/// Says GnssFix and SkyView as gpsd reports them, each TPV and each SKY once and in gpsd's order,
/// with the moment of arrival. gpsd reports an epoch two or three times until it has learnt which
/// sentence ends the receiver's cycle: these come through as they are, the core judges them.
///
/// LinkState(gnss) is up from the first report until gpsd goes away or has been silent for
/// `silent_after_s`. The counter comes with each new connection.
std::unique_ptr<Source> open_gnss(GnssConfig config);

}  // namespace lujing::hal
