#include "terminal/outbox/salvage.h"

#include "protocol/batch.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace lujing::outbox {
namespace {

constexpr std::uint64_t rows_a_transaction = 256;

class Salvage {
 public:
  Salvage(Database& damaged, Tables& into, std::uint64_t max_bytes)
      : damaged_(damaged), into_(into), max_bytes_(max_bytes) {}

  Result<Salvaged> run() {
    if (auto done = table({"SELECT id, packed FROM old_batches WHERE id > ?1 ORDER BY id",
                           "SELECT id FROM old_batches WHERE id > ?1 ORDER BY id DESC",
                           "SELECT packed FROM old_batches WHERE id = ?1"},
                          0);
        !done)
      return done.error();
    if (auto done =
            table({"SELECT first_seq, packed FROM batches WHERE first_seq > ?1 ORDER BY first_seq",
                   "SELECT first_seq FROM batches WHERE first_seq > ?1 ORDER BY first_seq DESC",
                   "SELECT packed FROM batches WHERE first_seq = ?1"},
                  find_acknowledged());
        !done)
      return done.error();
    return done_;
  }

 private:
  struct Queries {
    const char* forward;
    const char* keys_backward;
    const char* one;
  };

  std::uint64_t find_acknowledged() {
    auto book = damaged_.number("SELECT acknowledged FROM book WHERE id = 1");
    auto tail = damaged_.number("SELECT acknowledged FROM batches ORDER BY first_seq DESC LIMIT 1");
    return static_cast<std::uint64_t>(
        std::max<std::int64_t>({0, book ? *book : 0, tail ? *tail : 0}));
  }

  /// Forward as far as the table can be read; then from its end back to there.
  Result<void> table(const Queries& queries, std::uint64_t acknowledged) {
    if (auto begun = into_.begin(); !begun) return begun;
    std::int64_t low = 0;
    bool whole = false;
    auto done = walk(queries.forward, acknowledged, low, whole);
    if (done && !whole) done = walk_back(queries.keys_backward, queries.one, acknowledged, low);
    if (done) done = into_.commit();
    if (!done) into_.rollback();
    return done;
  }

  /// Keys must ascend: a damaged tree may lead to the same leaf twice.
  Result<void> walk(const char* sql, std::uint64_t acknowledged, std::int64_t& low, bool& whole) {
    Statement rows(damaged_, sql);
    if (!rows.start(low)) return {};
    for (;;) {
      auto found = rows.step();
      if (!found) return {};  // damage: what could be read has been read
      if (!*found) {
        whole = true;
        return {};
      }
      const std::int64_t key = rows.number(0);
      if (key <= low) return {};
      low = key;
      if (auto kept = keep(rows.blob(1), acknowledged); !kept) return kept;
    }
  }

  /// Gathers the keys from the end back to `low`, then takes them in their order.
  Result<void> walk_back(const char* keys_sql, const char* one_sql, std::uint64_t acknowledged,
                         std::int64_t low) {
    std::vector<std::int64_t> found;
    Statement keys(damaged_, keys_sql);
    if (!keys.start(low)) return {};
    for (std::int64_t high = INT64_MAX;;) {
      auto row = keys.step();
      if (!row || !*row || keys.number(0) <= low || keys.number(0) >= high) break;
      high = keys.number(0);
      found.push_back(high);
    }
    Statement one(damaged_, one_sql);
    for (auto key = found.rbegin(); key != found.rend(); ++key) {
      if (!one.start(*key)) return {};
      auto row = one.step();
      if (!row || !*row) continue;
      const std::string packed = one.blob(0);
      one.reset();
      if (auto kept = keep(packed, acknowledged); !kept) return kept;
    }
    return {};
  }

  Result<void> keep(const std::string& packed, std::uint64_t acknowledged) {
    auto batch = protocol::decode(packed);
    if (!batch) {
      ++done_.refused;
      return {};
    }
    if (batch->last_seq <= acknowledged) return {};
    if (bytes_ + packed.size() > max_bytes_) {
      ++done_.refused;
      return {};
    }
    bytes_ += packed.size();
    if (auto added = into_.add_old(batch->epoch, batch->first_seq, batch->last_seq, packed); !added)
      return added;
    ++done_.batches;
    done_.records += batch->records.size();
    if (done_.batches % rows_a_transaction != 0) return {};
    if (auto committed = into_.commit(); !committed) return committed;
    return into_.begin();
  }

  Database& damaged_;
  Tables& into_;
  std::uint64_t max_bytes_;
  std::uint64_t bytes_ = 0;
  Salvaged done_;
};

}  // namespace

Result<Salvaged> salvage(const std::string& from, const std::string& vfs, Tables& into,
                         std::uint64_t max_bytes) {
  Trouble why = Trouble::none;
  auto damaged = Database::open(from, vfs, Database::Mode::look, why);
  if (!damaged) return Salvaged{};
  return Salvage(**damaged, into, max_bytes).run();
}

}  // namespace lujing::outbox
