// A bell for a thread that waits in poll(). Internal to hal/can.
#pragma once

namespace lujing::hal::can {

class Wake {
 public:
  Wake();
  ~Wake();
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  int fd() const { return fd_; }
  void ring() const;  ///< once and for all: the fd stays readable

 private:
  int fd_;
};

/// Waits until one of the two can be read (fd -1: only the bell), at most `wait_ms`. True: `fd` is
/// ready or has failed. `wake_fd` -1: nobody rings.
bool wait_readable(int fd, int wake_fd, int wait_ms);
/// True if the bell has rung.
bool has_rung(int wake_fd);

}  // namespace lujing::hal::can
