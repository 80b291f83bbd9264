// A vehicle: it drives as it is ordered to, and its upper body (上装) moves as fast as oil and
// gears let it. What state() says is the truth; devices say it with their own errors.
#pragma once

#include "sim/city/city.h"
#include "sim/random.h"
#include "sim/vehicle/path.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lujing::sim {

enum class VehicleType : std::uint8_t { sweeper, sprinkler, muck };
/// As the terminal's configuration spells it: "sweeper", "sprinkler", "muck".
const char* name_of(VehicleType type);

/// What the upper body is doing now.
struct Body {
  double cover_open = 0;    ///< 0 closed and latched, 1 fully open
  double hoist_deg = 0;     ///< between the body's floor and the frame
  double load_share = 0;    ///< of the full load
  double brush_rpm = 0;     ///< side and rear brushes
  double suction_down = 0;  ///< 0 raised, 1 on the road
  double tank_share = 1;    ///< fresh water
  bool water_pump = false;
};

/// What the driver has set; the body follows.
struct BodySetting {
  bool cover_open = false;
  bool hoist_up = false;
  std::optional<double> load_share{};  ///< something fills or empties it; nothing: stays
  bool brush = false;
  bool suction_down = false;
  bool water_pump = false;
  bool fill_tank = false;
};

struct VehicleState {
  double t_s = 0;  ///< since the start
  Offset at;       ///< of the antenna, which is where the vehicle is
  double heading_rad = 0;
  double speed_mps = 0;
  double accel_mps2 = 0;
  double odometer_m = 0;
  LinkId link = no_id;
  Body body;
};

/// One thing that a driver does: drive a route, or stand for a time; and how the body is set.
struct Order {
  std::vector<LinkId> route;  ///< empty: stand
  double to_m = 0;            ///< along the route's last link
  double max_mps = 100;
  std::optional<double> kerb_gap_m;  ///< keep that far from the kerb; nothing: drive in the lane
  double stand_s = 0;
  BodySetting body;
  std::optional<double> change_after_s;  ///< then `changed_body` holds, on the way
  BodySetting changed_body;
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
  double wanted_speed_mps(const City& city) const;
  void move(const City& city, double dt_s);
  void move_body(double dt_s);

  VehicleConfig config_;
  std::unique_ptr<Driver> driver_;
  Random random_;
  Drift eagerness_{0.04, 20.0};
  Path path_;
  Order order_;
  double order_age_s_ = 0;
  double s_m_ = 0;
  double lateral_m_ = 0;      ///< to the right of the path
  double lateral_slope_ = 0;  ///< how much more per metre
  VehicleState state_;
};

}  // namespace lujing::sim
