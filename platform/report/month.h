// A month: its days, each with its own plans, added up. Numerators and denominators are added,
// never rates. One day's coverage is in memory at a time.
#pragma once

#include "base/result.h"
#include "platform/report/in_force.h"
#include "platform/report/marks.h"
#include "platform/report/plan_versions.h"
#include "platform/report/rates.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lujing::report {

/// Reports of days into one. What a month has of a row is the sum of what the days have.
class DaySum {
 public:
  void add(const Report& day);
  /// Rows in the order of a report, vehicles in that of their ids.
  Report report() const;

 private:
  std::map<std::pair<std::string, std::string>, Row> rows_;
  std::map<std::string, VehicleTotals> vehicles_;
  Report sum_;
};

struct MonthAsked {
  std::string ledger_path;
  std::int64_t first_day = 0;  ///< days since 1970, local
  int days = 1;
  int utc_offset_min = 0;
  Asked asked;  ///< of each day; its window, day and plans are set here
  std::span<const PlanVersion> plans;
  std::span<const Excuse> excuses;  ///< the dispatcher's
  unsigned threads = 1;
  std::int64_t now_ms = 0;  ///< UTC; days that begin later are left out
};

struct MonthDay {
  PlansOfDay plans;
  bool under_way = false;   ///< it was not over at `now_ms`
  Row all;                  ///< the day's row of all roads
  std::size_t missing = 0;  ///< gaps in the vehicles' records that may be of this day
  /// Of its plans those that no vehicle had that day: name and version.
  std::vector<std::pair<std::string, std::uint64_t>> not_had;
};

struct Month {
  Report report;
  std::vector<MonthDay> days;
  int days_to_come = 0;  ///< left out, at the end
  std::vector<InForce> had;
  std::vector<Mark> marks;
  std::vector<ledger::MissingOf> missing;  ///< each gap once, of however many days it may be
};

/// `each` hears of each day before it is made. Each day is what read_books and make_report give of
/// its window.
Result<Month> make_month(const core::RoadNetwork& roads, const MonthAsked& asked,
                         const std::function<void(std::int64_t local_day)>& each = {});

}  // namespace lujing::report
