#include "platform/ledger/missing.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <map>
#include <optional>

namespace lujing::ledger {
namespace {

constexpr Span all_time;
constexpr std::int64_t last_number = std::numeric_limits<std::int64_t>::max();

struct Numbers {
  std::int64_t id = 0;
  std::uint64_t epoch = 0;
  std::int64_t durable_seq = 0;
};

/// Batches of a stream by the number that they end with, both included.
struct Ends {
  std::int64_t first = 0;
  std::int64_t last = last_number;
};

Result<std::vector<Numbers>> streams_of(Database& db, const Booked& terminal) {
  auto query =
      db.prepare("SELECT id, epoch, durable_seq FROM stream WHERE terminal = ?1 ORDER BY id");
  if (!query) return query.error();
  query->bind(1, terminal.row);
  std::vector<Numbers> all;
  for (;;) {
    const auto more = query->step();
    if (!more) return more.error();
    if (!*more) return all;
    all.push_back(
        {query->integer(0), std::bit_cast<std::uint64_t>(query->integer(1)), query->integer(2)});
  }
}

/// Goes over the numbers of one stream in their order.
class Walk {
 public:
  /// Up to `done` nothing is asked.
  Walk(const Numbers& stream, std::int64_t done, std::vector<Missing>& found)
      : stream_(stream), found_(found), done_(done) {}

  void take(std::int64_t first, std::int64_t last, bool gap, std::optional<std::int64_t> from_ms,
            std::optional<std::int64_t> to_ms) {
    if (first > done_ + 1) miss(done_ + 1, first - 1, false);
    if (gap && last > done_) miss(std::max(first, done_ + 1), last, true);
    if (from_ms) {
      for (std::size_t i = open_; i < found_.size(); ++i) found_[i].between.to_ms = *from_ms;
      open_ = found_.size();
    }
    if (to_ms) last_ms_ = *to_ms;
    done_ = std::max(done_, last);
  }
  void end() {
    if (done_ < stream_.durable_seq) miss(done_ + 1, stream_.durable_seq, false);
  }

 private:
  void miss(std::int64_t first, std::int64_t last, bool noticed) {
    found_.push_back({stream_.epoch,
                      static_cast<std::uint64_t>(first),
                      static_cast<std::uint64_t>(last),
                      noticed,
                      {last_ms_, all_time.to_ms}});
  }

