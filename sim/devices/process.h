// A program that the simulator has started, a terminal say. It is ended when this is destroyed.
#pragma once

#include "base/result.h"

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace lujing::sim {

class Process {
 public:
  /// `words`: the program's path and its arguments. What it says is added to `log_file`.
  static Result<Process> start(std::vector<std::string> words, const std::string& log_file);
  Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  Process& operator=(Process&& other) noexcept {
    std::swap(pid_, other.pid_);
    return *this;
  }
  ~Process() { stop(); }

  /// False: it has ended by itself.
  bool runs();
  /// Asks it to end, and waits for some seconds before it is killed.
  void stop();
  /// At once, as a power cut does.
  void kill();

 private:
  explicit Process(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;  ///< -1: there is none any more
};

}  // namespace lujing::sim
