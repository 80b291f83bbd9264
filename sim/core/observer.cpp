#include "sim/core/observer.h"

#include <algorithm>
#include <cmath>

namespace lujing::sim {
namespace {

constexpr double told_every_s = 0.1;   // a CAN signal's values, no faster
constexpr double stale_after_s = 2.0;  // a silent signal
constexpr double told_again_s = 10.0;  // an input that does not change
constexpr double load_deadband = 0.02;
constexpr double highest_load = 1.5;
// Of every collector; the load comes behind the first four, the driver's reader behind them all.
constexpr std::size_t switches = 6;
constexpr hal::InputId load_input = 4;
// The driver's page, where there is no collector.
constexpr hal::InputId mark_input = 0;

}  // namespace

hal::GnssFix to_fix(const GnssEpoch& epoch, const std::optional<GnssEpoch>& /*before*/) {
  hal::GnssFix fix;
  if (epoch.knows_time) {
    fix.utc = epoch.utc;
  }
  if (epoch.mode == 0) {
    return fix;
  }
  fix.mode = epoch.mode == 3 ? hal::FixMode::fix_3d : hal::FixMode::fix_2d;
  fix.position = epoch.place;
  if (epoch.mode == 3) {
    fix.altitude_m = std::round((epoch.height_m + geoid_m) * 10) / 10;
  }
  fix.speed_mps = epoch.speed_mps;
  fix.course_rad = epoch.course_rad;
  // gpsd multiplies the dilution with a user-equivalent range error of its own, whatever receiver.
  constexpr double gpsd_error_m = 19.0;
  fix.horizontal_error_m = std::round(gpsd_error_m * epoch.hdop * 1000) / 1000;
  fix.speed_error_mps = 2 * *fix.horizontal_error_m;
  return fix;
}

hal::SkyView to_sky(const GnssEpoch& epoch) {
  hal::SkyView sky;
  sky.visible = static_cast<std::uint8_t>(epoch.satellites.size());
  sky.used = static_cast<std::uint8_t>(epoch.used());
  sky.hdop = std::round(epoch.hdop * 100) / 100;
  if (const double cn0 = epoch.cn0_mean_dbhz(); cn0 > 0) {
    sky.cn0_mean_dbhz = cn0;
  }
  return sky;
}

Observer::Observer(const Scenario& scenario, const City& city, const VehiclePlan& plan,
                   const std::vector<Wire>& wired)
    : scenario_(scenario),
      city_(city),
      plan_(plan),
      bus_(plan.type, scenario.seed, plan.id),
      receiver_(scenario.seed, plan.id, plan.cold_start),
      chatter_(scenario.seed, "chatter of " + plan.id),
      signals_(wired.size()),
      stuck_load_(plan.body.load_share) {
  for (std::size_t n = 0; n < wired.size(); ++n) {
    bus_.listen(wired[n].message, wired[n].signal, n);
    signals_[n].factor = wired[n].factor;
  }
  bus_.chassis().air_c = scenario.weather.temperature_c;
}

BootTime Observer::at(double t_s) const {
  // Whole microseconds: no last bit of a double decides.
  return {static_cast<std::int64_t>(std::llround((t_s - boot_s_) * 1e6)) * 1000};
}

void Observer::boot(double boot_s, std::uint64_t boot_id, const Tell& tell) {
  boot_s_ = boot_s;
  const double t_s = static_cast<double>(steps_) * 0.02;
  for (Told& told : signals_) {
    const double factor = told.factor;
    told = {};
    told.factor = factor;
    told.heard_s = t_s;
  }
  inputs_ = {};
  mark_told_ = 0;
  load_told_.reset();
  bus_up_.reset();
  io_up_.reset();
  uplink_up_.reset();
  supply_told_.reset();
  later_.clear();
  tell({at(t_s), hal::Boot{boot_id}});
  tell({at(t_s), hal::LinkState{hal::Link::gnss, true, 0}});
}

void Observer::tell_link(hal::Link link, bool up, double t_s, const Tell& tell) {
  tell({at(t_s), hal::LinkState{link, up, 0}});
}

void Observer::direct(const hal::DirectiveInForce& what, double t_s, const Tell& tell) const {
  tell({at(t_s), what});
}

void Observer::pass(const VehicleState& state) {
  ++steps_;
  bus_.hear(state, 0.02, [](std::size_t, double) {});
  if (steps_ % 50 == 0) {
    receiver_.restart();
  }
}

void Observer::take(const VehicleState& state, const Tell& tell) {
  ++steps_;
  hear_bus(state, tell);
  if (has_collector(plan_.type) && steps_ % 5 == 0) {
    poll_collector(state, tell);
  }
  if (state.body.mark != mark_told_) {
    mark_told_ = state.body.mark;
    tell({at(state.t_s),
          hal::Analog{mark_input, hal::SwitchState::on, static_cast<double>(mark_told_)}});
  }
  if (steps_ % 50 == 0) {
    bus_.chassis().air_c = scenario_.weather_at(state.t_s).temperature_c;
    measure(state, tell);
    tell_time_and_supply(state, tell);
  }
  while (!later_.empty() && later_.front().at <= at(state.t_s)) {
    tell(later_.front());
    later_.pop_front();
  }
}

void Observer::hear_bus(const VehicleState& state, const Tell& tell) {
  const double t_s = state.t_s;
  if (steps_ % 5 == 1) {
    bus_.set_silent(active_fault(plan_.faults, FaultKind::bus_off, t_s) != nullptr);
    bus_.set_body_silent(active_fault(plan_.faults, FaultKind::body_silent, t_s) != nullptr);
    const bool up = active_fault(plan_.faults, FaultKind::bus_off, t_s) == nullptr;
    if (bus_up_ != up) {
      bus_up_ = up;
      tell_link(hal::Link::can, up, t_s, tell);
    }
  }
  const auto say = [&](std::size_t n, Told& told) {
    told.at_s = t_s;
    told.pending = false;
    tell(
        {at(t_s), hal::CanSignal{static_cast<hal::SignalId>(n), hal::SignalState::ok, told.value}});
  };
  bus_.hear(state, 0.02, [&](std::size_t n, double value) {
    Told& told = signals_[n];
    told.heard_s = t_s;
    told.value = value * told.factor;
    if (told.stale || t_s - told.at_s >= told_every_s - 1e-6) {
      told.stale = false;
      say(n, told);
    } else {
      told.pending = true;
    }
  });
  if (steps_ % 5 != 0) {
    return;
  }
  for (std::size_t n = 0; n < signals_.size(); ++n) {
    Told& told = signals_[n];
    if (told.pending && t_s - told.at_s >= told_every_s - 1e-6) {
      say(n, told);
    }
    if (!told.stale && t_s - told.heard_s >= stale_after_s) {
      told.stale = true;
      tell({at(t_s), hal::CanSignal{static_cast<hal::SignalId>(n), hal::SignalState::stale, 0}});
    }
  }
}

void Observer::poll_collector(const VehicleState& state, const Tell& tell) {
  const double t_s = state.t_s;
  const bool answers = active_fault(plan_.faults, FaultKind::io_off, t_s) == nullptr;
  if (io_up_ != answers) {
    io_up_ = answers;
    tell_link(hal::Link::io, answers, t_s, tell);
  }
  if (active_fault(plan_.faults, FaultKind::load_stuck, t_s) == nullptr) {
    stuck_load_ = state.body.load_share;
  }
  const CollectorMap map = collector_map(state, plan_, stuck_load_, chatter_.chance(0.5));
  for (std::size_t n = 0; n < inputs_.size(); ++n) {
    if (n < switches || plan_.driver != DriverCard::no_reader) {
      poll_switch(n, answers ? std::optional(map.discrete[n] != 0) : std::nullopt, t_s, tell);
    }
  }
  poll_load(answers ? std::optional(map.input[0] * 0.001) : std::nullopt, t_s, tell);
}

void Observer::poll_switch(std::size_t number, std::optional<bool> level, double t_s,
                           const Tell& tell) {
  Input& input = inputs_[number];
  const hal::SwitchState before = input.state;
  input.state = input.debouncer.take(at(t_s), level);
  if (input.state != before || t_s - input.told_s >= told_again_s - 1e-6) {
    input.told_s = t_s;
    const std::size_t id = number < load_input ? number : number + 1;  // the load is between
    tell({at(t_s), hal::Switch{static_cast<hal::InputId>(id), input.state}});
  }
}

void Observer::poll_load(std::optional<double> share, double t_s, const Tell& tell) {
  const bool fault = !share || *share > highest_load;
  const double value = fault ? 0 : *share;
  const bool changed = !load_told_ || fault != load_fault_ ||
                       (!fault && std::abs(value - *load_told_) > load_deadband);
  if (!changed && t_s - load_told_s_ < told_again_s - 1e-6) {
    return;
  }
  load_told_ = value;
  load_fault_ = fault;
  load_told_s_ = t_s;
  tell({at(t_s),
        hal::Analog{load_input, fault ? hal::SwitchState::fault : hal::SwitchState::on, value}});
}

void Observer::measure(const VehicleState& state, const Tell& tell) {
  if (active_fault(plan_.faults, FaultKind::gnss_off, state.t_s) != nullptr) {
    receiver_.restart();
    GnssEpoch dead;
    dead.knows_time = false;
    const BootTime now = at(state.t_s + receiver_latency_s);
    later_.push_back({now, to_fix(dead, {})});
    later_.push_back({now, hal::SkyView{}});
    return;
  }
  const AntennaTruth truth{city_.place(state.at), 20.0, state.speed_mps, state.heading_rad};
  const UtcTime utc{scenario_.start.ms + std::llround(state.t_s * 1000)};
  const GnssEpoch epoch =
      receiver_.measure(truth, sky_at(city_, state, plan_.faults, scenario_.sky), utc);
  const BootTime now = at(state.t_s + receiver_latency_s);
  later_.push_back({now, to_fix(epoch, {})});
  later_.push_back({now, to_sky(epoch)});
  static_cast<void>(tell);
}

void Observer::tell_time_and_supply(const VehicleState& state, const Tell& tell) {
  const double t_s = state.t_s;
  const bool uplink = active_fault(plan_.faults, FaultKind::uplink_off, t_s) == nullptr;
  if (uplink_up_ != uplink) {
    uplink_up_ = uplink;
    tell_link(hal::Link::uplink, uplink, t_s, tell);
  }
  hal::ClockTick tick;
  const Fault* jump = active_fault(plan_.faults, FaultKind::clock_jump, t_s);
  tick.wall = UtcTime{scenario_.start.ms + std::llround(t_s * 1000) +
                      (jump == nullptr ? 0 : std::llround(jump->value * 1000))};
  tell({at(t_s), tick});
  const Fault* low = active_fault(plan_.faults, FaultKind::power_low, t_s);
  const double main_v = low == nullptr ? 27.6 : low->value;
  if (!supply_told_ || std::abs(main_v - *supply_told_) > 0.5 ||
      t_s - supply_told_s_ >= told_again_s) {
    supply_told_ = main_v;
    supply_told_s_ = t_s;
    tell({at(t_s), hal::Power{main_v, 4.1}});
  }
}

}  // namespace lujing::sim
