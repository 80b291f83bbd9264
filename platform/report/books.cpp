#include "platform/report/books.h"

#include "platform/ledger/schema.h"
#include "platform/ledger/sqlite.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <limits>
#include <optional>
#include <thread>
#include <utility>

namespace lujing::report {
namespace {

using ledger::Database;

/// A coverage record is written at most this long after, or before, the track points beside it.
constexpr std::int64_t beside_ms = std::int64_t{6} * 3'600'000;

struct Terminal {
  std::int64_t row = 0;
  std::string id;
  std::string type;
};

Result<std::vector<Terminal>> terminals(Database& db) {
  auto query =
      db.prepare("SELECT id, terminal_id, vehicle_type FROM terminal ORDER BY terminal_id");
  if (!query) return query.error();
  std::vector<Terminal> found;
  for (;;) {
    const auto more = query->step();
    if (!more) return more.error();
    if (!*more) return found;
    found.push_back({query->integer(0), query->text(1), query->text(2)});
  }
}

Result<Collected> read_one(Database& db, const Terminal& terminal, std::uint32_t index,
                           std::uint64_t roads_version, core::TimeWindow window) {
  auto query = db.prepare(
      "SELECT s.epoch, b.packed FROM stream s JOIN batch b ON b.stream = s.id "
      "WHERE s.terminal = ?1 AND (b.track_to_utc_ms IS NULL OR "
      "(b.track_to_utc_ms >= ?2 AND b.track_from_utc_ms < ?3)) ORDER BY s.id, b.last_seq");
  if (!query) return query.error();
  constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
  constexpr auto highest = std::numeric_limits<std::int64_t>::max();
  query->bind(1, terminal.row);
  query->bind(2, window.from_ms < lowest + beside_ms ? lowest : window.from_ms - beside_ms);
  query->bind(3, window.to_ms > highest - beside_ms ? highest : window.to_ms + beside_ms);
  Collector collector(index, roads_version, window);
  for (;;) {
    const auto more = query->step();
    if (!more) return more.error();
    if (!*more) break;
    const auto epoch = std::bit_cast<std::uint64_t>(query->integer(0));
    const auto batch = protocol::decode(query->blob(1));
    if (!batch) return batch.error().in("the books of " + terminal.id);
    for (const protocol::Numbered& numbered : batch->records) collector.take(epoch, numbered);
  }
  Collected found = collector.finish();
  found.totals.id = terminal.id;
  found.totals.type = terminal.type;
  return found;
}

}  // namespace

Result<std::vector<Collected>> read_books(const std::string& ledger_path,
                                          std::uint64_t roads_version, core::TimeWindow window,
                                          unsigned threads) {
  auto first = ledger::open_reader(ledger_path);
  if (!first) return first.error();
  const auto all = terminals(*first);
  if (!all) return all.error();
  std::vector<Collected> found(all->size());
  std::vector<std::optional<Error>> failed(all->size());
  std::atomic<std::size_t> next{0};
  const auto work = [&](Database& db) {
    for (std::size_t i = next++; i < all->size(); i = next++) {
      auto one = read_one(db, (*all)[i], static_cast<std::uint32_t>(i), roads_version, window);
      if (one) {
        found[i] = std::move(*one);
      } else {
        failed[i] = one.error();
      }
    }
  };
  std::vector<Database> connections;
  for (unsigned i = 1; i < threads; ++i) {
    if (auto more = ledger::open_reader(ledger_path)) connections.push_back(std::move(*more));
  }
  {
    std::vector<std::jthread> readers;
    readers.reserve(connections.size());
    for (Database& db : connections) readers.emplace_back([&work, &db] { work(db); });
    work(*first);
  }
  for (const auto& error : failed) {
    if (error) return *error;
  }
  return found;
}

}  // namespace lujing::report
