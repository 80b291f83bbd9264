// Gathers the evidence for the trust rules: what of the sensors' words fits together. One of each
// part of the core's observations goes in, plain facts come out (evidence.h).
#pragma once

#include "hal/observation.h"
#include "protocol/record.h"
#include "terminal/core/config.h"
#include "terminal/core/fusion/fix_gate.h"
#include "terminal/core/haul/load_watch.h"
#include "terminal/core/trust/evidence.h"
#include "terminal/core/trust/pull_off.h"

#include <array>
#include <cstdint>
#include <optional>

namespace lujing::core {

class UtcClock;

class TrustWatch {
 public:
  explicit TrustWatch(const CoreConfig& config) : config_(config) {}

  /// Behind gate and filter, before the clock takes the fix's time.
  void take(BootTime now, const hal::GnssFix& fix, const FixVerdict& verdict, const Fusion& fusion,
            const UtcClock& clock);
  void take(BootTime now, const hal::CanSignal& signal);
  void take(BootTime now, const hal::SkyView& sky);
  void take(const hal::Switch& input);
  void take(const hal::Power& power);
  void take(const hal::LinkState& link);
  void take_clock(BootTime now, const hal::ClockTick& tick, const UtcClock& clock);
  void take_body(BootTime now, protocol::Cover cover, protocol::Hoist hoist, protocol::Load load);
  void take_load_sensor(bool fault) { seen_.load_sensor_fault = fault; }

  /// The road that was matched last is a tunnel.
  void in_tunnel(bool is) { seen_.in_tunnel = is; }

  /// As it is now.
  Evidence evidence(BootTime now, bool standing) const;

 private:
  void judge_place(BootTime now, const hal::GnssFix& fix, const FixVerdict& verdict);
  void judge_clock(BootTime now, UtcTime utc, const UtcClock& clock, int& in_a_row);

  const CoreConfig& config_;
  Evidence seen_;
  std::array<std::uint32_t, 3> links_down_{};  ///< by hal::Link: a bit each
  PullOff pull_off_;
  std::optional<BootTime> fix_at_;    ///< the last that could be used
  std::optional<BootTime> first_at_;  ///< anything at all was heard
  std::optional<BootTime> speed_at_;
  std::optional<BootTime> wheel_at_;
  std::optional<BootTime> bus_at_;
  std::optional<BootTime> sky_at_;
  std::optional<BootTime> good_sky_at_;
  std::optional<BootTime> apart_at_;
  std::optional<BootTime> leap_at_;
  std::optional<BootTime> clock_at_;
  std::optional<BootTime> frozen_since_;
  std::optional<BootTime> drove_at_;  ///< last faster than what AC-06 looks at
  GeoPoint told_;                     ///< the receiver's last place, believed or not
  GeoPoint believed_;                 ///< the last that was
  GeoPoint astray_;                   ///< the last that was refused as a jump
  int astray_in_a_row_ = 0;
  double wheel_path_m_ = 0;  ///< since the last believed place
  hal::SwitchState antenna_ = hal::SwitchState::invalid;
  hal::SwitchState removed_ = hal::SwitchState::invalid;
  int gnss_clock_off_ = 0;
  int wall_clock_off_ = 0;
  protocol::Cover cover_ = protocol::Cover::invalid;
  protocol::Hoist hoist_ = protocol::Hoist::invalid;
  LoadWatch loads_;
};

}  // namespace lujing::core
