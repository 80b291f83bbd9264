#include "platform/report/books.h"

#include "platform/ledger/record_reader.h"

#include <atomic>
#include <optional>
#include <thread>
#include <utility>

namespace lujing::report {
namespace {

using ledger::Database;

Result<Collected> read_one(Database& db, const ledger::Booked& terminal, std::uint32_t index,
                           std::uint64_t roads_version, core::TimeWindow window) {
  Collector collector(index, roads_version, window);
  auto read = ledger::each_record(
      db, terminal, {window.from_ms, window.to_ms},
      [&](std::uint64_t epoch, const auto& numbered) { collector.take(epoch, numbered); });
  if (!read) return read.error();
  Collected found = collector.finish();
  found.totals.id = terminal.id;
  found.totals.type = terminal.type;
  return found;
}

}  // namespace

Result<std::vector<Collected>> read_books(const std::string& ledger_path,
                                          std::uint64_t roads_version, core::TimeWindow window,
                                          unsigned threads) {
  auto first = ledger::open_books_to_read(ledger_path);
  if (!first) return first.error();
  const auto all = ledger::booked(*first);
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
