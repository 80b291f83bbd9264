// What the uplink needs of the outbox. Every call may come from any thread, and may wait for a
// commit that is under way.
#pragma once

#include "base/result.h"
#include "terminal/outbox/old_book.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace lujing::outbox {

/// How far the books go now.
struct Shelf {
  std::uint64_t epoch = 0;  ///< 0: there is no file now
  std::uint64_t next_seq = 1;
  std::uint64_t oldest_seq = 1;
  std::optional<OldBook> unsettled;  ///< ask the platform about it first
};

class BatchSource {
 public:
  virtual ~BatchSource() = default;
  virtual Shelf shelf() const = 0;
  /// As Outbox::read() and read_newest().
  virtual Result<std::optional<std::string>> read(std::uint64_t from_seq,
                                                  std::size_t max_records) = 0;
  virtual Result<std::optional<std::string>> read_newest(std::size_t max_records) = 0;
  virtual Result<void> acknowledge(std::uint64_t epoch, std::uint64_t seq) = 0;
  virtual Result<void> settle(std::uint64_t epoch, std::uint64_t durable_seq) = 0;
  virtual Result<void> begin_new_epoch(const std::string& reason) = 0;
  /// Called on some thread whenever there is more to read; must return at once. An empty function
  /// ends it: none is running when this returns.
  virtual void when_more(std::function<void()> told) = 0;
};

}  // namespace lujing::outbox
