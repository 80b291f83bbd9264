// Records as a vehicle would make them, and the chain of batches that its outbox would send.
#pragma once

#include "protocol/batch.h"
#include "protocol/record.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lujing::tests {

inline constexpr std::int64_t drive_begins_utc_ms = 1'795'248'000'000;  // 2026-11-21T08:00:00Z

inline protocol::Stamp stamp_at(std::int64_t second, std::uint64_t boot_id = 1) {
  return {boot_id, second * 1000, drive_begins_utc_ms + second * 1000};
}

inline protocol::Record point_at(std::int64_t second, std::uint64_t boot_id = 1) {
  protocol::TrackPoint point;
  point.position = {303'900'000 + static_cast<std::int32_t>(second % 3600) * 900,
                    1'148'900'000 + static_cast<std::int32_t>((second * 37) % 5000)};
  point.speed_cmps = 800 + static_cast<std::int32_t>((second * 13) % 200);
  point.course_cdeg = static_cast<std::int32_t>((second * 170) % 36'000);
  point.accuracy_dm = 25;
  point.odometer_m = second * 9;
  point.source = protocol::PositionSource::gnss;
  return {stamp_at(second, boot_id), point, {}};
}

inline protocol::Record alarm_at(std::int64_t second, protocol::AlarmState state,
                                 std::int64_t since_boot_ms, std::uint64_t boot_id = 1) {
  protocol::AlarmRecord alarm;
  alarm.rule = "MT-01";
  alarm.state = state;
  alarm.since_boot_ms = since_boot_ms;
  alarm.rule_set = "default@1";
  alarm.position = {303'900'000, 1'148'900'000};
  alarm.speed_cmps = 650;
  alarm.detail = "cover=open load=full";
  return {stamp_at(second, boot_id), alarm, {}};
}

/// Points of following seconds.
inline std::vector<protocol::Record> drive(std::int64_t from_second, std::size_t count) {
  std::vector<protocol::Record> records;
  records.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    records.push_back(point_at(from_second + static_cast<std::int64_t>(i)));
  return records;
}

/// An outbox in memory: it can cut its records anew at any place, as a real one may after a
/// restart.
class MemoryOutbox {
 public:
  explicit MemoryOutbox(std::uint64_t epoch) : epoch_(epoch) {}

  void append(const std::vector<protocol::Record>& records) {
    for (const auto& record : records) {
      chain_.push_back(protocol::chain_next(chain_.back(), protocol::digest(record)));
      records_.push_back(record);
    }
  }
  std::uint64_t epoch() const { return epoch_; }
  std::uint64_t next_seq() const { return records_.size() + 1; }
  const protocol::Record& record(std::uint64_t seq) const { return records_[seq - 1]; }
  const protocol::Hash& chain(std::uint64_t seq) const { return chain_[seq]; }

  protocol::Batch batch(std::uint64_t first_seq, std::uint64_t last_seq) const {
    const auto from = records_.begin() + static_cast<std::ptrdiff_t>(first_seq - 1);
    return protocol::seal(epoch_, first_seq, chain_[first_seq - 1],
                          std::vector<protocol::Record>(
                              from, from + static_cast<std::ptrdiff_t>(last_seq - first_seq + 1)));
  }
  /// The same with `hole_first..hole_last` given up.
  protocol::Batch thinned(std::uint64_t first_seq, std::uint64_t last_seq, std::uint64_t hole_first,
                          std::uint64_t hole_last) const {
    auto whole = batch(first_seq, last_seq);
    std::erase_if(whole.records, [&](const protocol::Numbered& numbered) {
      return numbered.seq >= hole_first && numbered.seq <= hole_last;
    });
    whole.holes.push_back({hole_first, hole_last, chain_[hole_last]});
    return whole;
  }

 private:
  std::uint64_t epoch_;
  std::vector<protocol::Record> records_;
  std::vector<protocol::Hash> chain_{protocol::Hash{}};
};

}  // namespace lujing::tests
