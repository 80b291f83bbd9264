#include "platform/report/books.h"

#include "platform/ledger/missing.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

namespace lujing::report {
namespace {

using ledger::Database;

constexpr std::int64_t told_before_ms = std::int64_t{7} * 86'400'000;

ledger::Span span_of(core::TimeWindow window, std::int64_t read_to_ms) {
  return {window.from_ms, std::max(window.to_ms, read_to_ms)};
}

}  // namespace

Result<DayBooks> DayBooks::open(const std::string& ledger_path, std::uint64_t roads_version,
                                unsigned threads) {
  auto first = ledger::open_books_to_read(ledger_path);
  if (!first) return first.error();
  auto all = ledger::booked(*first);
  if (!all) return all.error();
  std::vector<Database> connections;
  connections.push_back(std::move(*first));
  for (unsigned i = 1; i < threads; ++i) {
    if (auto more = ledger::open_reader(ledger_path)) connections.push_back(std::move(*more));
  }
  return DayBooks(std::move(connections), std::move(*all), roads_version);
}

DayBooks::DayBooks(std::vector<Database> connections, std::vector<ledger::Booked> terminals,
                   std::uint64_t roads_version)
    : connections_(std::move(connections)),
      terminals_(std::move(terminals)),
      told_(terminals_.size()),
      roads_version_(roads_version) {}

/// What it had at the window's begin it was told before: a vehicle that never rests, too.
Result<void> DayBooks::add_told_before(Database& db, std::size_t index, core::TimeWindow window,
                                       std::vector<Told>& told) {
  const std::int64_t from_ms = window.from_ms - told_before_ms;
  std::vector<Told> before;
  if (told_[index]) {
    before = *told_[index];
  } else {
    Collector collector(static_cast<std::uint32_t>(index), roads_version_,
                        {from_ms, window.from_ms});
    auto read =
        ledger::each_record(db, terminals_[index], {from_ms, window.from_ms},
                            [&](std::uint64_t epoch, const auto& numbered) {
                              if (numbered.record.stamp.utc_ms.value_or(0) < window.from_ms) {
                                collector.take(epoch, numbered);
                              }
                            });
    if (!read) return read.error();
    before = collector.finish().told;
  }
  const std::int64_t until_ms = told.empty() ? INT64_MAX : told.front().utc_ms;
  std::erase_if(before, [&](const Told& one) {
    return one.utc_ms < from_ms || one.utc_ms >= window.from_ms || one.utc_ms >= until_ms;
  });
  told.insert(told.begin(), before.begin(), before.end());
  return {};
}

Result<Collected> DayBooks::read_one(Database& db, std::size_t index, core::TimeWindow window,
                                     std::int64_t read_to_ms) {
  const ledger::Booked& terminal = terminals_[index];
  const ledger::Span span = span_of(window, read_to_ms);
  Collector collector(static_cast<std::uint32_t>(index), roads_version_, window);
  auto read = ledger::each_record(
      db, terminal, span,
      [&](std::uint64_t epoch, const auto& numbered) { collector.take(epoch, numbered); });
  if (!read) return read.error();
  Collected found = collector.finish();
  // After a start it tells all of it again.
  const bool knows = !found.told.empty() && (found.told.front().kind == "boot" ||
                                             found.told.front().utc_ms <= window.from_ms);
  if (!knows && window.from_ms != core::TimeWindow().from_ms) {
    if (auto added = add_told_before(db, index, window, found.told); !added) return added.error();
  }
  told_[index] = found.told;
  auto missing = ledger::missing_records(db, terminal, span);
  if (!missing) return missing.error();
  found.missing = std::move(*missing);
  found.totals.id = terminal.id;
  found.totals.type = terminal.type;
  return found;
}

Result<std::vector<Collected>> DayBooks::read(core::TimeWindow window, std::int64_t read_to_ms) {
  std::vector<Collected> found(terminals_.size());
  std::vector<std::optional<Error>> failed(terminals_.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&](Database& db) {
    for (std::size_t i = next++; i < terminals_.size(); i = next++) {
      auto one = read_one(db, i, window, read_to_ms);
      if (one) {
        found[i] = std::move(*one);
      } else {
        failed[i] = one.error();
      }
    }
  };
  {
    std::vector<std::jthread> readers;
    readers.reserve(connections_.size());
    for (std::size_t i = 1; i < connections_.size(); ++i) {
      readers.emplace_back([&work, &db = connections_[i]] { work(db); });
    }
    work(connections_.front());
  }
  for (const auto& error : failed) {
    if (error) return *error;
  }
  return found;
}

Result<std::int64_t> DayBooks::last_received_ms() {
  return connections_.front().integer("SELECT ifnull(max(last_received_utc_ms), 0) FROM terminal");
}

Result<std::vector<Collected>> read_books(const std::string& ledger_path,
                                          std::uint64_t roads_version, core::TimeWindow window,
                                          unsigned threads, std::int64_t read_to_ms) {
  auto books = DayBooks::open(ledger_path, roads_version, threads);
  if (!books) return books.error();
  return books->read(window, read_to_ms);
}

}  // namespace lujing::report
