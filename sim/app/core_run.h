// A scenario in core mode, for the commands: run, say how it went, say which promises its truth
// broke.
#pragma once

#include "sim/scenario/scenario.h"

#include <string>

namespace lujing::sim {

struct CoreRun {
  std::string folder;
  std::string share = "deploy";  ///< vehicles/ and profiles/
  unsigned jobs = 1;
};

/// 0: it ran, and its truth holds what it promises; 2: it does not; 1: it could not run.
int run_in_core(const Scenario& scenario, const CoreRun& run);
std::string absolute_path(const std::string& path);

}  // namespace lujing::sim
