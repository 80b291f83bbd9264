// The truth of one vehicle as JSON lines (TRUTH.md): where it was, which kerbs it really cleaned,
// its trips, what was wrong. Kept in memory but for the track; a run puts the vehicles together.
#pragma once

#include "sim/scenario/scenario.h"
#include "sim/truth/files.h"
#include "sim/truth/plan.h"
#include "sim/truth/watches.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::sim {

class TruthBook {
 public:
  TruthBook(const Scenario& scenario, const City& city, const VehiclePlan& plan);
  /// After each step of the vehicle (20 ms).
  void take(const VehicleState& state);
  /// Once, at the end.
  void finish(const VehicleState& state);

  /// Lines since the last call.
  std::string take_track();
  const std::string& states() const { return states_; }
  const std::string& kerbs() const { return kerbs_; }
  const std::string& trips() const { return trips_; }
  const std::string& coverage() const { return coverage_; }
  std::string violations() const;
  const std::vector<Found>& found() const { return found_; }
  /// All of it but the track.
  VehicleTruth whole() const;

 private:
  using Stretch = Cleaned;
  struct Lift {
    Spot at;
    double t_s = 0;
  };
  struct Trip {
    double load_begin_s = 0;
    double load_end_s = -1;
    double left_s = -1;
    Offset loaded_at;
    std::string site;
    double share = 0;
    bool washed = false;
    double laden_m = 0;
    double sealed_m = 0;
    double tip_s = -1;
    Offset tipped_at;
  };
  void write_track(const VehicleState& s);
  void write_state(const VehicleState& s);
  void sweep(const VehicleState& s);
  void follow_kerb(const VehicleState& s, bool right, bool reached, const Work& work);
  void close(std::optional<Stretch>& stretch);
  void follow_trip(const VehicleState& s);
  void close_trip();
  void sum_up();
  std::string utc(double t_s) const;
  const Site* yard_at(Offset at) const;
  std::string site_at(Offset at) const;
  std::string site_id_at(Offset at) const;
  std::string where(Offset at) const;

  const Scenario& scenario_;
  const City& city_;
  const VehiclePlan& plan_;
  Watches watches_;
  std::vector<Found> found_;
  std::vector<ConvoySpot> convoy_;
  std::int64_t steps_ = 0;
  std::string track_;
  std::string states_;
  std::string kerbs_;
  std::string trips_;
  std::string coverage_;
  std::string last_state_;
  std::optional<Stretch> open_[2];
  std::vector<Stretch> done_;
  std::optional<Trip> trip_;
  double trip_odometer_m_ = 0;
  double lowest_load_ = 1;
  std::vector<Lift> lifted_at_;
  int lifts_ = 0;
};

}  // namespace lujing::sim
