// The store thread: owns the outbox, commits about once a second, and at once for an alarm.
//
// append() never waits for the disk. What cannot be written is tried again after retry, doubled
// each time up to retry_max; what arrives meanwhile waits in memory, bounded, track points dropped
// first. The file is opened on the thread too: a terminal starts and decides while its disk fails.
#pragma once

#include "protocol/record.h"
#include "terminal/outbox/batch_source.h"
#include "terminal/outbox/outbox.h"

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lujing::outbox {

struct StoreOptions {
  Options outbox;
  std::chrono::milliseconds commit_every{1000};
  std::chrono::milliseconds retry{500};
  std::chrono::milliseconds retry_max{10'000};
};

class Store : public BatchSource {
 public:
  /// Told on the store thread, once: true: the records are on the disk; false: the disk refuses
  /// them for now, they are in memory only (a driver is warned all the same).
  using Told = std::function<void(bool durable)>;

  explicit Store(StoreOptions options);
  /// Commits what there is, tells who still waits, and ends the thread.
  ~Store() override;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Queues records. With an alarm among them, or with `told`, they are committed at once.
  void append(std::span<const protocol::Record> records, Told told = {});
  /// Commits what was appended before this call. False: the disk refuses.
  bool commit_now();
  /// As Outbox::look_back().
  Result<std::vector<std::string>> look_back(std::uint64_t boot_id, std::int64_t boot_ms);
  /// Of the last commit; a file that cannot be opened is in last_error.
  Stats stats() const;

  Shelf shelf() const override;
  Result<std::optional<std::string>> read(std::uint64_t from_seq, std::size_t max_records) override;
  Result<std::optional<std::string>> read_newest(std::size_t max_records) override;
  Result<void> acknowledge(std::uint64_t epoch, std::uint64_t seq) override;
  Result<void> settle(std::uint64_t epoch, std::uint64_t durable_seq) override;
  Result<void> begin_new_epoch(const std::string& reason) override;
  void when_more(std::function<void()> told) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::outbox
