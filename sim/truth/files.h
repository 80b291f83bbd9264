// The truth's files (TRUTH.md), all vehicles together.
#pragma once

#include "base/result.h"
#include "sim/scenario/scenario.h"
#include "sim/truth/plan.h"
#include "sim/truth/watches.h"

#include <string>
#include <vector>

namespace lujing::sim {

/// A second of a street machine, for what is judged of two of them.
struct ConvoySpot {
  double t_s = 0;
  Offset at;
  bool wets = false;
  bool sweeps = false;
};

struct VehicleTruth {
  std::string vehicle;
  std::string states;
  std::string kerbs;
  std::string trips;
  std::string coverage;
  std::string violations;
  std::vector<Found> found;
  std::vector<ConvoySpot> convoy;  ///< empty where the scenario judges none
  std::vector<Cleaned> cleaned;    ///< likewise, for a target
};

/// The whole file; an error names it.
Result<void> write_text(const std::string& path, const std::string& text);

/// A line of violations.jsonl.
std::string violation_line(const Scenario& scenario, const City& city, const std::string& vehicle,
                           const Found& found);

/// FOLDER/{run.json,states.jsonl,kerbs.jsonl,trips.jsonl,coverage.jsonl,violations.jsonl,
/// expected.jsonl}.
Result<void> write_truth(const std::string& folder, const Scenario& scenario, const City& city,
                         const std::vector<VehicleTruth>& vehicles);

/// FOLDER/{city.osm,city.geojson,fences.geojson}.
Result<void> write_city(const City& city, const std::string& folder);

/// What a scenario promises and its truth does not hold, a line each; empty: it holds all.
std::string broken_promises(const Scenario& scenario,
                            const std::vector<std::pair<std::string, std::vector<Found>>>& found);

}  // namespace lujing::sim
