// The truth on disk, to grade against.
//
//   FOLDER/track_ID.csv     once a second: utc, t_s, lat, lon, speed_mps, heading_deg, accel_mps2,
//                           odometer_m, street, class
//   FOLDER/states_ID.csv    at each change: utc, t_s, cover, hoist, load, brush, suction, pump
//   FOLDER/violations.csv   vehicle, rule, begin_utc, end_utc, begin_s, end_s; in the order of ends
#pragma once

#include "base/result.h"
#include "sim/truth/violations.h"
#include "sim/world.h"

#include <memory>
#include <string>

namespace lujing::sim {

class TruthRecorder {
 public:
  static Result<TruthRecorder> create(const std::string& folder, const World& world);
  TruthRecorder(TruthRecorder&&) noexcept;
  TruthRecorder& operator=(TruthRecorder&&) noexcept;
  /// Writes down violations that still go on.
  ~TruthRecorder();

  /// After each step of the world.
  void take(const World& world);

 private:
  struct Impl;
  explicit TruthRecorder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::sim
