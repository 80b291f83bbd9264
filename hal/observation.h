// Observation: one thing that a device said, and the moment when it was said.
//
// Everything that the core ever learns arrives as one of these (or as configuration), so a recorded
// list of them, a journal, is enough to decide again. Values only: no pointers, no strings.
// SI units; angles in radian, clockwise from north. What a device did not say is std::nullopt.
#pragma once

#include "base/directive_kind.h"
#include "base/geo.h"
#include "base/time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <variant>

namespace lujing::hal {

/// Index into the list of CAN signals that the vehicle's configuration names. A journal's header
/// carries the names, so that it can be read without the configuration.
using SignalId = std::uint16_t;
/// Index into the list of switch and analog inputs that the vehicle's configuration names.
using InputId = std::uint16_t;
/// A health counter; the numbers and their meaning are in protocol/HEALTH.md.
using CounterId = std::uint16_t;

/// The first observation of each run: nothing said before it belongs to the same boot clock.
struct Boot {
  std::uint64_t boot_id = 0;  ///< first 8 bytes of the kernel's boot id, drawn anew at each boot
  bool operator==(const Boot&) const = default;
};

enum class FixMode : std::uint8_t { none = 0, fix_2d = 2, fix_3d = 3 };

/// gpsd's TPV report. Error estimates are gpsd's own (95 %).
struct GnssFix {
  FixMode mode = FixMode::none;
  std::optional<UtcTime> utc;                ///< as the receiver said it: may be 1024 weeks off
  GeoPoint position;                         ///< invalid where the mode is none
  std::optional<double> altitude_m;          ///< above the ellipsoid
  std::optional<double> speed_mps;           ///< over ground, >= 0
  std::optional<double> course_rad;          ///< [0, 2*pi)
  std::optional<double> horizontal_error_m;  ///< eph, or from epx and epy
  std::optional<double> speed_error_mps;     ///< eps
  std::optional<double> course_error_rad;    ///< epd
  bool operator==(const GnssFix&) const = default;
};

/// gpsd's SKY report, as far as decisions need it.
struct SkyView {
  std::uint8_t visible = 0;
  std::uint8_t used = 0;
  std::optional<double> hdop;
  std::optional<double> cn0_mean_dbhz;  ///< of the (up to) four strongest satellites
  bool operator==(const SkyView&) const = default;
};

enum class SignalState : std::uint8_t {
  ok = 0,
  not_available = 1,  ///< J1939 "not available" range
  error = 2,          ///< J1939 "error" range
  stale = 3,          ///< the bus has not said it for longer than the signal's timeout
};

struct CanSignal {
  SignalId id = 0;
  SignalState state = SignalState::ok;
  double value = 0;  ///< physical value in the unit that the configuration names; 0 unless ok
  bool operator==(const CanSignal&) const = default;
};

enum class SwitchState : std::uint8_t {
  off = 0,
  on = 1,
  invalid = 2,  ///< not read yet, or it changes faster than the debounce time allows
  fault = 3,    ///< the line or the module that reads it does not answer
};

/// A debounced digital input: cover closed, hoist up, seal, door.
struct Switch {
  InputId id = 0;
  SwitchState state = SwitchState::invalid;
  bool operator==(const Switch&) const = default;
};

struct Analog {
  InputId id = 0;
  SwitchState state = SwitchState::invalid;  ///< on: `value` is good; off is not used
  double value = 0;                          ///< in the input's configured unit; 0 unless on
  bool operator==(const Analog&) const = default;
};

/// The terminal's own supply.
struct Power {
  std::optional<double> main_v;    ///< the vehicle's battery; nullopt: not measured
  std::optional<double> backup_v;  ///< the terminal's own battery
  bool operator==(const Power&) const = default;
};

enum class Link : std::uint8_t { gnss = 0, can = 1, io = 2, uplink = 3 };

/// A device or a line came or went.
struct LinkState {
  Link link = Link::gnss;
  bool up = false;
  std::uint8_t index = 0;  ///< which of several of that kind
  bool operator==(const LinkState&) const = default;
};

/// A health counter's value, told by the part of the terminal that keeps it.
struct Counter {
  CounterId id = 0;
  std::int64_t value = 0;
  bool operator==(const Counter&) const = default;
};

/// Time passes. At least once a second, so that "for ten seconds" can be judged on a silent bus.
struct ClockTick {
  std::optional<UtcTime> wall;  ///< the machine's real-time clock, if it has been set since 2020
  bool synchronized = false;    ///< the kernel says that the wall clock is disciplined (NTP)
  bool operator==(const ClockTick&) const = default;
};

/// A directive is to take force: a new one, and after each Boot all that are in force. The body is
/// looked up by its hash (terminal/core/directive/library.h), so that an observation stays small.
struct DirectiveInForce {
  DirectiveKind kind = DirectiveKind::rule_set;
  std::uint64_t version = 0;
  Sha256 sha256{};  ///< of the body; of nothing at all: this kind is withdrawn
  bool operator==(const DirectiveInForce&) const = default;
};

/// What the terminal knew before this start, told again right after Boot: one piece of it. Together
/// the pieces are a few records, packed (terminal/core/recall/recall.h).
struct Recalled {
  std::uint8_t part = 0;   ///< from 0
  std::uint8_t parts = 0;  ///< how many there are
  std::uint8_t size = 0;   ///< bytes of this one
  std::array<char, 96> bytes{};
  bool operator==(const Recalled&) const = default;
};

/// New alternatives at the end: a journal numbers them by their place.
using What = std::variant<Boot, GnssFix, SkyView, CanSignal, Switch, Analog, Power, LinkState,
                          Counter, ClockTick, DirectiveInForce, Recalled>;

struct Observation {
  BootTime at;
  What what;
  bool operator==(const Observation&) const = default;
};

}  // namespace lujing::hal
