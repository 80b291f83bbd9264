// What the core wants to be told after the next start (terminal/core/recall/recall.h), in a small
// file: DATA_DIR/recall. Written by a thread of its own, since a disk may take its time.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace lujing::app {

class Memory {
 public:
  /// Reads what is there; a damaged file is told, and is as if there were none.
  Memory(std::string path, std::function<void(const std::string&)> log);
  ~Memory();  ///< writes what is not written yet
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  /// As it was found at the start.
  const std::string& found() const { return found_; }
  /// From now on this is remembered. Returns at once; the same again costs nothing.
  void put(std::string packed);

 private:
  void run();

  const std::string path_;
  const std::function<void(const std::string&)> log_;
  std::string found_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string wanted_;
  std::string written_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lujing::app
