// Records of hauling: fences entered and left (9), trips (10), limits put on the vehicle (11). Part
// of record.h.
#pragma once

#include "base/geo.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace lujing::protocol {

/// What a fenced place is for. Values are added at the end.
enum class FenceKind : std::uint8_t {
  area = 0,       ///< no meaning of its own: a district, a speed limit
  forbidden = 1,  ///< 禁区
  loading = 2,    ///< a building site
  unloading = 3,  ///< a disposal site
  unloading_ring = 4,
  parking = 5,
  wash = 6,
  route = 7  ///< an approved road, a corridor as a rule
};
inline constexpr std::size_t fence_kinds = 8;

/// What happened at a fence. Values are added at the end.
enum class FenceEvent : std::uint8_t {
  entered = 0,
  left = 1,
  crossed = 2,       ///< in and out again between two positions
  found_inside = 3,  ///< it was inside when the watch began
  began = 4,         ///< it was inside when the fence's hours (or validity) began
  ended = 5          ///< it was inside when they ended
};

struct ZoneRecord {
  std::string fence;  ///< the fence's id
  FenceKind zone = FenceKind::area;
  FenceEvent event = FenceEvent::entered;
  std::int64_t since_boot_ms = 0;   ///< when the line was passed; the dwell time is over only now
  std::int64_t stay_ms = 0;         ///< of one that was left: how long it was inside
  std::int64_t fences_version = 0;  ///< of the set in force
  GeoPoint position;
  bool operator==(const ZoneRecord&) const = default;
};

/// What happened to a trip. Values are added at the end.
enum class TripEvent : std::uint8_t {
  loaded = 0,         ///< it begins: the vehicle has been loaded
  loaded_more = 1,    ///< at a second place, before anything was tipped
  partly_tipped = 2,  ///< some of the load is left; the trip goes on
  tipped = 3,         ///< it ends: empty again
  returned = 4,       ///< it ends: driven back to a loading site with the load
  resumed = 5,        ///< after a power cut, with the load still there
  permit_changed = 6  ///< another permit covers it from now on
};

enum class Washed : std::uint8_t { unknown = 0, no = 1, yes = 2 };

/// The electronic manifest (电子联单) of one load, written at each event with what is known by
/// then. A trip's identity is (terminal, begin_boot_id, begin_boot_ms).
struct TripRecord {
  std::uint64_t begin_boot_id = 0;
  std::int64_t begin_boot_ms = 0;
  TripEvent event = TripEvent::loaded;
  std::string permit;                ///< empty: none that covers it (未核准)
  std::string site;                  ///< fence id of the (first) loading site; empty: none there
  std::string second_site;           ///< of a second load
  std::string tip;                   ///< fence id where it was tipped; empty: none there
  std::int32_t loaded_permille = 0;  ///< of older records: the load's class; not written any more
  std::int32_t left_permille = 0;    ///< likewise
  Washed washed = Washed::unknown;
  std::int64_t driven_m = 0;    ///< laden
  std::int64_t sealed_m = 0;    ///< of these, with the cover closed
  std::int64_t unsealed_m = 0;  ///< with it open or in fault; the rest is not known
  std::int64_t on_route_m = 0;  ///< within the permit's roads; -1: no permit named any
  std::int64_t no_fix_m = 0;    ///< driven while the position was not known
  std::int32_t stops = 0;       ///< outside of sites
  std::int64_t stopped_s = 0;
  std::int64_t unseen_s = 0;  ///< the power was off: what was done meanwhile nobody knows
  GeoPoint begin_position;
  GeoPoint position;                          ///< where the event was
  std::optional<std::int32_t> load_permille;  ///< of a full load, measured at the end of loading;
                                              ///< nullopt: only switches tell
  std::optional<std::int32_t> rest_permille;  ///< measured after tipping
  std::optional<std::int32_t> load_kg;        ///< where it is known what a full load weighs
  bool operator==(const TripRecord&) const = default;
};

enum class Limit : std::uint8_t { speed = 0, hoist = 1, lock = 2 };
enum class LimitOrigin : std::uint8_t { platform = 0, fence = 1, rule = 2, spot = 3 };
enum class LimitEvent : std::uint8_t {
  asked = 0,     ///< by the origin, and taken
  refused = 1,   ///< by the origin, and not taken; the reason says why
  applied = 2,   ///< the output is now `value_cmps` (speed), or on
  waits = 3,     ///< a lock waits for the vehicle to stand
  released = 4,  ///< by the origin
  ended = 5      ///< no origin asks any more: the output is free
};

/// One step of 限速, 限举 or 锁车.
struct ControlRecord {
  Limit limit = Limit::speed;
  LimitEvent event = LimitEvent::asked;
  LimitOrigin origin = LimitOrigin::platform;
  std::int32_t priority = 0;
  std::int32_t value_cmps = 0;  ///< of a speed limit
  std::string reason;           ///< "MT-01", a fence's id, a person's words
  GeoPoint position;
  bool operator==(const ControlRecord&) const = default;
};

/// "area", "forbidden", ...
const char* to_string(FenceKind v);
const char* to_string(FenceEvent v);
const char* to_string(TripEvent v);
const char* to_string(Washed v);
const char* to_string(Limit v);
const char* to_string(LimitOrigin v);
const char* to_string(LimitEvent v);

}  // namespace lujing::protocol
