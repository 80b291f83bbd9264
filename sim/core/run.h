// Core mode: a scenario written straight as journals, as fast as the machine can, and the truth
// beside them. The same seed gives the same bytes, however many threads there are.
#pragma once

#include "base/result.h"
#include "protocol/journal_file.h"
#include "sim/scenario/scenario.h"
#include "sim/terminal_files.h"
#include "sim/truth/watches.h"

#include <functional>
#include <string>
#include <vector>

namespace lujing::sim {

class RoadShelf;

struct CoreOptions {
  std::string folder;
  unsigned jobs = 1;
  bool journals = true;  ///< false: the truth alone
  TerminalOptions terminal;
  /// What a journal's header says of that terminal.toml (its configuration as the core takes it).
  /// This room does not read it: a program that may, gives it.
  std::function<Result<protocol::JournalHeader>(const std::string& terminal_toml)> header;
  RoadShelf* roads = nullptr;  ///< road files of earlier runs; none: built anew
  /// Now and then, from one thread at a time: simulated seconds done, of how many.
  std::function<void(double done_s, double all_s)> progress;
};

struct VehicleFindings {
  std::string vehicle;
  std::vector<Found> found;
};

/// FOLDER/profile.toml: the default profile of `share` with the scenario's limits. Its path.
Result<std::string> write_profile(const Scenario& scenario, const std::string& share,
                                  const std::string& folder);

/// The city of a scenario, generated or read.
Result<City> make_city(const Scenario& scenario);

/// FOLDER/ID/terminal.toml, FOLDER/ID/data/journal/*.ljj and data/directives/*.body (fences,
/// permits, plan, roads), FOLDER/city/*, FOLDER/profile.toml, FOLDER/truth/*.
Result<std::vector<VehicleFindings>> run_core(const Scenario& scenario, const City& city,
                                              const CoreOptions& options);

}  // namespace lujing::sim
