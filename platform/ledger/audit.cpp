#include "platform/ledger/chain_walk.h"
#include "platform/ledger/impl.h"

#include <algorithm>
#include <cstring>

namespace lujing::ledger {

namespace {

struct StreamRow {
  std::int64_t id = 0;
  std::string terminal_id;
  std::uint64_t epoch = 0;
  std::uint64_t durable_seq = 0;
  std::optional<protocol::Hash> chain;

  std::string name() const {
    char hex[17];
    std::snprintf(hex, sizeof hex, "%016llx", static_cast<unsigned long long>(epoch));
    return terminal_id + " epoch " + hex;
  }
};

/// In the order in which the epochs began.
Result<std::vector<StreamRow>> streams(Database& db) {
  auto query = db.prepare(
      "SELECT s.id, t.terminal_id, s.epoch, s.durable_seq, s.chain FROM stream s"
      " JOIN terminal t ON t.id = s.terminal ORDER BY t.terminal_id, s.id");
  if (!query) return query.error();
  std::vector<StreamRow> all;
  while (true) {
    auto row = query->step();
    if (!row) return row.error();
    if (!*row) return all;
    StreamRow stream;
    stream.id = query->integer(0);
    stream.terminal_id = query->text(1);
    stream.epoch = static_cast<std::uint64_t>(query->integer(2));
    stream.durable_seq = static_cast<std::uint64_t>(query->integer(3));
    if (const auto chain = query->blob(4); chain.size() == sizeof(protocol::Hash)) {
      stream.chain.emplace();
      std::memcpy(stream.chain->data(), chain.data(), chain.size());
    }
    all.push_back(std::move(stream));
  }
}

struct Gap {
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
};

Result<std::vector<Gap>> gaps(Database& db, std::int64_t stream) {
  auto query =
      db.prepare("SELECT first_seq, last_seq FROM gap WHERE stream = ?1 ORDER BY first_seq");
  if (!query) return query.error();
  query->bind(1, stream);
  std::vector<Gap> all;
  while (true) {
    auto row = query->step();
    if (!row) return row.error();
    if (!*row) return all;
    all.push_back({static_cast<std::uint64_t>(query->integer(0)),
                   static_cast<std::uint64_t>(query->integer(1))});
  }
}

/// Every stored batch of a stream in order: the row's own numbers and the bytes.
template <class Each>
Result<void> each_batch(Database& db, std::int64_t stream, Each each) {
  auto query = db.prepare(
      "SELECT first_seq, last_seq, packed FROM batch WHERE stream = ?1 ORDER BY last_seq");
  if (!query) return query.error();
  query->bind(1, stream);
  while (true) {
    auto row = query->step();
    if (!row) return row.error();
    if (!*row) return {};
    const auto first = static_cast<std::uint64_t>(query->integer(0));
    const auto last = static_cast<std::uint64_t>(query->integer(1));
    if (Result<void> done = each(first, last, query->blob(2)); !done) return done;
  }
}

std::string range(std::uint64_t first, std::uint64_t last) {
  return std::to_string(first) + ".." + std::to_string(last);
}

/// Walks one stream's chain and notes what does not fit.
class ChainCheck {
 public:
  ChainCheck(const StreamRow& stream, std::vector<Gap> stream_gaps, std::vector<std::string>& wrong)
      : stream_(stream), gaps_(std::move(stream_gaps)), wrong_(wrong) {}

  void batch(std::uint64_t first, std::uint64_t last, std::string_view packed) {
    pass_gap();
    if (first != done_ + 1)
      note(first > done_ + 1 ? "records " + range(done_ + 1, first - 1) + " are missing"
                             : "records " + range(first, done_) + " are there twice");
    const auto unpacked = protocol::decode(packed);
    if (!unpacked) {
      note("records " + range(first, last) + ": " + unpacked.error().what());
      chain_.reset();
    } else {
      if (unpacked->epoch != stream_.epoch || unpacked->first_seq != first ||
          unpacked->last_seq != last)
        note("records " + range(first, last) + ": the bytes are those of others");
      if (chain_ && *chain_ != unpacked->chain_before)
        note("the chain is broken before record " + std::to_string(first));
      chain_ = unpacked->chain_after;
    }
    done_ = last;
  }

  void end() {
    pass_gap();
    if (done_ != stream_.durable_seq)
      note("the books say " + std::to_string(stream_.durable_seq) + " records, they hold " +
           std::to_string(done_));
    else if (chain_ && stream_.chain && *chain_ != *stream_.chain)
      note("the chain does not end as the books say");
  }

 private:
  void note(const std::string& what) { wrong_.push_back(stream_.name() + ": " + what); }

  void pass_gap() {
    for (const auto& gap : gaps_) {
      if (gap.first_seq != done_ + 1) continue;
      note("records " + range(gap.first_seq, gap.last_seq) +
           " never came: the terminal no longer had them");
      done_ = gap.last_seq;
      chain_.reset();
    }
  }

  const StreamRow& stream_;
  std::vector<Gap> gaps_;
  std::vector<std::string>& wrong_;
  std::uint64_t done_ = 0;
  std::optional<protocol::Hash> chain_ = protocol::Hash{};
};

}  // namespace

Result<void> Ledger::for_each(
    const std::string& terminal_id,
    const std::function<void(std::uint64_t epoch, const protocol::Numbered&)>& each) const {
  auto db = impl_->readers.take();
  if (!db) return db.error();
  auto all = streams(**db);
  if (!all) return all.error();
  for (const auto& stream : *all) {
    if (stream.terminal_id != terminal_id) continue;
    auto done = each_batch(
        **db, stream.id,
        [&](std::uint64_t first, std::uint64_t last, std::string_view packed) -> Result<void> {
          const auto batch = protocol::decode(packed);
          if (!batch)
            return batch.error().in("ledger " + impl_->path + ": " + stream.name() + " records " +
                                    range(first, last));
          for (const auto& numbered : batch->records) each(stream.epoch, numbered);
          return {};
        });
    if (!done) return done;
  }
  return {};
}

Result<std::vector<std::string>> Ledger::verify() const {
  auto lease = impl_->readers.take();
  if (!lease) return lease.error();
  Database& db = **lease;
  std::vector<std::string> wrong;
  // One view of the books from beginning to end, while the writer goes on.
  if (auto begun = db.exec("BEGIN"); !begun) return begun.error();
  const auto walk = [&]() -> Result<void> {
    auto check = db.text("PRAGMA quick_check(1)");
    if (!check) return check.error();
    if (*check != "ok") wrong.push_back("the file: " + *check);
    auto all = streams(db);
    if (!all) return all.error();
    for (const auto& stream : *all) {
      auto stream_gaps = gaps(db, stream.id);
      if (!stream_gaps) return stream_gaps.error();
      ChainCheck chain(stream, std::move(*stream_gaps), wrong);
      auto done = each_batch(
          db, stream.id,
          [&](std::uint64_t first, std::uint64_t last, std::string_view packed) -> Result<void> {
            chain.batch(first, last, packed);
            return {};
          });
      if (!done) return done;
      chain.end();
    }
    return {};
  };
  const auto walked = walk();
  (void)db.exec("ROLLBACK");
  if (!walked) return walked.error().in("ledger " + impl_->path);
  return wrong;
}

}  // namespace lujing::ledger
