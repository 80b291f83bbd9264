// Which signals make which work: a vehicle's profile, as values. It is data, made by a fitter
// (deploy/vehicles/*.toml, read by terminal/config); work/engine.h interprets it.
#pragma once

#include "protocol/work_records.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lujing::core {

/// Where a number comes from on this vehicle.
struct WorkSource {
  enum class Kind : std::uint8_t { missing, signal, input, speed };
  Kind kind = Kind::missing;  ///< missing: not connected; speed: the vehicle's own, km/h
  std::uint16_t id = 0;       ///< hal::SignalId or hal::InputId
  bool operator==(const WorkSource&) const = default;
};

/// Something that is so or not so: "the brush turns". With on >= off it is so above `on` and not so
/// at or below `off`; with on < off it is so below `on` and not so at or above `off`. Between them
/// it stays as it was.
struct WorkFact {
  std::string name;
  std::string word;  ///< what terminal.toml calls the signal or input; "speed": the vehicle's
  WorkSource source;
  double on = 0.5;
  double off = 0.5;
  double on_after_s = 0;  ///< it must last
  double off_after_s = 0;
  bool operator==(const WorkFact&) const = default;
};

struct WorkTerm {
  std::uint16_t fact = 0;  ///< index into WorkProfile::facts
  bool inverted = false;
  bool operator==(const WorkTerm&) const = default;
};

struct WorkNeed {
  WorkTerm term;
  protocol::WorkReason why = protocol::WorkReason::none;  ///< where it is not so
  bool required = true;  ///< false: a vehicle without the signal is believed, at lower evidence
  bool operator==(const WorkNeed&) const = default;
};

/// One way to do one kind of work.
struct WorkRow {
  protocol::Work kind = protocol::Work::sweeping;
  std::vector<WorkTerm> when;   ///< all of them: it is switched on
  std::vector<WorkNeed> needs;  ///< all of them: it is effective
  std::vector<WorkTerm> left;   ///< any of them: it works on the left
  std::vector<WorkTerm> right;  ///< any of them: on the right; both sides: full
  std::vector<WorkTerm> full;   ///< any of them: the whole width
  protocol::WorkSide side = protocol::WorkSide::right;  ///< where no side is connected
  double reach_m = 3.5;  ///< full width reaches both kerbs of a carriageway of at most this width
  bool operator==(const WorkRow&) const = default;
};

/// Numbers that are measured, not judged.
enum class Measure : std::uint8_t {
  water_flow_lpm = 0,
  tank_share = 1,
  aux_engine_rpm = 2,
  ambient_c = 3,
  fuel_share = 4,
  blocked_button = 5  ///< the driver says: this kerb cannot be cleaned
};
inline constexpr std::size_t measure_count = 6;

struct WorkProfile {
  std::string name;  ///< empty: none; see legacy_work()
  std::int64_t version = 0;
  double tank_l = 0;  ///< of fresh water; 0: not known
  double fuel_l = 0;
  std::vector<WorkFact> facts;
  std::vector<WorkRow> rows;
  std::array<WorkSource, measure_count> measures{};
  bool operator==(const WorkProfile&) const = default;
};

inline constexpr std::size_t max_work_facts = 64;
inline constexpr std::size_t max_work_rows = 32;
inline constexpr std::size_t max_work_terms = 16;

struct CoreConfig;
/// What a vehicle without a profile does: it sweeps while its brush turns and its suction mouth is
/// down (where it tells), it sprinkles while its pump runs; at once, as before there were profiles,
/// so that old journals are decided as they were.
WorkProfile legacy_work(const CoreConfig& config);

}  // namespace lujing::core
