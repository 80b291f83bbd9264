// The core's thread: takes observations in the order of their arrival, journals them, lets the core
// decide, and hands the records on. It also tells the core that time passes.
#pragma once

#include "hal/source.h"
#include "protocol/record.h"
#include "terminal/app/observation_queue.h"
#include "terminal/core/core.h"
#include "terminal/core/snapshot.h"
#include "terminal/journal/journal_ring.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace lujing::app {

/// What the loop works with. References must outlive it.
struct CoreLoopParts {
  ObservationQueue& queue;
  core::Core core;
  journal::JournalRing* journal = nullptr;  ///< nullptr: nothing is journalled (a replay)
  /// Told to the core right after Boot: the directives in force.
  std::vector<hal::DirectiveInForce> directives{};
  /// Told before them: what the core asked to be told again (core/recall/recall.h).
  std::vector<hal::Recalled> recalled{};
  /// What it asks for now; about twice a minute, and soon after a trip or a limit has changed.
  std::function<void(std::string packed)> remember{};
  /// The outputs are to be these from now on.
  std::function<void(const core::Limits&)> put_limits{};
  /// Records, in order: to the store. May wait while the store is behind.
  std::function<void(std::span<const protocol::Record>)> keep{};
  /// A prompt is to be said, after everything that was kept before it is on the disk.
  std::function<void(core::PromptId, const core::DriverView&)> say{};
  /// Called about every ten seconds on the loop's thread: tells health counters to the sink.
  std::function<void(const hal::Sink&)> tell_health{};
  /// Called every few seconds while the loop is alive: the watchdog.
  std::function<void()> alive{};
  /// First observation of all; nullopt in a replay, whose journal has its own.
  std::optional<std::uint64_t> boot_id{};
};

class CoreLoop {
 public:
  explicit CoreLoop(CoreLoopParts parts);
  ~CoreLoop();  ///< stop()s
  CoreLoop(const CoreLoop&) = delete;
  CoreLoop& operator=(const CoreLoop&) = delete;

  /// Takes what the queue still holds, flushes the journal, ends the thread.
  void stop();
  /// At most half a second old.
  core::Snapshot snapshot() const;
  /// Of the journal, as old as the snapshot.
  journal::RingStats journal_stats() const;

 private:
  void run();
  void take(const hal::Observation& observation);
  void tell_time(BootTime now);
  void tell_directives(const std::vector<hal::DirectiveInForce>& in_force);
  void hand_on();
  void remember(BootTime now);
  void put_limits();
  void publish();

  CoreLoopParts parts_;
  std::vector<hal::Observation> batch_;
  std::vector<protocol::Record> records_;
  std::uint64_t segment_ = 0;
  std::uint64_t prompts_said_ = 0;
  BootTime last_tick_{-ns_per_s};
  BootTime last_flush_;
  BootTime last_health_;
  BootTime last_publish_;
  BootTime last_look_;
  std::optional<core::RoadShown> road_shown_;
  BootTime last_remember_;
  bool remember_soon_ = false;
  std::optional<core::Limits> limits_;  ///< as the outputs were told
  std::atomic<bool> stopping_{false};
  mutable std::mutex published_mutex_;
  core::Snapshot published_;
  journal::RingStats published_journal_;
  std::thread thread_;
};

}  // namespace lujing::app
