// The writer's side of the ledger: its connection, its statements, and what it remembers of each
// terminal so that a batch costs no reading. Private to this folder.
#pragma once

#include "platform/ledger/ledger.h"
#include "platform/ledger/reader_pool.h"
#include "platform/ledger/schema.h"
#include "platform/ledger/sqlite.h"

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

namespace lujing::ledger {

/// The books of one terminal's epoch.
struct Stream {
  std::int64_t id = 0;
  std::uint64_t durable_seq = 0;
  std::optional<protocol::Hash> chain = protocol::Hash{};  ///< nullopt: just after a gap
  bool dirty = false;
};

/// A terminal's row, written back once a commit.
struct TerminalRow {
  std::int64_t id = 0;
  std::string vehicle_type, plate, software;
  std::int64_t last_received_utc_ms = 0;
  std::int64_t records = 0;
  std::optional<TrackRow> point;
  std::optional<protocol::VehicleState> state;
  std::optional<std::int64_t> state_utc_ms;
  std::map<std::uint64_t, Stream> streams;
  bool dirty = false;
};

/// Which records a derived row comes from.
struct Origin {
  std::int64_t terminal = 0;
  std::uint64_t epoch = 0;
  std::int64_t received_utc_ms = 0;
  std::int64_t live_ms = 0;
};

/// What readers want quickly, made from the records in the transaction that stores them.
class Derived {
 public:
  Result<void> prepare(Database& db);
  /// Alarms and health go to their tables, the newest point and state to `row`.
  Result<void> apply(const Origin& origin, std::span<const protocol::Numbered> records,
                     TerminalRow& row);

 private:
  Result<void> alarm(const Origin& origin, const protocol::Numbered& numbered,
                     const protocol::AlarmRecord& alarm);
  Result<void> boot(const Origin& origin, const protocol::Stamp& stamp);

  Statement raise_, clear_, clear_unseen_, end_, health_;
};

struct Ledger::Impl {
  std::string path;
  std::string moved_aside;
  Options options;
  OwnerLock lock;
  Database db;
  Statement begin, commit, rollback;
  Statement find_terminal, add_terminal, write_terminal;
  Statement find_streams, add_stream, write_stream;
  Statement add_batch, batch_with, add_gap;
  Derived derived;
  std::unordered_map<std::string, TerminalRow> terminals;
  std::vector<TerminalRow*> touched;
  mutable ReaderPool readers;

  explicit Impl(std::string file) : path(std::move(file)), readers(path) {}
  Result<void> prepare();
  // What the front door offers; after an error the caller gives up the transaction.
  Result<void> hello(const std::string& terminal_id, const std::string& vehicle_type,
                     const std::string& plate, const std::string& software);
  Result<Position> position(const std::string& terminal_id, std::uint64_t epoch);
  Result<bool> accept_gap(const std::string& terminal_id, std::uint64_t epoch,
                          std::uint64_t oldest_seq, std::int64_t now_utc_ms);
  Result<Taken> take(const std::string& terminal_id, const protocol::Batch& batch,
                     std::string_view packed, std::int64_t received_utc_ms);
  Result<void> write_back();
  void give_up();
  template <class T>
  Result<T> or_give_up(Result<T> done) {
    if (done) return done;
    give_up();
    return done.error().in("ledger " + path);
  }

 private:
  Result<void> ensure_transaction();
  Result<TerminalRow*> terminal(const std::string& terminal_id);
  Result<Stream*> stream(TerminalRow& row, std::uint64_t epoch);
  /// Notes that a row has to be written back.
  void touch(TerminalRow& row);
  Result<void> check_room() const;
  /// h(seq) out of the stored bytes; nullopt where the books have a gap there.
  Result<std::optional<protocol::Hash>> chain_at(const Stream& stream, std::uint64_t seq);
  Result<void> store(TerminalRow& row, Stream& stream, const protocol::Batch& batch,
                     std::string_view packed, std::int64_t received_utc_ms);
  Result<void> read_terminal(TerminalRow& row);
  Result<void> read_streams(TerminalRow& row);
};

}  // namespace lujing::ledger
