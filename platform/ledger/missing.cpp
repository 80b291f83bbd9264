#include "platform/ledger/missing.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace lujing::ledger {
namespace {

struct Numbers {
  std::int64_t id = 0;
  std::uint64_t epoch = 0;
  std::uint64_t durable_seq = 0;
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
    all.push_back({query->integer(0), std::bit_cast<std::uint64_t>(query->integer(1)),
                   static_cast<std::uint64_t>(query->integer(2))});
  }
}

/// Goes over the numbers of one stream in their order.
class Walk {
 public:
  Walk(const Numbers& stream, std::vector<Missing>& found) : stream_(stream), found_(found) {}

  void take(std::uint64_t first, std::uint64_t last, bool gap, std::optional<std::int64_t> from_ms,
            std::optional<std::int64_t> to_ms) {
    if (first > done_ + 1) miss(done_ + 1, first - 1, false);
    if (gap) miss(std::max(first, done_ + 1), last, true);
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
  void miss(std::uint64_t first, std::uint64_t last, bool noticed) {
    found_.push_back({stream_.epoch, first, last, noticed, {last_ms_, Span().to_ms}});
  }

  const Numbers& stream_;
  std::vector<Missing>& found_;
  std::size_t open_ = found_.size();  ///< from here on nothing later is known
  std::int64_t last_ms_ = Span().from_ms;
  std::uint64_t done_ = 0;
};

}  // namespace

Result<std::vector<Missing>> missing_records(Database& db, const Booked& terminal, Span when) {
  const auto streams = streams_of(db, terminal);
  if (!streams) return streams.error();
  std::vector<Missing> found;
  for (const Numbers& stream : *streams) {
    auto query = db.prepare(
        "SELECT first_seq, last_seq, 0, track_from_utc_ms, track_to_utc_ms FROM batch "
        "WHERE stream = ?1 UNION ALL "
        "SELECT first_seq, last_seq, 1, NULL, NULL FROM gap WHERE stream = ?1 ORDER BY 2");
    if (!query) return query.error();
    query->bind(1, stream.id);
    Walk walk(stream, found);
    for (;;) {
      const auto more = query->step();
      if (!more) return more.error();
      if (!*more) break;
      walk.take(static_cast<std::uint64_t>(query->integer(0)),
                static_cast<std::uint64_t>(query->integer(1)), query->integer(2) != 0,
                query->maybe_integer(3), query->maybe_integer(4));
    }
    walk.end();
  }
  std::erase_if(found, [&](const Missing& one) {
    return one.between.to_ms < when.from_ms || one.between.from_ms >= when.to_ms;
  });
  return found;
}

}  // namespace lujing::ledger
