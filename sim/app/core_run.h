// A scenario in core mode, for the commands: run, say how it went, say which promises its truth
// broke.
#pragma once

#include "sim/scenario/scenario.h"

#include <string>

namespace lujing::sim {

class RoadShelf;

struct CoreRun {
  std::string folder;
  std::string share = "deploy";  ///< vehicles/ and profiles/
  unsigned jobs = 1;
  RoadShelf* roads = nullptr;  ///< where road files are kept from run to run; none: built anew
};

struct CoreOutcome {
  int status = 1;  ///< 0: its truth holds what it promises; 2: it does not; 1: it could not run
  double times_real_time = 0;  ///< of one core's time, all that a run writes counted
};
CoreOutcome run_in_core(const Scenario& scenario, const CoreRun& run);
std::string absolute_path(const std::string& path);

}  // namespace lujing::sim
