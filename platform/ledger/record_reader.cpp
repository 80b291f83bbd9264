#include "platform/ledger/record_reader.h"

#include "protocol/batch.h"

#include <bit>
#include <cstring>

namespace lujing::ledger {
namespace {

/// A record is written at most this long after, or before, the track points beside it.
constexpr std::int64_t beside_ms = std::int64_t{6} * 3'600'000;
constexpr Span always;

Error replaced(const Booked& terminal, std::uint64_t first_seq) {
  return Error("the books of " + terminal.id + ": the chain is broken at record " +
               std::to_string(first_seq) +
               ": records were put in the place of others; take the books of a backup");
}

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
      "SELECT s.epoch, b.packed, s.id, b.first_seq, b.last_seq, s.durable_seq, s.chain FROM stream "
      "s JOIN batch b ON b.stream = s.id "
      "WHERE s.terminal = ?1 AND (b.track_to_utc_ms IS NULL OR "
      "(b.track_to_utc_ms >= ?2 AND b.track_from_utc_ms < ?3)) ORDER BY s.id, b.last_seq");
  if (!query) return query.error();
  query->bind(1, terminal.row);
  query->bind(
      2, when.from_ms < always.from_ms + beside_ms ? always.from_ms : when.from_ms - beside_ms);
  query->bind(3, when.to_ms > always.to_ms - beside_ms ? always.to_ms : when.to_ms + beside_ms);
  std::int64_t stream = -1;
  std::uint64_t last_seq = 0;
  protocol::Hash chain{};
  for (;;) {
    const auto more = query->step();
    if (!more) return more.error();
    if (!*more) return {};
    const auto epoch = std::bit_cast<std::uint64_t>(query->integer(0));
    const auto batch = protocol::decode(query->blob(1));
    if (!batch) return batch.error().in("the books of " + terminal.id);
    const auto first = static_cast<std::uint64_t>(query->integer(3));
    const auto last = static_cast<std::uint64_t>(query->integer(4));
    const bool follows = stream == query->integer(2) && first == last_seq + 1;
    // Where the books end they say so themselves.
    const std::string_view end = query->blob(6);
    const bool ends = query->integer(4) == query->integer(5) && end.size() == chain.size();
    if (batch->epoch != epoch || batch->first_seq != first || batch->last_seq != last ||
        (follows && batch->chain_before != chain) ||
        (ends && std::memcmp(end.data(), batch->chain_after.data(), end.size()) != 0)) {
      return replaced(terminal, first);
    }
    stream = query->integer(2);
    last_seq = batch->last_seq;
    chain = batch->chain_after;
    for (const protocol::Numbered& numbered : batch->records) each(epoch, numbered);
  }
}

}  // namespace lujing::ledger
