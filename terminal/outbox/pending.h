// Records that are not in the file yet, bounded: track points go first, alarms last.
#pragma once

#include "protocol/record.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lujing::outbox {

class Pending {
 public:
  explicit Pending(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  void add(std::span<const protocol::Record> records);
  void add(protocol::Record&& record);
  const std::vector<protocol::Record>& records() const { return records_; }
  bool empty() const { return records_.empty(); }
  /// Hands everything over and is empty.
  std::vector<protocol::Record> take();
  /// Takes out the first `count`.
  void drop_front(std::size_t count);
  /// Takes out the first record that equals this one. False: there is none.
  bool remove(const protocol::Record& record);

  std::size_t bytes() const { return bytes_; }
  /// Given up for room since the start.
  std::uint64_t dropped() const { return dropped_; }

 private:
  void make_room();

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::vector<protocol::Record> records_;
};

/// What a record takes in memory, about.
std::size_t memory_bytes(const protocol::Record& record);
/// How readily a kind is given up for room: 0 first (track points), 1 health, 2 the rest, 3 alarms.
int worth(const protocol::Payload& payload);

}  // namespace lujing::outbox
