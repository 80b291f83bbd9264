// What the matcher believes about receivers, roads and drivers. None was fitted to a recording;
// MATCHING.md argues them.
#pragma once

#include "terminal/core/roads/error_memory.h"

#include <cstddef>

namespace lujing::core {

struct MatchConfig {
  /// A fix is answered at the latest when one this much newer has come. Infinity: whole tracks.
  double lag_s = 30;

  // Receivers (fixes that come without a filter's covariance).
  double white_sigma_m = 6;  ///< per axis, until the track itself has shown its noise
  double drift_sigma_m = 3;  ///< per axis, of the slow part
  double drift_time_s = 60;  ///< how long the slow part stays
  ErrorScale error_scale;    ///< of their variances; a second pass starts with the first one's
  double error_weight = 4;   ///< how many independent sightings that weighs
  double look_around_s = 8;  ///< how often the roads nearby are asked for the error
  bool look_around = true;
  double acceleration_mps2 = 1.5;  ///< one sigma of what a vehicle does in traffic
  double acceleration_time_s = 2;  ///< for how long it does so

  // Roads.
  double map_sigma_m = 1.5;        ///< how far a drawn line lies from the real one
  double bearing_sigma_rad = 0.2;  ///< between a vehicle's heading and the line's direction
  double unseen_bend = 0.2;        ///< route length is uncertain by this share of an unseen gap
  double most_round = 3;  ///< what a route longer than the straight line costs for it, at the most

  // Drivers, in nats. Chosen on simulated drivers (MATCHING.md), for no recording.
  double per_minute = 20;     ///< of travel time that another way would save
  double by_length = 0.2;     ///< share of it that goes by length instead of time
  double pace_mps = 11;       ///< what length is worth then: a city's usual speed
  double per_link = 0.1;      ///< of each link that is entered
  double link_m = 100;        ///< what such a link is long, where there is none
  double right_angle = 0.25;  ///< to turn by it; right round at a dead end costs four times that
  double u_turn = 4.46;       ///< on a link; Fosgerau, Frejinger and Karlstrom (2013)
  double speeding = 1.5;      ///< times the usual speed is what a vehicle may well drive

  // Beside the roads.
  double off_road = 4.0;        ///< one sighting beside all roads: as far as about 4 sigma
  double leave = 6.0;           ///< to leave the network: once in some hundred sightings
  double come_back = 7.0;       ///< once in a thousand: outliers are dealt with otherwise
  double longest_skip_s = 180;  ///< outliers for longer than this are no outliers
  double broken = 8.0;          ///< from road to road without a way between them, on top of both
  double stray = 1.0;           ///< to contradict what was given out: a path that breaks

  // Work.
  double thin_m = 10;        ///< least distance between two sightings that are decided on
  double search_sigmas = 6;  ///< candidates within this many sigmas
  double search_least_m = 40;
  double search_most_m = 200;
  double beam = 30;          ///< nats behind the best: forgotten
  double patience_s = 10;    ///< a standing vehicle is decided on this often
  std::size_t epochs = 160;  ///< undecided sightings at most
};

}  // namespace lujing::core