  const Numbers& stream_;
  std::vector<Missing>& found_;
  std::size_t open_ = found_.size();  ///< from here on nothing later is known
  std::int64_t last_ms_ = all_time.from_ms;
  std::int64_t done_ = 0;
};

/// The batches with track points of `when`, found by the index of times alone.
Result<std::map<std::int64_t, Ends>> batches_of(Database& db, const Booked& terminal, Span when) {
  auto query = db.prepare(
      "SELECT stream, min(last_seq), max(last_seq) FROM batch INDEXED BY batch_by_time "
      "WHERE terminal = ?1 AND track_to_utc_ms >= ?2 AND track_from_utc_ms < ?3 GROUP BY stream");
  if (!query) return query.error();
  query->bind(1, terminal.row).bind(2, when.from_ms).bind(3, when.to_ms);
  std::map<std::int64_t, Ends> found;
  for (;;) {
    const auto more = query->step();
    if (!more) return more.error();
    if (!*more) return found;
    found[query->integer(0)] = {query->integer(1), query->integer(2)};
  }
}

/// A batch with a time.
struct Timed {
  std::int64_t first_seq = 0;
  std::int64_t last_seq = 0;
  std::int64_t to_ms = 0;
};

Result<std::optional<Timed>> one_timed(Database& db, const char* sql, std::int64_t stream,
                                       std::int64_t seq) {
  auto query = db.prepare(sql);
  if (!query) return query.error();
  query->bind(1, stream).bind(2, seq);
  const auto more = query->step();
  if (!more) return more.error();
  if (!*more) return std::optional<Timed>();
  return std::optional(Timed{query->integer(0), query->integer(1), query->integer(2)});
}

/// The first with a time that ends with `seq` or later.
Result<std::optional<Timed>> timed_from(Database& db, std::int64_t stream, std::int64_t seq) {
  return one_timed(db,
                   "SELECT first_seq, last_seq, track_to_utc_ms FROM batch INDEXED BY batch_by_seq "
                   "WHERE stream = ?1 AND last_seq >= ?2 AND track_to_utc_ms IS NOT NULL "
                   "ORDER BY last_seq LIMIT 1",
                   stream, seq);
}

/// The last with a time that ends before `seq`.
Result<std::optional<Timed>> timed_before(Database& db, std::int64_t stream, std::int64_t seq) {
  return one_timed(db,
                   "SELECT first_seq, last_seq, track_to_utc_ms FROM batch INDEXED BY batch_by_seq "
                   "WHERE stream = ?1 AND last_seq < ?2 AND track_to_utc_ms IS NOT NULL "
                   "ORDER BY last_seq DESC LIMIT 1",
                   stream, seq);
}

/// Where in a stream that has no batch of `when` a moment lies: the first number after which there
/// are only later times.
Result<std::int64_t> number_of(Database& db, const Numbers& stream, std::int64_t at_ms) {
  std::int64_t low = 1;
  std::int64_t high = stream.durable_seq + 1;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    const auto batch = timed_from(db, stream.id, middle);
    if (!batch) return batch.error();
    if (!*batch || (*batch)->to_ms >= at_ms) {
      high = middle;
    } else {
      low = (*batch)->last_seq + 1;
    }
  }
  return low;
}

/// From the batch with a time before these numbers to the one after them: what lies between has its
/// time from those two.
Result<Ends> around(Database& db, const Numbers& stream, std::int64_t first, std::int64_t last) {
  const auto before = timed_before(db, stream.id, first);
  if (!before) return before.error();
  const auto after = timed_from(db, stream.id, last + 1);
  if (!after) return after.error();
  return Ends{*before ? (*before)->last_seq : 0, *after ? (*after)->last_seq : last_number};
}

/// What has to be looked at for `when`.
Result<std::vector<Ends>> ends_of(Database& db, const Booked& terminal,
                                  const std::vector<Numbers>& streams, Span when) {
  std::vector<Ends> all(streams.size());
  if (when.from_ms == all_time.from_ms && when.to_ms == all_time.to_ms) return all;
  const auto inside = batches_of(db, terminal, when);
  if (!inside) return inside.error();
  for (std::size_t i = 0; i < streams.size(); ++i) {
    Ends ends;
    if (const auto at = inside->find(streams[i].id); at != inside->end()) {
      ends = at->second;
    } else {
      const auto number = number_of(db, streams[i], when.from_ms);
      if (!number) return number.error();
      ends = {*number, *number - 1};
    }
    const auto wider = around(db, streams[i], ends.first, ends.last);
    if (!wider) return wider.error();
    all[i] = *wider;
  }
  return all;
}

Result<void> walk_stream(Database& db, const Numbers& stream, Ends ends,
                         std::vector<Missing>& found) {
  auto query = db.prepare(
      "SELECT first_seq, last_seq, 0, track_from_utc_ms, track_to_utc_ms FROM batch "
      "WHERE stream = ?1 AND last_seq BETWEEN ?2 AND ?3 UNION ALL "
      "SELECT first_seq, last_seq, 1, NULL, NULL FROM gap "
      "WHERE stream = ?1 AND last_seq > ?2 AND first_seq < ?3 ORDER BY 2");
  if (!query) return query.error();
  query->bind(1, stream.id).bind(2, ends.first).bind(3, ends.last);
  std::optional<Walk> walk;
  if (ends.first == 0) walk.emplace(stream, 0, found);
  for (;;) {
    const auto more = query->step();
    if (!more) return more.error();
    if (!*more) break;
    if (!walk) walk.emplace(stream, query->integer(0) - 1, found);
    walk->take(query->integer(0), query->integer(1), query->integer(2) != 0,
               query->maybe_integer(3), query->maybe_integer(4));
  }
  if (walk && ends.last == last_number) walk->end();
  return {};
}

}  // namespace

Result<std::vector<Missing>> missing_records(Database& db, const Booked& terminal, Span when) {
  const auto streams = streams_of(db, terminal);
  if (!streams) return streams.error();
  const auto ends = ends_of(db, terminal, *streams, when);
  if (!ends) return ends.error();
  std::vector<Missing> found;
  for (std::size_t i = 0; i < streams->size(); ++i) {
    auto walked = walk_stream(db, (*streams)[i], (*ends)[i], found);
    if (!walked) return walked.error();
  }
  std::erase_if(found, [&](const Missing& one) {
    return one.between.to_ms < when.from_ms || one.between.from_ms >= when.to_ms;
  });
  return found;
}

Result<std::vector<Missing>> missing_numbers(Database& db, const Booked& terminal,
                                             const Range& range) {
  const auto streams = streams_of(db, terminal);
  if (!streams) return streams.error();
  std::vector<Missing> found;
  for (const Numbers& stream : *streams) {
    if (stream.epoch != range.epoch) continue;
    const auto durable = static_cast<std::uint64_t>(stream.durable_seq);
    const auto ends =
        around(db, stream, static_cast<std::int64_t>(std::min(range.first_seq, durable)),
               static_cast<std::int64_t>(std::min(range.last_seq, durable)));
    if (!ends) return ends.error();
    if (auto walked = walk_stream(db, stream, *ends, found); !walked) return walked.error();
  }
  std::erase_if(found, [&](const Missing& one) {
    return one.last_seq < range.first_seq || one.first_seq > range.last_seq;
  });
  return found;
}

}  // namespace lujing::ledger
