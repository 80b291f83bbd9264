// A bus, a decoder and a tracker, driven by one thread. Internal to hal/can; tests give it a bus of
// their own.
#pragma once

#include "hal/can/bus.h"
#include "hal/can/sender.h"
#include "hal/can/signal_tracker.h"
#include "hal/can/source.h"
#include "hal/can/wake.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace lujing::hal::can {

class BusSource final : public CanSource {
 public:
  BusSource(std::string name, std::uint8_t index, std::unique_ptr<Bus> bus, Decoder decoder,
            SignalTracker tracker, Sender sender = {});
  ~BusSource() override;

  void start(Sink sink) override;
  void stop() override;
  std::string health_line() const override;
  CanCounters counters() const override;

 private:
  void run();
  void listen();    ///< until the bus goes away or stop() is called
  void play_out();  ///< after the end of a log
  Result<void> send_due();
  void rest(std::int64_t pause_ns);  ///< waits, with the tracker's deadlines kept
  void take(const CanFrame& frame);
  void set_link(bool up, BootTime at);
  void set_state(const std::string& state);
  int wait_ms() const;
  bool stopping() const { return has_rung(wake_.fd()); }

  const std::string name_;
  const std::uint8_t index_;
  std::unique_ptr<Bus> bus_;
  Decoder decoder_;
  SignalTracker tracker_;
  Sender sender_;
  std::vector<CanFrame> to_send_;
  Sink sink_;
  Wake wake_;
  std::thread thread_;
  std::optional<bool> link_up_;
  bool bus_is_off_ = false;
  bool ended_ = false;
  std::vector<CanFrame> frames_;

  mutable std::mutex mutex_;
  std::string state_ = "not started";  // guarded by mutex_
  std::atomic<std::uint64_t> count_frames_{0};
  std::atomic<std::uint64_t> count_lost_{0};
  std::atomic<std::uint64_t> count_errors_{0};
  std::atomic<std::uint64_t> count_bus_off_{0};
  std::atomic<std::uint64_t> count_short_{0};
  std::atomic<std::uint64_t> count_unreadable_{0};
};

}  // namespace lujing::hal::can
