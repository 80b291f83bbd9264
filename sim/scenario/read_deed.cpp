// What a scenario says of deeds: of what, on which leg, and by how much.
#include "base/toml_reader.h"
#include "sim/scenario/reader.h"

#include <cmath>
#include <optional>

namespace lujing::sim {
namespace {

/// The legs of each task, as SCENARIO.md lists them; the first is the main one.
const std::vector<std::string>& legs_of(TaskKind kind) {
  static const std::vector<std::vector<std::string>> legs = {
      {"drive"},
      {"stand"},
      {"work", "approach"},
      {"between", "approach", "bin"},
      {"laden", "approach", "open", "load", "close", "to-wash", "wash", "tip", "lower"},
      {"load", "approach", "open", "close"},
      {"tip", "approach", "open", "lower", "close"},
      {"fill", "approach"},
      {"unload", "approach"},
      {"drive", "approach", "work", "between", "bin", "open", "load", "close", "to-wash", "wash",
       "laden", "tip", "lower", "fill", "unload"}};
  return legs[static_cast<std::size_t>(kind)];
}

/// A deed on a machine that does not have the part would be a scenario in which nothing happens.
bool has_part(VehicleType type, DeedKind kind) {
  const bool sweeps = type == VehicleType::sweeper || type == VehicleType::washer_sweeper;
  const bool wets = type == VehicleType::washer_sweeper || type == VehicleType::sprinkler ||
                    type == VehicleType::fog_cannon;
  switch (kind) {
    case DeedKind::cover:
    case DeedKind::load:
      return type == VehicleType::muck;
    case DeedKind::hoist:
      return type == VehicleType::muck || type == VehicleType::garbage;
    case DeedKind::brush:
    case DeedKind::suction:
    case DeedKind::fan:
      return sweeps;
    case DeedKind::pump:
    case DeedKind::valve:
    case DeedKind::jet:
      return wets;
    case DeedKind::aux_rpm:
    case DeedKind::side:
    case DeedKind::mark:
      return sweeps || wets;
    case DeedKind::bin:
      return type == VehicleType::garbage;
    default:
      return true;
  }
}

/// What the value of a deed may be. A speed has none that is usual.
struct DeedRange {
  double min = 0;
  double max = 1;
  std::optional<double> usual = 0.0;
};
DeedRange range_of(DeedKind kind) {
  switch (kind) {
    case DeedKind::hoist:
      return {0, hoist_full_deg};
    case DeedKind::load:
    case DeedKind::side:
      return {0, 2};
    case DeedKind::aux_rpm:
      return {0, 4000};
    case DeedKind::fuel_drain:
      return {0, 100};
    case DeedKind::speed:
      return {1, 120, std::nullopt};
    case DeedKind::gap:
      return {0, 10};
    case DeedKind::mark:
      return {1, 6, std::nullopt};
    default:
      return {};
  }
}

/// What is on or off, or to one of three sides, knows nothing between.
bool is_whole(DeedKind kind) {
  switch (kind) {
    case DeedKind::cover:
    case DeedKind::hoist:
    case DeedKind::load:
    case DeedKind::aux_rpm:
    case DeedKind::fuel_drain:
    case DeedKind::speed:
    case DeedKind::gap:
      return false;
    default:
      return true;
  }
}

}  // namespace

TaskDeed read_deed(Section& section, VehicleType type, TaskKind task, double duration_s) {
  TaskDeed deed;
  const std::string word = section.word("do", std::nullopt, deed_words());
  deed.deed.kind = static_cast<DeedKind>(index_of(deed_words(), word));
  if (!has_part(type, deed.deed.kind)) {
    section.refuse("do", std::string("a ") + name_of(type) + " has no " + word);
  }
  deed.leg = section.word("on", legs_of(task).front(), legs_of(task));
  const DeedRange range = range_of(deed.deed.kind);
  deed.deed.value = section.number("value", range.usual, range.min, range.max);
  if (is_whole(deed.deed.kind) && deed.deed.value != std::floor(deed.deed.value)) {
    section.refuse("value", deed.deed.kind == DeedKind::side
                                ? word + " is 0 (left), 1 (full) or 2 (right)"
                            : deed.deed.kind == DeedKind::mark
                                ? word + " is a reason's whole number, 1 to 6"
                                : word + " is 1 (on) or 0 (off), nothing between");
  }
  deed.deed.after_s = section.number("after_s", 0.0, 0, 1e6);
  refuse_late(section, "after_s", deed.deed.after_s, duration_s);
  deed.deed.for_s = section.number("for_s", 1e6, 0, 1e6);
  section.done();
  return deed;
}

}  // namespace lujing::sim
