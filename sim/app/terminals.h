// The real terminals of a scenario in device mode: enrolled, configured and told their directives
// as on a vehicle, then started, cut off from their supply, stopped.
#pragma once

#include "base/result.h"
#include "sim/devices/process.h"
#include "sim/scenario/scenario.h"

#include <optional>
#include <string>
#include <vector>

namespace lujing::sim {

struct TerminalsOptions {
  std::string folder;   ///< of the run
  std::string share;    ///< vehicles/ and profiles/
  std::string program;  ///< lujing-terminal
};

class Terminals {
 public:
  /// FOLDER/pki, FOLDER/profile.toml, FOLDER/city, FOLDER/ID/terminal.toml and
  /// FOLDER/ID/data/directives. FOLDER/vehicles.json must be there.
  static Result<Terminals> prepare(const Scenario& scenario, const City& city,
                                   TerminalsOptions options);
  Result<void> start();
  /// Plays the scenario's power cuts.
  Result<void> follow(double t_s);
  /// One that has ended by itself, by its id.
  std::optional<std::string> fallen();
  void stop();

 private:
  struct One {
    const VehiclePlan* plan = nullptr;
    std::optional<Process> process;
    std::optional<double> boots_at_s;  ///< it is without supply until then
  };
  Result<void> start(One& one) const;

  TerminalsOptions options_;
  std::vector<One> all_;
};

}  // namespace lujing::sim
