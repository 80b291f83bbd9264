// A GNSS receiver (GPS and BeiDou): what it sees of the sky and where it believes to be, once a
// second. Its error wanders (a Gauss-Markov process), grows with bad geometry, and jumps about
// between high houses, where signals come by way of walls.
#pragma once

#include "base/geo.h"
#include "base/time.h"
#include "sim/random.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lujing::sim {

/// Mean sea level above the ellipsoid near Ezhou, metres.
inline constexpr double geoid_m = -13.6;

/// What the antenna does, without error.
struct AntennaTruth {
  GeoPoint place;
  double height_m = 20;  ///< above mean sea level
  double speed_mps = 0;
  double heading_rad = 0;
};

/// What lies between the antenna and the satellites.
struct SkyCondition {
  double canyon = 0;     ///< 0 open to 1 high houses on both sides of the way
  bool covered = false;  ///< tunnel, hall: nothing is heard
  bool jammed = false;   ///< drowned in noise: no fix
  bool frozen = false;   ///< drowned so that the receiver holds its last place at speed 0
  Offset spoof{};        ///< a false signal says that it is that far away
  bool spoofed = false;
};

struct SatelliteSeen {
  bool beidou = false;
  int number = 0;
  double elevation_deg = 0;
  double azimuth_deg = 0;
  double cn0_dbhz = 0;  ///< 0: not heard
  bool used = false;
};

struct GnssEpoch {
  UtcTime utc;
  bool knows_time = true;
  int mode = 0;  ///< 0 none, 2, 3
  GeoPoint place;
  double height_m = 0;
  double speed_mps = 0;
  double course_rad = 0;
  double hdop = 99;
  std::vector<SatelliteSeen> satellites;
  int used() const;
  /// Of the four strongest; 0: none is heard.
  double cn0_mean_dbhz() const;
};

class Receiver {
 public:
  /// `cold`: it has just been switched on and knows nothing: half a minute to the first fix.
  Receiver(std::uint64_t seed, const std::string& vehicle_id, bool cold = false);

  /// To be called once a second.
  GnssEpoch measure(const AntennaTruth& truth, const SkyCondition& sky, UtcTime at);
  /// The supply was cut: what it knew is gone.
  void restart() { search_s_ = 28; }

 private:
  struct Satellite {
    bool beidou;
    int number;
    double elevation_deg;
    double azimuth_deg;
    double azimuth_deg_per_s;
  };
  void look(const AntennaTruth& truth, const SkyCondition& sky, GnssEpoch& epoch);
  void locate(const AntennaTruth& truth, const SkyCondition& sky, GnssEpoch& epoch);

  Random random_;
  Drift east_m_{1.4, 90};
  Drift north_m_{1.6, 90};
  Drift up_m_{3.0, 120};
  Drift shading_db_{2.0, 30};
  Drift wall_east_m_{1.0, 18};
  Drift wall_north_m_{1.0, 18};
  double wall_ = 0;      ///< how much of the walls' error there is, 0 to 1, slowly
  double search_s_ = 0;  ///< until it has a fix again
  GeoPoint held_;
  double last_course_rad_ = 0;
  std::vector<Satellite> satellites_;
};

}  // namespace lujing::sim
