#include "terminal/outbox/pending.h"

#include <algorithm>
#include <utility>

namespace lujing::outbox {

std::size_t memory_bytes(const protocol::Record& record) {
  std::size_t bytes = sizeof(protocol::Record);
  if (const auto* alarm = std::get_if<protocol::AlarmRecord>(&record.payload))
    bytes += alarm->rule.size() + alarm->rule_set.size() + alarm->detail.size();
  if (const auto* health = std::get_if<protocol::HealthRecord>(&record.payload))
    bytes += health->counters.size() * sizeof(health->counters.front());
  if (const auto* boot = std::get_if<protocol::BootRecord>(&record.payload))
    bytes += boot->software.size() + boot->rule_set.size();
  for (const auto& field : record.unknown_fields) {
    bytes += sizeof(field);
    if (const auto* text = std::get_if<std::string>(&field.value)) bytes += text->size();
  }
  return bytes;
}

int worth(const protocol::Payload& payload) {
  if (std::holds_alternative<protocol::TrackPoint>(payload)) return 0;
  if (std::holds_alternative<protocol::HealthRecord>(payload)) return 1;
  if (std::holds_alternative<protocol::AlarmRecord>(payload)) return 3;
  return 2;
}

void Pending::add(std::span<const protocol::Record> records) {
  for (const auto& record : records) add(protocol::Record(record));
}

void Pending::add(protocol::Record&& record) {
  bytes_ += memory_bytes(record);
  records_.push_back(std::move(record));
  if (bytes_ > max_bytes_) make_room();
}

void Pending::make_room() {
  // An eighth more than needed, so that this long walk is rare.
  const std::size_t goal = max_bytes_ - max_bytes_ / 8;
  for (int limit = 0; limit <= 3 && bytes_ > goal; ++limit) {
    auto gone = std::remove_if(records_.begin(), records_.end(), [&](const protocol::Record& r) {
      if (bytes_ <= goal || worth(r.payload) > limit) return false;
      bytes_ -= memory_bytes(r);
      ++dropped_;
      return true;
    });
    records_.erase(gone, records_.end());
  }
}

std::vector<protocol::Record> Pending::take() {
  bytes_ = 0;
  return std::exchange(records_, {});
}

void Pending::drop_front(std::size_t count) {
  const auto end = records_.begin() + static_cast<std::ptrdiff_t>(std::min(count, records_.size()));
  for (auto record = records_.begin(); record != end; ++record) bytes_ -= memory_bytes(*record);
  records_.erase(records_.begin(), end);
}

bool Pending::remove(const protocol::Record& record) {
  const auto found = std::find(records_.begin(), records_.end(), record);
  if (found == records_.end()) return false;
  bytes_ -= memory_bytes(*found);
  records_.erase(found);
  return true;
}

}  // namespace lujing::outbox
