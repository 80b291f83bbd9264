// AC-05: the receiver and the wheels tell of two vehicles: their speeds differ, or the receiver's
// way leaves the one that wheels and yaw rate draw (a signal that is slowly pulled off).
#include "terminal/core/trust/rules.h"

#include <cmath>

namespace lujing::core::trust {

Truth apart(const Facts& facts, const CoreConfig& config) {
  const Evidence& seen = facts.trust;
  Truth by_speed = Truth::unknown;
  if (seen.gnss_mps && seen.wheel_mps) {
    by_speed = truth(std::fabs(*seen.gnss_mps - *seen.wheel_mps) > config.trust.speed_apart_mps);
  }
  if (!seen.apart_m) return by_speed;
  const Truth by_place = truth(*seen.apart_m > config.trust.place_apart_m);
  return by_speed == Truth::unknown ? by_place : either(by_speed, by_place);
}

std::string apart_detail(const Facts& facts) {
  const Evidence& seen = facts.trust;
  const auto kmh = [](std::optional<double> mps) {
    return mps ? std::optional<double>(*mps * 3.6) : std::nullopt;
  };
  return said("gnss", kmh(seen.gnss_mps), "km/h") + " " +
         said("wheels", kmh(seen.wheel_mps), "km/h") + " " + said("apart", seen.apart_m, "m");
}

}  // namespace lujing::core::trust
