// The ledger: the platform's books. Each record once, whatever the network did.
//
// Embedded default on SQLite; one writer thread. Nothing is acknowledged before commit() has
// returned.
#pragma once

#include "base/result.h"
#include "protocol/batch.h"
#include "protocol/record.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::ledger {

/// How far the books of one terminal's epoch go without a gap.
struct Position {
  std::uint64_t durable_seq = 0;  ///< 0: nothing yet
  protocol::Hash chain{};         ///< h(durable_seq)
};

/// One alarm as it stands in the books, with all its changes of state, for readers.
struct StoredAlarm {
  std::string terminal_id;
  std::uint64_t epoch = 0;
  std::uint64_t seq = 0;  ///< of the record that raised it
  std::string rule;
  std::string state;  ///< "raised", "cleared", "suppressed", "ended" (by a restart)
  std::optional<std::int64_t> raised_utc_ms;
  std::optional<std::int64_t> cleared_utc_ms;
  GeoPoint position;
  std::int32_t speed_cmps = 0;
  std::string rule_set;
  std::string detail;
  bool late = false;  ///< it reached the platform more than `live_ms` after it happened, or it is
                      ///< not known when it happened
};

struct TrackRow {
  std::uint64_t epoch = 0;
  std::uint64_t seq = 0;
  std::optional<std::int64_t> utc_ms;
  protocol::TrackPoint point;
};

/// What take() made of a batch.
enum class Taken : std::uint8_t {
  stored,        ///< new records, part of the transaction that the next commit() ends
  duplicate,     ///< everything in it was there already
  gap,           ///< it does not follow on: not taken; the terminal must send from durable_seq + 1
  broken_chain,  ///< it follows on by number but not by hash, or tells another story of numbers
                 ///< that are in the books: not taken, and told
};

struct Options {
  std::int64_t live_ms = 60'000;  ///< an alarm that arrives later after it happened is "late"
  /// With less room left on the disk nothing is taken any more: readers of a write-ahead log die of
  /// SIGBUS on a disk that is full to the last block.
  std::uint64_t min_free_bytes = 32u << 20;
};

class Ledger {
 public:
  /// Opens or creates the file. A damaged, foreign or newer file is refused with what to do: the
  /// books are the platform's truth, an operator must decide (LEDGER.md).
  /// A file without a byte is no book: it is moved aside, and moved_aside() says so.
  static Result<std::unique_ptr<Ledger>> open(const std::string& path, const Options& options = {});
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// Where open() moved an empty file and what may stand beside it; empty: there was none.
  const std::string& moved_aside() const;

  /// The terminal has said hello: remembers who it is (type, plate, software) for the pages.
  Result<void> hello(const std::string& terminal_id, const std::string& vehicle_type,
                     const std::string& plate, const std::string& software);
  /// What was taken, not yet committed included.
  Result<Position> position(const std::string& terminal_id, std::uint64_t epoch);
  /// The terminal no longer holds anything before `oldest_seq`. What is missing in the books before
  /// it can never come: it is booked as a gap (verify() tells it), and the books go on from
  /// `oldest_seq`. False: nothing is missing. Part of the transaction that commit() ends.
  Result<bool> accept_gap(const std::string& terminal_id, std::uint64_t epoch,
                          std::uint64_t oldest_seq, std::int64_t now_utc_ms);
  /// Takes a batch that decode() found good, with the bytes it came in. Records that are already in
  /// the books are passed over; the rest must follow on by number and by hash. `received_utc_ms`
  /// decides whether an alarm counts as live. After an error, rollback(): a part may be taken.
  Result<Taken> take(const std::string& terminal_id, const protocol::Batch& batch,
                     std::string_view packed, std::int64_t received_utc_ms);
  /// Makes what was taken durable: one transaction, one fsync. After an error nothing of it is in
  /// the books; it has been rolled back.
  Result<void> commit();
  /// Gives up what was taken since the last commit (after an error).
  void rollback();

  /// Readers; see what is committed. Each opens its own connection, so any thread may call them.
  struct Vehicle {
    std::string terminal_id, vehicle_type, plate, software;
    std::int64_t last_received_utc_ms = 0;
    std::uint64_t records = 0;
    std::optional<TrackRow> last_point;
    std::optional<protocol::VehicleState> last_state;
    std::optional<std::int64_t> last_state_utc_ms;
  };
  Result<std::vector<Vehicle>> vehicles() const;
  /// Points with utc in [from, to), oldest first, at most `limit`.
  Result<std::vector<TrackRow>> track(const std::string& terminal_id, std::int64_t from_utc_ms,
                                      std::int64_t to_utc_ms, std::size_t limit) const;
  /// Newest first.
  Result<std::vector<StoredAlarm>> alarms(bool open_only, std::size_t limit) const;
  /// The newest health counters of a terminal: id and value.
  Result<std::vector<std::pair<std::uint16_t, std::int64_t>>> health(
      const std::string& terminal_id) const;
  /// Every record of a terminal's epoch in order, decoded again from the stored bytes (for audits
  /// and tests).
  Result<void> for_each(
      const std::string& terminal_id,
      const std::function<void(std::uint64_t epoch, const protocol::Numbered&)>& each) const;
  /// The same, of batches with track points in [from, to) or within a quarter of a day of it.
  Result<void> for_each_within(
      const std::string& terminal_id, std::int64_t from_utc_ms, std::int64_t to_utc_ms,
      const std::function<void(std::uint64_t epoch, const protocol::Numbered&)>& each) const;
  /// Recomputes every chain from the stored bytes. Returns what is wrong; empty: nothing.
  Result<std::vector<std::string>> verify() const;

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::ledger
