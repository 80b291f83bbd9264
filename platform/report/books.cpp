#include "platform/report/books.h"

#include "platform/ledger/missing.h"
#include "platform/ledger/record_reader.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>

namespace lujing::report {
namespace {

using ledger::Database;

constexpr std::int64_t told_before_ms = std::int64_t{7} * 86'400'000;

Result<Collected> read_one(Database& db, const ledger::Booked& terminal, std::uint32_t index,
                           std::uint64_t roads_version, core::TimeWindow window,
                           std::int64_t read_to_ms) {
  Collector collector(index, roads_version, window);
  auto read = ledger::each_record(
      db, terminal, {window.from_ms, std::max(window.to_ms, read_to_ms)},
      [&](std::uint64_t epoch, const auto& numbered) { collector.take(epoch, numbered); });
  if (!read) return read.error();
  Collected found = collector.finish();
  // After a start it tells all of it again.
  const bool knows = !found.told.empty() && (found.told.front().kind == "boot" ||
                                             found.told.front().utc_ms <= window.from_ms);
  if (!knows && window.from_ms != core::TimeWindow().from_ms) {
    // What it had at the window's begin it was told before: a vehicle that never rests, too.
    Collector before(index, roads_version, {window.from_ms - told_before_ms, window.from_ms});
    auto again =
        ledger::each_record(db, terminal, {window.from_ms - told_before_ms, window.from_ms},
                            [&](std::uint64_t epoch, const auto& numbered) {
                              if (numbered.record.stamp.utc_ms.value_or(0) < window.from_ms) {
                                before.take(epoch, numbered);
                              }
                            });
    if (!again) return again.error();
    std::vector<Told> told = before.finish().told;
    std::erase_if(told, [&](const Told& one) {
      return !found.told.empty() && one.utc_ms >= found.told.front().utc_ms;
    });
    found.told.insert(found.told.begin(), told.begin(), told.end());
  }
  auto missing =
      ledger::missing_records(db, terminal, {window.from_ms, std::max(window.to_ms, read_to_ms)});
  if (!missing) return missing.error();
  found.missing = std::move(*missing);
  found.totals.id = terminal.id;
  found.totals.type = terminal.type;
  return found;
}

}  // namespace

Result<std::vector<Collected>> read_books(const std::string& ledger_path,
                                          std::uint64_t roads_version, core::TimeWindow window,
                                          unsigned threads, std::int64_t read_to_ms) {
  auto first = ledger::open_books_to_read(ledger_path);
  if (!first) return first.error();
  const auto all = ledger::booked(*first);
  if (!all) return all.error();
  std::vector<Collected> found(all->size());
  std::vector<std::optional<Error>> failed(all->size());
  std::atomic<std::size_t> next{0};
  const auto work = [&](Database& db) {
    for (std::size_t i = next++; i < all->size(); i = next++) {
      auto one =
          read_one(db, (*all)[i], static_cast<std::uint32_t>(i), roads_version, window, read_to_ms);
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
