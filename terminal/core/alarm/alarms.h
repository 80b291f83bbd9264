// All rules, judged at each observation.
#pragma once

#include "terminal/core/alarm/life.h"
#include "terminal/core/alarm/rules.h"
#include "terminal/core/prompt/prompt.h"

#include <string>
#include <vector>

namespace lujing::core {

/// An alarm that stands (or is about to).
struct OpenAlarm {
  std::string rule;
  AlarmLife::Stage stage = AlarmLife::Stage::pending;
  BootTime since;
};

class Alarms {
 public:
  explicit Alarms(const CoreConfig& config);

  /// Judges every rule; appends what changed. True: something was raised or cleared.
  bool judge(BootTime now, const Facts& facts, std::vector<protocol::AlarmRecord>& changes);
  std::vector<OpenAlarm> open() const;
  /// Prompts that rules ask for whose condition holds now (AlarmLife::holds()).
  PromptSet prompts(BootTime now, double warn_after_s) const;

 private:
  const CoreConfig& config_;
  std::vector<AlarmLife> lives_;    ///< one a rule, in the table's order
  std::vector<PromptSet> prompts_;  ///< the same
};

}  // namespace lujing::core
