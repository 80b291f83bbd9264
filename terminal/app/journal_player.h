// Plays a journal in the place of all devices: `lujing-terminal --replay`. For trying a rule set on
// a bench, for load, and for showing a drive again.
#pragma once

#include "base/result.h"
#include "hal/replay.h"
#include "terminal/app/observation_queue.h"
#include "terminal/journal/journal_reader.h"

#include <memory>
#include <string>

namespace lujing::app {

class JournalPlayer {
 public:
  /// `speed`: times real time; 0: as fast as the core takes it.
  static Result<std::unique_ptr<JournalPlayer>> open(const std::string& path, double speed);
  JournalPlayer(const JournalPlayer&) = delete;
  JournalPlayer& operator=(const JournalPlayer&) = delete;

  /// What the journal's vehicle ran with: signal ids mean what they meant there.
  const std::string& core_config() const { return core_config_; }
  /// Nothing of a journal is dropped: it waits for room in the queue.
  void start(ObservationQueue& queue);
  /// The queue must be closed first: a player that waits for room is woken by that.
  void stop() { source_.stop(); }
  bool finished() const { return source_.finished(); }

 private:
  JournalPlayer(journal::Journal journal, double speed);

  journal::Journal journal_;
  std::string core_config_;
  hal::ReplaySource source_;  ///< pulls from the journal
};

}  // namespace lujing::app
