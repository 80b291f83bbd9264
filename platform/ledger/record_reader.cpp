#include "platform/ledger/record_reader.h"

#include "protocol/batch.h"

#include <bit>

namespace lujing::ledger {
namespace {

/// A record is written at most this long after, or before, the track points beside it.
constexpr std::int64_t beside_ms = std::int64_t{6} * 3'600'000;
constexpr Span always;

}  // namespace

Result<std::vector<Booked>> booked(Database& db) {
  auto query =
      db.prepare("SELECT id, terminal_id, vehicle_type FROM terminal ORDER BY terminal_id");
  if (!query) return query.error();
  std::vector<Booked> found;
  for (;;) {
    const auto more = query->step();
    if (!more) return more.error();
    if (!*more) return found;
    found.push_back({query->integer(0), query->text(1), query->text(2)});
  }
}

Result<void> each_record(Database& db, const Booked& terminal, Span when, const EachRecord& each) {
  auto query = db.prepare(
      "SELECT s.epoch, b.packed FROM stream s JOIN batch b ON b.stream = s.id "
      "WHERE s.terminal = ?1 AND (b.track_to_utc_ms IS NULL OR "
      "(b.track_to_utc_ms >= ?2 AND b.track_from_utc_ms < ?3)) ORDER BY s.id, b.last_seq");
  if (!query) return query.error();
  query->bind(1, terminal.row);
  query->bind(
      2, when.from_ms < always.from_ms + beside_ms ? always.from_ms : when.from_ms - beside_ms);
  query->bind(3, when.to_ms > always.to_ms - beside_ms ? always.to_ms : when.to_ms + beside_ms);
  for (;;) {
    const auto more = query->step();
    if (!more) return more.error();
    if (!*more) return {};
    const auto epoch = std::bit_cast<std::uint64_t>(query->integer(0));
    const auto batch = protocol::decode(query->blob(1));
    if (!batch) return batch.error().in("the books of " + terminal.id);
    for (const protocol::Numbered& numbered : batch->records) each(epoch, numbered);
  }
}

}  // namespace lujing::ledger
