#include "terminal/core/health/counters.h"

#include <algorithm>

namespace lujing::core {

void Counters::set(std::uint16_t id, std::int64_t value) {
  if (id > max_id) return;
  const auto at = std::lower_bound(rows_.begin(), rows_.end(), id,
                                   [](const Row& row, std::uint16_t key) { return row.id < key; });
  if (at != rows_.end() && at->id == id) {
    at->value = value;
  } else if (rows_.size() < max_counters) {
    rows_.insert(at, Row{id, value, 0});
  }
}

std::optional<protocol::HealthRecord> Counters::changed() {
  protocol::HealthRecord record;
  for (Row& row : rows_) {
    if (row.value == row.told) continue;
    record.counters.emplace_back(row.id, row.value);
    row.told = row.value;
  }
  if (record.counters.empty()) return std::nullopt;
  return record;
}

}  // namespace lujing::core
