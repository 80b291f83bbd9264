#include "terminal/app/core_loop.h"

#include "terminal/core/recall/recall.h"

#include <sys/timex.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace lujing::app {
namespace {

constexpr std::chrono::milliseconds queue_wait{100};
constexpr std::int64_t tick_every_ns = ns_per_s;
constexpr std::int64_t flush_every_ns = ns_per_s;
constexpr std::int64_t health_every_ns = 10 * ns_per_s;
constexpr std::int64_t remember_every_ns = 30 * ns_per_s;
constexpr std::int64_t publish_every_ns = ns_per_s / 2;
constexpr std::int64_t look_every_ns = 5 * ns_per_s;  ///< at what is under way
/// A wall clock before 2020 was never set: the RTC's battery is empty.
constexpr UtcTime clock_was_set{1'577'836'800'000};

hal::ClockTick read_wall_clock() {
  hal::ClockTick tick;
  const UtcTime now = utc_now();
  if (now > clock_was_set) tick.wall = now;
  timex state{};
  tick.synchronized = adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
  return tick;
}

std::int64_t wall_or_zero() {
  const UtcTime now = utc_now();
  return now > clock_was_set ? now.ms : 0;
}

/// A change of these must outlive a power cut.
bool is_memorable(const protocol::Record& record) {
  return std::holds_alternative<protocol::TripRecord>(record.payload) ||
         std::holds_alternative<protocol::ControlRecord>(record.payload) ||
         std::holds_alternative<protocol::DirectiveRecord>(record.payload);
}

/// What led to it is worth more than a second of rest for the flash.
bool is_raised(const protocol::Record& record) {
  const auto* alarm = std::get_if<protocol::AlarmRecord>(&record.payload);
  return alarm != nullptr && alarm->state == protocol::AlarmState::raised;
}

}  // namespace

CoreLoop::CoreLoop(CoreLoopParts parts) : parts_(std::move(parts)), thread_([this] { run(); }) {}

CoreLoop::~CoreLoop() {
  stop();
}

void CoreLoop::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

core::Snapshot CoreLoop::snapshot() const {
  const std::lock_guard lock(published_mutex_);
  return published_;
}

journal::RingStats CoreLoop::journal_stats() const {
  const std::lock_guard lock(published_mutex_);
  return published_journal_;
}

void CoreLoop::run() {
  if (parts_.boot_id) {
    take({boot_now(), hal::Boot{*parts_.boot_id}});
    for (const hal::Recalled& piece : parts_.recalled) take({boot_now(), piece});
    tell_directives(parts_.directives);
    hand_on();
  }
  for (bool last_round = false; !last_round;) {
    last_round = stopping_;
    parts_.queue.take_all(batch_, last_round ? std::chrono::milliseconds(0) : queue_wait);
    for (const auto& observation : batch_) take(observation);
    const BootTime now = boot_now();
    if (parts_.boot_id) tell_time(now);
    hand_on();
    put_limits();
    if (remember_soon_ || last_round || now.ns - last_remember_.ns >= remember_every_ns) {
      remember(now);
    }
    if (now.ns - last_publish_.ns >= publish_every_ns || last_round) {
      last_publish_ = now;
      publish();
    }
  }
  if (parts_.journal != nullptr) parts_.journal->flush(true, wall_or_zero());
}

void CoreLoop::take(const hal::Observation& observation) {
  if (parts_.journal != nullptr) parts_.journal->append(observation);
  parts_.core.take(observation, records_);
}

void CoreLoop::tell_time(BootTime now) {
  if (now.ns - last_tick_.ns >= tick_every_ns) {
    last_tick_ = now;
    take({now, read_wall_clock()});
    if (parts_.alive) parts_.alive();
  }
  if (now.ns - last_health_.ns >= health_every_ns && parts_.tell_health) {
    last_health_ = now;
    parts_.tell_health([this](const hal::Observation& o) { take(o); });
  }
  if (now.ns - last_flush_.ns >= flush_every_ns && parts_.journal != nullptr) {
    last_flush_ = now;
    // Not synced each second: evidence may lose its last moments to a power cut, records may not.
    parts_.journal->flush(false, wall_or_zero());
    // No news to the core; but a replay that begins with this segment needs it.
    if (parts_.journal->segment_number() != segment_) {
      tell_directives(parts_.core.snapshot().directives);
    }
  }
}

void CoreLoop::tell_directives(const std::vector<hal::DirectiveInForce>& in_force) {
  if (parts_.journal != nullptr) segment_ = parts_.journal->segment_number();
  for (const auto& told : in_force) take({boot_now(), told});
}

void CoreLoop::remember(BootTime now) {
  last_remember_ = now;
  remember_soon_ = false;
  if (parts_.remember) parts_.remember(core::pack_recalled(parts_.core.recall()));
}

void CoreLoop::put_limits() {
  if (!parts_.put_limits || limits_ == parts_.core.limits()) return;
  limits_ = parts_.core.limits();
  parts_.put_limits(*limits_);
}

void CoreLoop::hand_on() {
  remember_soon_ = remember_soon_ || std::any_of(records_.begin(), records_.end(), is_memorable);
  const bool raised = std::any_of(records_.begin(), records_.end(), is_raised);
  if (raised && parts_.journal != nullptr) parts_.journal->flush(false, wall_or_zero());
  if (!records_.empty()) parts_.keep(records_);
  records_.clear();
  const std::uint64_t said = parts_.core.prompts_said();
  if (said == prompts_said_) return;
  prompts_said_ = said;
  if (said > 0 && parts_.say) {
    parts_.say(parts_.core.last_prompt(), parts_.core.snapshot().driver);
  }
}

void CoreLoop::publish() {
  core::Snapshot now = parts_.core.snapshot();
  if (now.driver.advice.planned) {
    if (!road_shown_ || last_publish_.ns - last_look_.ns >= look_every_ns) {
      last_look_ = last_publish_;
      road_shown_ = parts_.core.road_shown();
    }
    core::put(*road_shown_, now.driver);
  } else {
    road_shown_.reset();
  }
  const std::lock_guard lock(published_mutex_);
  published_ = std::move(now);
  if (parts_.journal != nullptr) published_journal_ = parts_.journal->stats();
}

}  // namespace lujing::app
