// Rates out of coverage: 机械化清扫率 by length and by area, by class, district, road, route and
// company; attainment of plans; water; effective and empty running. Whole numbers until the last
// division, so that an auditor's figure is the same to the last digit.
#pragma once

#include "platform/report/collector.h"
#include "terminal/core/roads/network.h"
#include "terminal/core/work/plan.h"

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace lujing::report {

/// Sums over kerbs. Each kerb of a link counts for its share of the link: half where there are two.
struct Amount {
  std::int64_t whole = 0;  ///< all of these in the same unit: 0.5 cm of link, or that times 0.1 m
  std::int64_t covered = 0;
  std::int64_t excepted = 0;
  std::int64_t no_data = 0;
  std::int64_t not_done = 0;
  std::int64_t inferred = 0;  ///< of covered: no better evidence than movement
  std::int64_t repeated = 0;  ///< passes after the first
  /// Of what could be cleaned. nullopt: not applicable, there is nothing that could be.
  std::optional<double> rate() const;
};

struct Row {
  std::string
      group;  ///< "all", "class", "district", "road", "route", "deadline", "order", "company"
  std::string name;
  std::int64_t kerbs = 0;
  std::int64_t kerbs_complete = 0;
  std::int64_t passes = 0;    ///< complete ones, all kerbs
  std::int64_t required = 0;  ///< of the plan, all kerbs; 0: none is asked
  std::int64_t attained = 0;  ///< of those, at most as many as a kerb's plan asks
  Amount length;
  Amount area;
  std::optional<double> pass_rate() const;
};
double km(std::int64_t length_units);
double square_metres(std::int64_t area_units);

struct Water {
  std::int64_t water_dl = 0;
  std::int64_t driven_dm = 0;
  std::int64_t area = 0;  ///< wetted, in units of Amount
};

struct Report {
  std::vector<Row> rows;
  std::vector<VehicleTotals> vehicles;
  Water water;
  std::uint64_t records = 0;
  std::uint64_t passings = 0;
  std::uint64_t other_roads = 0;
  std::uint64_t untimed = 0;
};

/// The plans that were in force on one day.
struct PlansOfDay {
  std::int64_t local_day = 0;
  std::vector<core::Plan> plans;
};

struct Asked {
  core::Question question;  ///< its works and windows are those of the rate, not of the plans
  std::span<const core::Plan> plans;
  std::int64_t local_day = 0;  ///< of the plans' hours
  /// The days after it, each with its own plans: rows of plans add up kerbs and passes day by day.
  std::span<const PlansOfDay> later;
  /// Tasks that go by their plan's name too, beside those that two of the plans have.
  std::set<std::string> shared_tasks;
  core::WeatherRules weather;  ///< the city's: what a plan's weather adds to its passes
  std::uint16_t default_width_dm =
      150;  ///< of a road whose width nobody knows (usual on platforms)
  bool by_road = true;
  std::uint32_t classes = UINT32_MAX;  ///< bit n: core::RoadClass(n) is in the rates (profile)
};

/// Puts what the vehicles told into one ledger, and settles it.
core::CoverageLedger ledger_of(std::span<const Collected> vehicles);
Report make_report(const core::RoadNetwork& roads, const core::CoverageLedger& ledger,
                   std::span<const Collected> vehicles, const Asked& asked);

}  // namespace lujing::report
