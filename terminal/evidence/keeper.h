// Makes the evidence bundle of each alarm without a person: about a minute after it was raised,
// once more with its whole life about a minute after it was cleared, and at the start for those
// that a power cut came before. And it signs, every few minutes, where the chain of records stands:
// a checkpoint, so that nobody can make the records before it anew. One thread, of low priority.
#pragma once

#include "base/result.h"
#include "protocol/record.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lujing::evidence {

struct KeeperOptions {
  std::string data_dir;     ///< with journal and directives; bundles go to data_dir/evidence
  std::string certificate;  ///< PEM files
  std::string key;
  std::uint64_t max_bytes = 128ull << 20;  ///< of the bundles; the oldest go first
  /// After an alarm is raised, and after it is cleared: the window behind it, and the journal's
  /// next flush.
  std::chrono::milliseconds wait{65'000};
  std::chrono::milliseconds checkpoint_every{
      600'000};  ///< and at the start; to data_dir/checkpoints
  /// As outbox::Store::look_back().
  std::function<Result<std::vector<std::string>>(std::uint64_t boot_id, std::int64_t boot_ms)>
      look_back;
  std::function<void(const std::string& line)> log;
};

/// Since the start.
struct KeeperStats {
  std::uint64_t made = 0;
  std::uint64_t refused = 0;  ///< nothing leads to the alarm; BUNDLE.why says what is missing
  std::uint64_t errors = 0;   ///< of the disk, or of the terminal's key
  std::uint64_t checkpoints = 0;
};

class Keeper {
 public:
  explicit Keeper(KeeperOptions options);
  /// What is not made yet is made at the next start.
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  /// What the core has said. Any thread; returns at once.
  void hear(std::span<const protocol::Record> records);
  KeeperStats stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::evidence
