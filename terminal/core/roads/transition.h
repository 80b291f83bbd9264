// How likely a driver took a route between two fixes, in nats: less is better.
//
// Three things speak: what drivers choose (a minute of travel time and a turn have their published
// price), whether the route is as long as the vehicle has come, and whether it can be driven in the
// time.
#pragma once

#include "terminal/core/roads/match_config.h"

#include <algorithm>

namespace lujing::core {

/// A route between two places on the network.
struct Route {
  double length_m = 0;
  double seconds = 0;  ///< at the usual speeds
  double turns = 0;    ///< nats
};

/// What is known of the way between two sightings without the network.
struct Progress {
  double distance_m = 0;  ///< straight, or by the odometer
  double noise_m = 1;     ///< what of it, forward or back, may be the fixes' noise
  double spread_m = 1;    ///< how uncertain the comparison with a route's length is
  double seconds = 0;
  bool measured = false;  ///< distance_m is an odometer's
};

/// Cost of turning where the cosine of the change of direction is `cosine`: 0 straight on.
inline double turn_cost(const MatchConfig& config, double cosine) {
  const double half = (1 - cosine) / 2;
  return 4 * config.right_angle * half * half;
}

/// What drivers choose by.
inline double choice_cost(const MatchConfig& config, double length_m, double seconds,
                          double turns) {
  const double felt = seconds + config.by_length * (length_m / config.pace_mps - seconds);
  return felt / 60 * config.per_minute + turns;
}

/// Cost of a way that takes `seconds` at the least, but was done in less.
inline double hurry_cost(double seconds, const Progress& made) {
  const double late = seconds - made.seconds;
  const double allowed = 0.1 * made.seconds + 1 + made.spread_m / 10;
  return late > 0 ? late / allowed : 0;
}

/// A length below 0 is a step back by noise: it saves nobody time.
inline double transition_cost(const MatchConfig& config, const Route& route, const Progress& made) {
  const double chosen_m = route.length_m < 0 ? -route.length_m : route.length_m;
  const double choice = choice_cost(config, chosen_m, route.seconds, route.turns);
  const double excess = route.length_m - made.distance_m;
  double length = (excess < 0 ? -excess : excess) / made.spread_m;
  // Who was not watched may have driven round a block; what that took is in the choice already.
  if (excess > 0 && !made.measured && length > config.most_round) length = config.most_round;
  return choice + length + hurry_cost(route.seconds / config.speeding, made);
}

/// Cost of the same way beside the roads, at the pace of a yard: 20 km/h, 30 at the most.
inline double beside_cost(const MatchConfig& config, const Progress& made) {
  return made.distance_m / config.link_m * config.per_link +
         made.distance_m * 3.6 / 20 / 60 * config.per_minute +
         hurry_cost(made.distance_m * 3.6 / 30, made);
}

/// The longest route worth looking at.
inline double longest_route_m(const Progress& made) {
  const double far = 1.5 * made.distance_m + 8 * made.spread_m + 20;
  // Who was not watched may have driven on to where the median is open, and come back.
  constexpr double lively_mps = 16;
  constexpr double most_s = 120;
  if (made.measured) return far;
  const double driven = lively_mps * (made.seconds < most_s ? made.seconds : most_s);
  return far < driven ? driven : far;
}

}  // namespace lujing::core
