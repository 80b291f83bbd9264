#include "terminal/app/memory.h"

#include "terminal/core/recall/recall.h"
#include "terminal/directives/whole_file.h"

#include <chrono>
#include <filesystem>
#include <utility>

namespace lujing::app {
namespace {

constexpr std::uint64_t most_bytes = 64u << 10;
constexpr std::chrono::seconds retry{10};

}  // namespace

Memory::Memory(std::string path, std::function<void(const std::string&)> log)
    : path_(std::move(path)), log_(std::move(log)) {
  std::error_code ignored;
  if (std::filesystem::exists(path_, ignored)) {
    auto read = directives::read_whole(path_, most_bytes);
    if (read) found_ = std::move(*read);
    const bool good = read && (found_.empty() || !core::unpack_recalled(found_).empty());
    if (!good) {
      log_(path_ + ": is damaged; what was under way before the last stop is not known");
      found_.clear();
    }
  }
  wanted_ = written_ = found_;
  thread_ = std::thread([this] { run(); });
}

Memory::~Memory() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void Memory::put(std::string packed) {
  const std::lock_guard lock(mutex_);
  if (packed == wanted_) return;
  wanted_ = std::move(packed);
  changed_.notify_all();
}

void Memory::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || wanted_ != written_; });
    if (wanted_ == written_) return;
    std::string content = wanted_;
    lock.unlock();
    const auto written = directives::write_whole(path_, content);
    lock.lock();
    if (written) {
      written_ = std::move(content);
      continue;
    }
    if (stopping_) return;
    log_(written.error().what());
    changed_.wait_for(lock, retry, [this] { return stopping_; });
  }
}

}  // namespace lujing::app
