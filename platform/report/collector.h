// One vehicle's records as what a report counts: passings of kerbs in UTC, exceptions, distances,
// water. Nothing is decided here; it only reads what the vehicle told.
#pragma once

#include "platform/ledger/missing.h"
#include "protocol/batch.h"
#include "terminal/core/work/coverage.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lujing::report {

struct WorkTotals {
  std::int64_t driven_dm = 0;  ///< while it was effective
  std::int64_t water_dl = 0;
  std::int64_t lasted_ms = 0;
};

struct VehicleTotals {
  std::string id;
  std::string type;
  std::int64_t driven_m = 0;      ///< by the odometer of its track points
  std::int64_t effective_dm = 0;  ///< while any work was effective
  std::array<WorkTotals, protocol::work_kinds> work{};
};

/// Who said that a kerb could not be cleaned, when and why.
struct Excuse {
  core::Excepted what;
  std::int64_t marked_ms = 0;  ///< when the driver pressed: which mark; 0: it was no driver
  protocol::MarkEnd ended = protocol::MarkEnd::none;
  protocol::ExceptionReason reason = protocol::ExceptionReason::other;
  std::string who;
  std::string note;
};

/// What a vehicle told of the documents that it was given, and of its own file at each start.
struct Told {
  std::int64_t utc_ms = 0;
  std::string kind;  ///< of the directive, or "boot"
  protocol::DirectiveOutcome outcome = protocol::DirectiveOutcome::applied;
  std::uint64_t version = 0;
  std::string sha256;
  std::string rule_set;  ///< of a start: "name@version"
};

struct Collected {
  VehicleTotals totals;
  std::vector<core::Passing> passings;
  std::vector<Excuse> excuses;
  std::vector<Told> told;  ///< in order of time
  std::vector<ledger::Missing>
      missing;  ///< of the window: rates made without them are not the day's
  std::uint64_t records = 0;
  std::uint64_t other_roads = 0;  ///< coverage on another version of the roads: cannot be placed
  std::uint64_t untimed = 0;      ///< of a boot in which UTC was never known
};

class Collector {
 public:
  /// Only what lies in `window` counts towards totals; passings are kept whole.
  Collector(std::uint32_t vehicle, std::uint64_t roads_version, core::TimeWindow window);

  void take(std::uint64_t epoch, const protocol::Numbered& numbered);
  /// No more records: places in time what had to wait for a clock.
  Collected finish();

 private:
  struct Waiting {
    std::uint64_t epoch;
    protocol::Numbered numbered;
  };
  struct Boot {
    std::optional<std::int64_t> utc_minus_boot_ms;
    std::vector<Waiting> waiting;
    std::optional<std::int64_t> odometer_m;
  };
  struct Lasted {
    std::int64_t begin_ms;
    std::int64_t end_ms;
    std::int64_t driven_dm;
  };
  void place(std::uint64_t epoch, const protocol::Numbered& numbered, std::int64_t offset_ms);
  void put(const protocol::CoverageRecord& record, std::uint64_t epoch, std::uint64_t seq,
           std::int64_t offset_ms);
  void put(const protocol::ExceptionRecord& record, std::int64_t end_ms, std::int64_t offset_ms);
  void put(const protocol::DirectiveRecord& record, std::int64_t at_ms);
  void put(const protocol::WorkRecord& record, std::int64_t end_ms, std::int64_t offset_ms);

  std::uint32_t vehicle_;
  std::uint64_t roads_version_;
  core::TimeWindow window_;
  std::map<std::uint64_t, Boot> boots_;
  std::vector<Lasted> effective_;
  Collected found_;
};

}  // namespace lujing::report
