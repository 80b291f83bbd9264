// The health counters that the parts of the terminal tell, and when they become a record.
#pragma once

#include "base/time.h"
#include "protocol/health.h"
#include "protocol/record.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace lujing::core {

class Counters {
 public:
  /// At most this many different ids are kept; what a damaged journal may claim is bounded.
  static constexpr std::size_t max_counters = 512;
  /// A record has no place for a higher id (protocol/schema.h): it is passed over.
  static constexpr std::uint16_t max_id = 0xEFFF;

  Counters() { rows_.reserve(64); }
  void set(std::uint16_t id, std::int64_t value);
  void set(protocol::Health id, std::int64_t value) { set(static_cast<std::uint16_t>(id), value); }

  /// What differs from the record before (from zero at first); nullopt: nothing does.
  std::optional<protocol::HealthRecord> changed();

 private:
  struct Row {
    std::uint16_t id = 0;
    std::int64_t value = 0;
    std::int64_t told = 0;
  };
  std::vector<Row> rows_;  ///< ascending by id
};

}  // namespace lujing::core
