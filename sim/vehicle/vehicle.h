// A vehicle: it drives as it is ordered to, and its upper body moves as fast as oil and gears let
// it. What state() says is the truth; devices say it with their own errors.
#pragma once

#include "sim/city/city.h"
#include "sim/random.h"
#include "sim/vehicle/body.h"
#include "sim/vehicle/path.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lujing::sim {

struct VehicleState {
  double t_s = 0;  ///< since the start
  Offset at;       ///< of the antenna, which is where the vehicle is
  double heading_rad = 0;
  double speed_mps = 0;
  double accel_mps2 = 0;
  double yaw_rate_rps = 0;  ///< clockwise
  double odometer_m = 0;
  LinkId link = no_id;
  double along_m = 0;           ///< of the link
  double right_gap_m = 0;       ///< between the vehicle's side and the kerb
  double left_gap_m = 0;        ///< the other kerb; across the middle on a two-way street
  std::uint32_t order = 0;      ///< counts the driver's orders
  const char* doing = "stand";  ///< Order::name
  int queued = 0;               ///< vehicles before it, at the light that it waits for
  Body body;
};

/// One thing that a driver does: drive a route, or stand for a time; and how the body is set.
struct Order {
  std::vector<LinkId> route;  ///< empty: stand
  double to_m = 0;            ///< along the route's last link
  double max_mps = 100;
  double limit_mps = 0;              ///< above 0: stands in for the streets' limits
  std::optional<double> kerb_gap_m;  ///< keep that far from the kerb; nothing: drive in the lane
  bool left_kerb = false;            ///< of a one-way carriageway
  bool down_at_kerb = false;         ///< the body is set once that gap is reached, as brushes are
  double stand_s = 0;
  BodySetting body;
  std::optional<double> change_after_s;  ///< then `changed_body` holds, on the way
  BodySetting changed_body;
  std::vector<Deed> deeds;
  const char* name = "drive";  ///< what the truth calls it
};

/// Whoever sits at the wheel. next() is asked when the last order is done.
class Driver {
 public:
  virtual ~Driver() = default;
  virtual Order next(const City& city, Spot now, const Body& body, Random& random) = 0;
};

struct VehicleConfig {
  std::string id;
  std::string plate;
  VehicleType type = VehicleType::muck;
  Spot start;
  Body body;  ///< at the start
};

class Vehicle {
 public:
  Vehicle(const City& city, VehicleConfig config, std::unique_ptr<Driver> driver,
          std::uint64_t seed);

  /// Moves on by dt_s (at most 0.1) to t_s. `city` must be the one that it was made with.
  void step(const City& city, double t_s, double dt_s);
  const VehicleState& state() const { return state_; }
  const VehicleConfig& config() const { return config_; }

 private:
  void take_order(const City& city);
  bool order_is_done() const;
  void do_deeds();
  bool reached_kerb() const;
  double wanted_speed_mps(const City& city);
  double speed_at_light_mps(const City& city);
  void join_queue(const City& city, const StopLine& line, double ahead_m);
  void move(const City& city, double dt_s);
  void steer(const City& city, double moved_m, double dt_s);

  VehicleConfig config_;
  std::unique_ptr<Driver> driver_;
  Random random_;
  Drift eagerness_{0.04, 20.0};
  Path path_;
  Order order_;
  double order_age_s_ = 0;
  BodySetting setting_;  ///< the order's, with the deeds of this moment
  double max_mps_ = 100;
  std::optional<double> gap_m_;
  bool at_kerb_ = false;       ///< since this order began
  std::size_t next_line_ = 0;  ///< of the path's stop lines
  struct Waiting {
    int vehicles = 0;  ///< before it
    double moves_off_s = 0;
    bool moves = false;
  };
  std::optional<Waiting> waiting_;  ///< in the queue before the next stop line
  double s_m_ = 0;
  double lateral_m_ = 0;      ///< to the right of the path
  double lateral_slope_ = 0;  ///< how much more per metre
  VehicleState state_;
};

}  // namespace lujing::sim
