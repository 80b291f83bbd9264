// What became of a library's promises, and where records and truth differ beside them: what nobody
// has said why counts as broken.
#pragma once

#include "base/result.h"
#include "sim/scenario/scenario.h"
#include "sim/score/promises.h"
#include "sim/score/score.h"

#include <set>
#include <string>

namespace lujing::sim {

class Tally {
 public:
  /// `open_file` names what is known not to be kept (score::OpenPromises).
  static Result<Tally> begin(const std::string& open_file);
  /// Replays the journals of `folder` by the program `ctl`, and prints what differs.
  Result<void> score(const Scenario& scenario, const std::string& folder, const std::string& ctl);
  /// Prints the score of everything and the sums; how many promises and silences were broken.
  int close(bool json);

 private:
  void judge(const Scenario& scenario, const score::Truth& truth, const score::Found& found);
  void compare(const Scenario& scenario, const score::Score& score);
  /// Prints it, with its reason where it is in the list. Each rule of a scenario is told once.
  bool is_open(const std::string& scenario, const std::string& rule, const std::string& what);

  std::string open_file_;
  score::Grader grader_;
  score::OpenPromises open_;
  std::set<std::string> told_;  ///< rules of the scenario at hand
  int kept_ = 0;
  int left_open_ = 0;
  int broken_ = 0;
  int known_differences_ = 0;
};

}  // namespace lujing::sim
