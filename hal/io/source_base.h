// What the sources of this folder share: a thread, a health line, a link, the counters.
#pragma once

#include "base/time.h"
#include "hal/io/channel.h"
#include "hal/io/io.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace lujing::hal::io {

struct Totals {
  std::atomic<std::int64_t> reads = 0;
  std::atomic<std::int64_t> faults = 0;
};

class ThreadSource : public Source {
 public:
  ThreadSource(std::uint8_t index, std::shared_ptr<Totals> totals);
  ThreadSource(const ThreadSource&) = delete;
  ThreadSource& operator=(const ThreadSource&) = delete;

  void start(Sink sink) override;
  void stop() override;
  std::string health_line() const override;

 protected:
  /// Runs in the source's thread until `stop` is requested.
  virtual void run(const std::stop_token& stop) = 0;

  void tell(BootTime at, const What& what) { sink_(Observation{at, what}); }
  /// Gives a channel a reading and says what comes of it.
  void feed(Channel& channel, BootTime at, std::optional<std::uint16_t> raw);
  /// Says a LinkState if it is another than before; a link that goes down is a fault.
  void tell_link(bool up);
  /// Says the counters, at most every ten seconds.
  void tell_counters();
  void tell_health(const std::string& text);
  /// False: the source is to stop.
  bool sleep(const std::stop_token& stop, std::chrono::milliseconds time);
  Totals& totals() { return *totals_; }

 private:
  const std::uint8_t index_;
  const std::shared_ptr<Totals> totals_;
  Sink sink_;
  std::optional<bool> link_;
  std::optional<BootTime> counters_at_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::string health_ = "not started";
  std::jthread thread_;
};

}  // namespace lujing::hal::io
