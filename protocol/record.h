// Record: what the core found. Immutable, numbered, chained by hash to the record before it.
//
// Whole numbers only, so that a record is the same bytes on every machine; the unit is in the name.
// Adding a field or a kind: see protocol/RECORDS.md. Fields are only ever added.
#pragma once

#include "base/geo.h"
#include "base/time.h"
#include "protocol/haul_records.h"
#include "protocol/road_records.h"
#include "protocol/work_records.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lujing::protocol {

/// When: on the terminal's own clock always, in UTC where it is known.
struct Stamp {
  std::uint64_t boot_id = 0;
  std::int64_t boot_ms = 0;            ///< CLOCK_BOOTTIME, milliseconds
  std::optional<std::int64_t> utc_ms;  ///< milliseconds since 1970, corrected for week rollover
  bool operator==(const Stamp&) const = default;
};

/// The terminal has started. Alarms that were open in an earlier boot have ended.
struct BootRecord {
  std::string software;  ///< version of the terminal
  std::string rule_set;  ///< "name@version" of the city profile in force
  bool operator==(const BootRecord&) const = default;
};

/// How a position was known. Values are added at the end.
enum class PositionSource : std::uint8_t { none = 0, gnss = 1, dead_reckoning = 2, road_bound = 3 };
/// Why a track point was written. Values are added at the end.
enum class TrackReason : std::uint8_t {
  first = 0,
  time = 1,
  distance = 2,
  turn = 3,
  alarm = 4,
  stop = 5
};

struct TrackPoint {
  GeoPoint position;
  std::int32_t speed_cmps = 0;   ///< cm/s, the vehicle state's (wheel speed where there is one)
  std::int32_t course_cdeg = 0;  ///< 0.01 degree clockwise from north, [0, 36000)
  std::int32_t accuracy_dm = 0;  ///< 0.1 m, 95 %; 0: unknown
  std::int64_t odometer_m = 0;   ///< driven since the store epoch's first boot, as far as known
  PositionSource source = PositionSource::none;
  TrackReason reason = TrackReason::time;
  bool operator==(const TrackPoint&) const = default;
};

enum class Cover : std::uint8_t {
  invalid = 0,
  closed = 1,
  open = 2,
  fault = 3,
  not_fully_open = 4,
  not_fully_closed = 5
};
enum class Hoist : std::uint8_t { invalid = 0, flat = 1, lifted = 2, fault = 3 };
enum class Load : std::uint8_t {
  invalid = 0,
  empty = 1,
  light = 2,
  half = 3,
  full = 4,
  over = 5,
  fault = 6
};
/// Written when any of it changes, and at start.
struct VehicleState {
  bool moving = false;
  Cover cover = Cover::invalid;
  Hoist hoist = Hoist::invalid;
  Load load = Load::invalid;
  std::uint32_t work_bits = 0;  ///< bit n set: Work(n)
  GeoPoint position;            ///< invalid where it is not known
  bool operator==(const VehicleState&) const = default;
};

enum class AlarmState : std::uint8_t { pending = 0, raised = 1, cleared = 2, suppressed = 3 };

/// An alarm's change of state. Its identity is (terminal, boot_id of the stamp, rule,
/// since_boot_ms). `pending` is never written as a record: it is what a condition is until it has
/// lasted. `suppressed`: it was true again for long enough, but inside the re-alarm time of the
/// last one.
struct AlarmRecord {
  std::string rule;  ///< "MT-01"
  AlarmState state = AlarmState::raised;
  std::int64_t since_boot_ms = 0;  ///< when the condition became true
  std::string rule_set;            ///< "name@version" that judged
  GeoPoint position;               ///< invalid where it is not known
  std::int32_t speed_cmps = 0;
  std::string detail;  ///< "cover=open load=full": the facts, for a person
  bool operator==(const AlarmRecord&) const = default;
};

/// Health counters that changed since the last one. Ids and meaning: protocol/HEALTH.md.
struct HealthRecord {
  std::vector<std::pair<std::uint16_t, std::int64_t>> counters;  ///< ascending by id
  bool operator==(const HealthRecord&) const = default;
};

/// Written by the outbox when it gave up track points for room: of [first_seq, last_seq] `dropped`
/// records are gone. Where they were, the batch has a Hole (batch.h), so that the chain can be
/// followed.
struct ThinnedRecord {
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
  std::uint64_t dropped = 0;
  bool operator==(const ThinnedRecord&) const = default;
};

/// Values are added at the end.
enum class DirectiveOutcome : std::uint8_t { none = 0, applied = 1, refused = 2, withdrawn = 3 };

/// What became of a directive. One that a terminal refused before its core could see it (a bad
/// signature, an older version) is told to the platform only, not recorded.
struct DirectiveRecord {
  std::string name;  ///< "rule_set"
  std::uint64_t version = 0;
  DirectiveOutcome outcome = DirectiveOutcome::none;
  std::string sha256;  ///< of the body, hexadecimal
  std::string reason;  ///< where it was refused: the item, and what was wrong with it
  bool operator==(const DirectiveRecord&) const = default;
};

/// A field that this version does not know, kept as it came.
struct RawField {
  std::uint16_t id = 0;
  std::variant<std::int64_t, std::string> value;
  bool operator==(const RawField&) const = default;
};

/// A kind that this version does not know, kept as it came.
struct UnknownRecord {
  std::uint8_t kind = 0;
  bool operator==(const UnknownRecord&) const = default;
};

using Payload = std::variant<BootRecord, TrackPoint, VehicleState, AlarmRecord, HealthRecord,
                             ThinnedRecord, DirectiveRecord, CoverageRecord, ZoneRecord, TripRecord,
                             ControlRecord, ExceptionRecord, WorkRecord, RoadRecord, UnknownRecord>;

struct Record {
  Stamp stamp;
  Payload payload;
  std::vector<RawField> unknown_fields;  ///< ascending by id; empty for what this version wrote
  bool operator==(const Record&) const = default;
};

/// "boot", "track_point", "vehicle_state", "alarm", "health", "thinned", ..., "unknown".
const char* kind_name(const Payload& payload);
/// The number of a kind on the wire (1...), for an UnknownRecord the one it came with.
std::uint8_t kind_number(const Payload& payload);

const char* to_string(Cover v);
const char* to_string(Hoist v);
const char* to_string(Load v);
const char* to_string(AlarmState v);
const char* to_string(PositionSource v);
const char* to_string(TrackReason v);
const char* to_string(DirectiveOutcome v);

/// The one byte form of a record: what the hash chain runs over (protocol/RECORDS.md).
void append_canonical(const Record& record, std::string& out);
/// One line of JSON without a line end, keys in a fixed order, for people and for comparing
/// replays.
std::string to_json(const Record& record);

}  // namespace lujing::protocol
