#include "terminal/core/work/recall.h"

#include <algorithm>
#include <utility>

namespace lujing::core {
namespace {

constexpr std::int64_t join_ms = 5'000;  ///< records of one way are cut once a minute

bool follows(const Passing& before, const Passing& next) {
  const bool same = before.kerb == next.kerb && before.work == next.work &&
                    before.state == next.state && before.reason == next.reason &&
                    before.evidence == next.evidence && before.backward == next.backward;
  const bool touches = next.backward ? before.from_cm == next.to_cm : before.to_cm == next.from_cm;
  return same && touches && next.begin_ms >= before.end_ms &&
         next.begin_ms - before.end_ms <= join_ms;
}

/// Of each kerb and kind of work one way after the other, joined.
std::vector<Passing> joined(std::vector<Passing> all) {
  std::stable_sort(all.begin(), all.end(), [](const Passing& a, const Passing& b) {
    if (a.kerb != b.kerb) return a.kerb < b.kerb;
    if (a.work != b.work) return a.work < b.work;
    return a.begin_ms < b.begin_ms;
  });
  std::vector<Passing> ways;
  for (const Passing& next : all) {
    if (ways.empty() || !follows(ways.back(), next)) {
      ways.push_back(next);
      continue;
    }
    Passing& way = ways.back();
    way.from_cm = std::min(way.from_cm, next.from_cm);
    way.to_cm = std::max(way.to_cm, next.to_cm);
    way.end_ms = next.end_ms;
  }
  return ways;
}

std::uint8_t bit_of(Kerb kerb) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(kerb));
}

protocol::Record record_at(std::int64_t utc_ms, protocol::Payload payload) {
  protocol::Record record;
  record.stamp.boot_ms = utc_ms;
  record.stamp.utc_ms = utc_ms;
  record.payload = std::move(payload);
  return record;
}

protocol::Record record_of(const Passing& passing, std::uint64_t roads) {
  protocol::CoverageRecord record;
  record.roads = roads;
  record.link = passing.kerb.link;
  record.kerbs = bit_of(passing.kerb.kerb);
  record.backward = passing.backward;
  record.work = passing.work;
  record.state = passing.state;
  record.reason = passing.reason;
  record.evidence = passing.evidence;
  record.from_cm = passing.from_cm;
  record.to_cm = passing.to_cm;
  record.begin_boot_ms = passing.begin_ms;
  record.end_boot_ms = passing.end_ms;
  return record_at(passing.end_ms, record);
}

protocol::Record record_of(const Excepted& excepted, std::uint64_t roads) {
  protocol::ExceptionRecord record;
  record.roads = roads;
  record.link = excepted.kerb.link;
  record.kerbs = bit_of(excepted.kerb.kerb);
  record.from_cm = excepted.from_cm;
  record.to_cm = excepted.to_cm;
  record.begin_boot_ms = excepted.begin_ms;
  return record_at(excepted.end_ms, std::move(record));
}

}  // namespace

std::optional<protocol::Record> in_utc(const protocol::Payload& payload, std::int64_t offset_ms,
                                       std::uint64_t boot_id) {
  protocol::Record record;
  if (const auto* covered = std::get_if<protocol::CoverageRecord>(&payload)) {
    protocol::CoverageRecord moved = *covered;
    moved.begin_boot_ms += offset_ms;
    moved.end_boot_ms += offset_ms;
    record = record_at(moved.end_boot_ms, moved);
  } else if (const auto* excepted = std::get_if<protocol::ExceptionRecord>(&payload)) {
    protocol::ExceptionRecord moved = *excepted;
    moved.begin_boot_ms += offset_ms;
    moved.end_boot_ms += offset_ms;
    moved.marked_boot_ms += offset_ms;
    record = record_at(moved.end_boot_ms, std::move(moved));
  } else {
    return std::nullopt;
  }
  record.stamp.boot_id = boot_id;
  return record;
}

std::vector<protocol::Record> remembered(const CoverageLedger& ledger, std::uint64_t roads,
                                         std::size_t most) {
  std::vector<protocol::Record> told;
  for (const Excepted& excepted : ledger.exceptions()) told.push_back(record_of(excepted, roads));
  for (const Passing& way : joined({ledger.passings().begin(), ledger.passings().end()})) {
    told.push_back(record_of(way, roads));
  }
  std::stable_sort(told.begin(), told.end(),
                   [](const protocol::Record& a, const protocol::Record& b) {
                     return a.stamp.boot_ms > b.stamp.boot_ms;
                   });
  if (told.size() > most) told.resize(most);
  return told;
}

}  // namespace lujing::core
