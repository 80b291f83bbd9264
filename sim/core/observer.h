// One vehicle's devices as the terminal's drivers would have told them: the same receiver, bus and
// collector as in device mode, without lines and programs between. Nothing here knows the truth but
// what a device can measure of it.
#pragma once

#include "hal/io/debounce.h"
#include "hal/observation.h"
#include "sim/devices/bus.h"
#include "sim/devices/modbus_slave.h"
#include "sim/devices/receiver.h"
#include "sim/scenario/scenario.h"
#include "sim/wiring.h"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace lujing::sim {

/// From the moment of a fix until the terminal has it.
inline constexpr double receiver_latency_s = 0.15;

class Observer {
 public:
  using Tell = std::function<void(const hal::Observation&)>;

  /// `wired`: signal n of the configuration is the n-th.
  Observer(const Scenario& scenario, const City& city, const VehiclePlan& plan,
           const std::vector<Wire>& wired);

  /// The terminal starts: Boot, then everything is told anew. `boot_s`: the scenario's second at
  /// which its boot clock was 0.
  void boot(double boot_s, std::uint64_t boot_id, const Tell& tell);
  /// The terminal's desk has a directive for the core.
  void direct(const hal::DirectiveInForce& what, double t_s, const Tell& tell) const;
  /// After each step of the vehicle (20 ms).
  void take(const VehicleState& state, const Tell& tell);
  /// The vehicle lives on while the terminal is without supply.
  void pass(const VehicleState& state);

 private:
  struct Told {
    double at_s = -1e9;  ///< the value was told
    double heard_s = 0;  ///< the bus said it
    double value = 0;
    bool pending = false;
    bool stale = false;
    double factor = 1;  ///< Wire::factor
  };
  struct Input {
    hal::io::Debouncer debouncer{300};  ///< as terminal_files.cpp configures it
    hal::SwitchState state = hal::SwitchState::invalid;
    double told_s = -1e9;
  };
  BootTime at(double t_s) const;
  void hear_bus(const VehicleState& state, const Tell& tell);
  void poll_collector(const VehicleState& state, const Tell& tell);
  void poll_switch(std::size_t number, std::optional<bool> level, double t_s, const Tell& tell);
  void poll_load(std::optional<double> share, double t_s, const Tell& tell);
  void measure(const VehicleState& state, const Tell& tell);
  void tell_time_and_supply(const VehicleState& state, const Tell& tell);
  void tell_link(hal::Link link, bool up, double t_s, const Tell& tell);

  const Scenario& scenario_;
  const City& city_;
  const VehiclePlan& plan_;
  Bus bus_;
  Receiver receiver_;
  Random chatter_;
  double boot_s_ = 0;
  std::vector<Told> signals_;
  std::array<Input, 7> inputs_{};
  int mark_told_ = 0;
  std::optional<bool> uplink_up_;
  std::optional<double> load_told_;
  double load_told_s_ = -1e9;
  bool load_fault_ = false;
  double stuck_load_ = 0;
  std::optional<bool> bus_up_;
  std::optional<bool> io_up_;
  std::optional<double> supply_told_;
  double supply_told_s_ = -1e9;
  std::int64_t steps_ = 0;
  std::deque<hal::Observation> later_;  ///< the receiver still computes
};

/// What gpsd makes of an epoch's sentences: its own 95 % error estimates.
hal::GnssFix to_fix(const GnssEpoch& epoch, const std::optional<GnssEpoch>& before);
hal::SkyView to_sky(const GnssEpoch& epoch);

}  // namespace lujing::sim
