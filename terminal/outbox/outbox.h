// The outbox: records that are durable on the vehicle until the platform says that they are durable
// there.
//
// One SQLite file, one owner, one thread. What commit() has returned for survives a power cut; what
// was only appended may be lost. A damaged or foreign file is moved aside (PATH.damaged-N) and a
// new epoch is begun: the terminal never stops because of data. While the disk fails, records are
// kept in memory up to a bound (the oldest track points go first, and that is counted) and written
// when it heals.
#pragma once

#include "base/result.h"
#include "protocol/batch.h"
#include "protocol/record.h"
#include "terminal/outbox/old_book.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lujing::outbox {

struct Options {
  std::string path;
  std::uint64_t max_bytes = 512ull << 20;    ///< of the file; thinning starts at 90 % of it
  std::uint64_t reserve_bytes = 4ull << 20;  ///< a file beside it, given back to a full disk
  std::size_t max_memory_bytes = 8u << 20;   ///< for records that cannot be written now
  std::string vfs;                           ///< name of an SQLite VFS; empty: the default one
  std::size_t batch_records = 60;            ///< a row of the file grows to so many records
  std::size_t kept_records = 0;              ///< acknowledged ones that stay for look_back(), about
  std::uint64_t new_epoch = 0;  ///< for a new file; 0: drawn from the system. Tests set it, and
                                ///< each further epoch is one more.
};

struct Stats {
  std::uint64_t epoch = 0;
  std::uint64_t next_seq = 1;       ///< of the next record that will be committed
  std::uint64_t oldest_seq = 1;     ///< the oldest that is held; == next_seq: none
  std::uint64_t depth_records = 0;  ///< committed and not acknowledged
  std::uint64_t file_bytes = 0;
  std::optional<std::int64_t> oldest_utc_ms;  ///< of the oldest that is held, where known
  std::uint64_t commits = 0;
  std::uint64_t commit_errors = 0;
  std::uint64_t last_commit_us = 0;
  std::uint64_t max_commit_us = 0;
  std::uint64_t thinned_records = 0;
  std::uint64_t dropped_in_memory = 0;   ///< records that could neither be written nor kept
  std::uint64_t moved_aside = 0;         ///< damaged files since the terminal was set up
  std::uint64_t salvaged_records = 0;    ///< read out of damaged files, since the start
  std::uint64_t unreadable_batches = 0;  ///< found in damaged files and given up, since the start
  std::string last_damage;  ///< why the last file was moved aside or the last epoch ended
  std::string last_error;   ///< empty: the last commit went well
};

class Outbox {
 public:
  /// Opens or creates. Fails only where not even a new file can be made; the caller then retries.
  static Result<std::unique_ptr<Outbox>> open(const Options& options);
  ~Outbox();  ///< tries a last commit()
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Queues for the next commit. Never fails; bounded by max_memory_bytes.
  void append(std::span<const protocol::Record> records);
  /// Makes everything appended durable (one transaction and one fsync for each 1,200 records). On
  /// an error everything is kept for the next try; on a damaged file a new epoch is begun and what
  /// is in memory goes there.
  Result<void> commit();

  /// A packed batch that begins at `from_seq` (or at the oldest held, if that is later), at most
  /// `max_records` long; nullopt if there is none. Never what is not committed.
  Result<std::optional<std::string>> read(std::uint64_t from_seq, std::size_t max_records);
  /// The newest `max_records` committed records, packed; nullopt if there is none.
  Result<std::optional<std::string>> read_newest(std::size_t max_records);
  /// Packed rows as they stand in the file, whole, oldest first, acknowledged ones with them as
  /// long as they are there: from the one that holds this moment of this boot (or the oldest that
  /// is left) to the newest. For an alarm's evidence.
  Result<std::vector<std::string>> look_back(std::uint64_t boot_id, std::int64_t boot_ms);
  /// The platform has everything of this epoch up to `seq`: forget it. An epoch that is not the
  /// present one, or a seq not yet written, is refused. It is written down with a later commit: an
  /// outbox that was cut may offer again what was acknowledged, never less than it should.
  Result<void> acknowledge(std::uint64_t epoch, std::uint64_t seq);

  /// The records of an epoch that ended by damage and were saved; nullopt: there are none. Nobody
  /// here knows how many of them the platform has. Ask it (a hello with this epoch), then settle().
  std::optional<OldBook> unsettled();
  /// The platform has the old epoch up to `durable_seq`. What is later is written anew, as records
  /// of the present epoch, with the next commits; so each gets to the platform once.
  Result<void> settle(std::uint64_t epoch, std::uint64_t durable_seq);
  /// For a platform that knows more of this epoch than the outbox does (the file is an old copy),
  /// or that refuses its chain: everything held is written anew in a new epoch.
  Result<void> begin_new_epoch(const std::string& reason);

  const Stats& stats() const;

 private:
  struct Impl;
  explicit Outbox(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The packed rows of a file whose terminal is stopped, oldest first, at most the newest
/// `most_rows`. Changes nothing. An error: there is no such file, or a terminal has it.
Result<std::vector<std::string>> look_into(const std::string& path, std::size_t most_rows);

}  // namespace lujing::outbox
