// The simulator live: the world in real time, its devices on serial lines.
#pragma once

#include "base/result.h"
#include "sim/scenario/scenario.h"

#include <cstdint>
#include <optional>
#include <string>

namespace lujing::sim {

struct RunOptions {
  std::string scenario = "demo";
  std::string folder;
  std::uint64_t seed = 7;
  std::optional<double> duration_s;  ///< nothing: until SIGINT or SIGTERM
  bool gpsd = false;
  bool terminals = false;        ///< a scenario file's: the real program for each vehicle
  std::string share = "deploy";  ///< for them: vehicles/ and profiles/
  std::string terminal;          ///< lujing-terminal; empty: the one beside this program
};

/// A scenario file in place of the demo: the world starts at its own time, and its whole truth is
/// written at the end, as core mode writes it. With `terminals` their journals are where core mode
/// leaves its own.
Result<void> run_live(const RunOptions& options, const Scenario& scenario);
/// Returns when it is over. Everything that it started has ended then.
Result<void> run_live(const RunOptions& options);

}  // namespace lujing::sim
