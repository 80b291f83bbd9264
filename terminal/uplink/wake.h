// Wakes the uplink's thread from another one: there is more to send, or it is to stop.
#pragma once

#include <atomic>
#include <chrono>

namespace lujing::uplink {

class Wake {
 public:
  Wake();
  ~Wake();
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  void more();
  void stop();
  bool stopping() const { return stopping_; }
  /// Sleeps; true: the time is over, false: stop. more() does not wake it.
  bool sleep(std::chrono::milliseconds time);

  /// Waits until `fd` is readable (or writable, if asked), woken, or the time is over. fd -1: none.
  void wait(int fd, bool read, bool write, std::chrono::milliseconds time);

 private:
  void drain();

  int event_;
  std::atomic<bool> stopping_{false};
};

}  // namespace lujing::uplink
