// Records of cleaning: what the machine did (13), which kerbs it covered (8), and which it could
// not (12). Part of record.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace lujing::protocol {

/// What the upper body does. More than one at a time is a bit set: 1 << value. Values are added at
/// the end.
enum class Work : std::uint8_t {
  sweeping = 0,
  flushing = 1,
  sprinkling = 2,
  misting = 3,
  collecting = 4,
  washing_sweeping = 5
};
inline constexpr std::size_t work_kinds = 6;

/// On which side of the vehicle it works.
enum class WorkSide : std::uint8_t { unknown = 0, left = 1, right = 2, full = 3 };

/// Why work that was switched on is not effective. Values are added at the end.
enum class WorkReason : std::uint8_t {
  none = 0,  ///< it is effective
  suction_up = 1,
  brush_not_turning = 2,
  brush_up = 3,
  fan_off = 4,
  pump_off = 5,
  valve_shut = 6,
  tank_empty = 7,
  sewage_full = 8,
  lift_idle = 9,
  signal_stale = 10,  ///< a signal that is needed is silent: nobody knows
  not_wired = 11,     ///< a signal that is needed is not connected: nobody can know
  position_unsure = 12,
  too_fast = 13
};

/// What a statement about work rests on, best first.
enum class Evidence : std::uint8_t {
  measured = 0,  ///< every signal that the vehicle profile asks for
  partial = 1,   ///< some that it would like to have are not there
  inferred = 2   ///< no signal of the machine: from movement alone
};

/// 13: one stretch of time in one state; the record's stamp is its end.
struct WorkRecord {
  Work work = Work::sweeping;
  WorkSide side = WorkSide::unknown;
  WorkReason reason = WorkReason::none;  ///< none: effective
  Evidence evidence = Evidence::measured;
  std::int64_t begin_boot_ms = 0;
  std::int32_t driven_dm = 0;  ///< 0.1 m, in that time
  std::int32_t water_dl = 0;   ///< 0.1 litre, from flow or tank level; 0: none or not measured
  bool operator==(const WorkRecord&) const = default;
};

/// What became of a stretch of kerb that the vehicle drove along with something switched on.
enum class CoverageState : std::uint8_t {
  covered = 0,
  no_data = 1,      ///< it may have been covered: signals or position do not say
  ineffective = 2,  ///< switched on, but something that it needs was off
};

/// 8: a stretch of kerb passed once. Places are centimetres from the link's first point.
struct CoverageRecord {
  std::uint64_t roads = 0;  ///< the road file's version; link numbers mean nothing without it
  std::uint32_t link = 0;
  std::uint8_t kerbs = 0;  ///< 1 left of the link's points, 2 right, 3 both
  bool backward = false;   ///< driven against the link's points
  Work work = Work::sweeping;
  CoverageState state = CoverageState::covered;
  WorkReason reason = WorkReason::none;
  Evidence evidence = Evidence::measured;
  std::int32_t from_cm = 0;  ///< from_cm < to_cm
  std::int32_t to_cm = 0;
  std::int64_t begin_boot_ms = 0;
  std::int64_t end_boot_ms = 0;
  std::int32_t sure_permille = 0;  ///< that it was this road
  bool operator==(const CoverageRecord&) const = default;
};

/// Why a kerb could not be cleaned. Values are added at the end.
enum class ExceptionReason : std::uint8_t {
  other = 0,
  parked_vehicles = 1,
  road_works = 2,
  closure = 3,
  event = 4,
  weather = 5
};

/// What ended a driver's mark of a blocked kerb. Values are added at the end.
enum class MarkEnd : std::uint8_t {
  none = 0,  ///< it had not ended when this was written, or nobody said
  driver = 1,
  length = 2,   ///< as long as one mark may be
  time = 3,     ///< as long as one mark may last
  speed = 4,    ///< faster than anybody works
  off_plan = 5  ///< the plan asks nothing of this vehicle there
};

/// 12: a kerb that could not be cleaned, as the driver said while passing it. A mark makes one
/// record or more: one a link, and one a minute.
struct ExceptionRecord {
  std::uint64_t roads = 0;
  std::uint32_t link = 0;
  std::uint8_t kerbs = 0;
  std::int32_t from_cm = 0;
  std::int32_t to_cm = 0;
  std::int64_t begin_boot_ms = 0;  ///< when the vehicle came to the stretch
  ExceptionReason reason = ExceptionReason::other;
  std::string who;
  std::string note;
  std::int64_t end_boot_ms = 0;     ///< when it left the stretch; 0: the stamp is the end
  std::int64_t marked_boot_ms = 0;  ///< when the driver pressed: which mark this belongs to
  MarkEnd ended = MarkEnd::none;    ///< the mark
  bool operator==(const ExceptionRecord&) const = default;
};

const char* to_string(Work v);
const char* to_string(WorkSide v);
const char* to_string(WorkReason v);
const char* to_string(Evidence v);
const char* to_string(CoverageState v);
const char* to_string(ExceptionReason v);
const char* to_string(MarkEnd v);

}  // namespace lujing::protocol
