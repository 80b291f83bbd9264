// The core: observations in, records out. The only place where decisions are made.
//
// No I/O, no clock, no thread, no random number: the same configuration, observations and
// directives' bodies give the same records, byte for byte, on every machine.
#pragma once

#include "hal/observation.h"
#include "protocol/record.h"
#include "terminal/core/config.h"
#include "terminal/core/directive/library.h"
#include "terminal/core/prompt/prompt.h"

#include <memory>
#include <vector>

namespace lujing::core {

/// What a driver, a fitter or a status page wants to know now. A copy, never a reference into the
/// core.
struct Snapshot;
struct RoadShown;
struct Limits;

class Core {
 public:
  explicit Core(CoreConfig config, DirectiveInputs directives = {});
  Core(Core&&) noexcept;
  Core& operator=(Core&&) noexcept;
  ~Core();

  /// Takes one observation, appends the records that it led to. Observations are taken in the order
  /// in which they arrived, whatever their clocks say.
  void take(const hal::Observation& observation, std::vector<protocol::Record>& out);

  Snapshot snapshot() const;
  /// For the driver's page: coverage with what no record tells yet. It copies what is under way,
  /// some MiB: every few seconds.
  RoadShown road_shown() const;
  /// What is to be told after the next start (recall/recall.h). Empty: nothing.
  std::vector<protocol::Record> recall() const;
  /// What the outputs are to be now.
  const Limits& limits() const;

  /// How many prompts have been said since the last Boot, and what the last one was: where the
  /// number is a new one, the terminal says it.
  std::uint64_t prompts_said() const;
  PromptId last_prompt() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::core
