// A child process of a test: started, watched, killed. Its output goes to a file, so that a full
// pipe never stops it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace lujing::testing {

class Process {
 public:
  /// Starts at once; the first word is the program. Throws where it cannot be started (a test's
  /// end).
  Process(std::vector<std::string> command, std::string log_path,
          std::vector<std::string> environment = {});
  ~Process();  ///< SIGKILL and wait, if it still runs
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;

  pid_t pid() const { return pid_; }
  bool running();
  /// Sends the signal; nothing happens if it has ended.
  void signal(int number);
  /// Waits for its end; the exit code, or 128 + signal. -1 if it still runs after `limit`.
  int wait(std::chrono::milliseconds limit);
  /// SIGTERM, then wait.
  int stop(std::chrono::milliseconds limit = std::chrono::seconds(20));
  void kill_now();  ///< SIGKILL and wait
  std::string log() const;
  /// Resident memory now, in KiB; 0 if it has ended.
  long resident_kib() const;

 private:
  pid_t pid_ = -1;
  int exit_code_ = -1;
  std::string log_path_;
};

/// Polls every few milliseconds until `done` says true; false after `limit`.
bool wait_until(const std::function<bool()>& done, std::chrono::milliseconds limit);

/// A directory of its own that goes with the object (kept, and named on stderr, if the test
/// failed).
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// A TCP port of the loopback that was free a moment ago.
int free_port();
void write_file(const std::string& path, const std::string& content);
std::string read_file(const std::string& path);

}  // namespace lujing::testing
