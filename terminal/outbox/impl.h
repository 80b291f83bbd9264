// The inside of an Outbox. open.cpp: the file's life. commit.cpp: the way in. outbox.cpp: the way
// out.
#pragma once

#include "terminal/outbox/files.h"
#include "terminal/outbox/outbox.h"
#include "terminal/outbox/pending.h"
#include "terminal/outbox/tables.h"
#include "terminal/outbox/thin_pass.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lujing::outbox {

struct Outbox::Impl {
  explicit Impl(const Options& o);

  // open.cpp
  Result<void> open_file();
  /// After damage: moves the file aside, begins a new one, saves what checks.
  Result<void> begin_again(const std::string& reason);
  Result<void> load();
  /// Records of a commit that failed may be in the file all the same: they are not written twice.
  Result<void> forget_what_landed(std::uint64_t known_seq);
  void close_file();
  Result<void> renumber(const std::string& reason);
  std::uint64_t draw_epoch();

  // commit.cpp
  Result<void> commit();
  bool nothing_to_do() const;
  Result<void> write_some();
  Result<void> write_records(protocol::Batch& tail, std::span<const protocol::Record> records);
  /// Where at least so many rows of acknowledged records can go; `kept` of these records stay.
  Result<void> drop_acknowledged(std::uint64_t rows_together, std::uint64_t kept);
  Result<void> drain_old(std::vector<protocol::Record>& into);
  Result<void> make_room(const protocol::Batch& tail, std::vector<protocol::Record>& into);
  bool recover(Trouble trouble, const Error& error);
  bool find_room();
  void after_commit();

  // outbox.cpp
  Result<std::optional<protocol::Batch>> decoded(Result<std::optional<Row>> row);
  Result<std::optional<std::string>> read(std::uint64_t from_seq, std::size_t max_records);
  Result<std::optional<std::string>> read_newest(std::size_t max_records);
  void find_oldest_time();
  void refresh_stats();
  std::uint64_t next_seq() const { return tail.last_seq + 1; }

  Options options;
  std::uint64_t log_bytes;    ///< the log is copied into the file when it has grown to this
  std::uint64_t spare_bytes;  ///< for thinning itself, when body_bytes are used up
  std::uint64_t body_bytes;   ///< the file itself may grow to this
  Reserve reserve;
  Pending pending;
  std::unique_ptr<Tables> tables;  ///< null while the file cannot be opened

  std::uint64_t epoch = 0;
  protocol::Batch tail;  ///< the last row, which grows; empty at the start of an epoch
  std::uint64_t acknowledged = 0;
  std::uint64_t first_row = 1;  ///< about where the first row begins
  bool draining = false;        ///< a settled old book is there

  ThinState thin_state;
  std::uint64_t pressed_bytes = 0;  ///< the disk is full: a smaller body_bytes; 0: it is not
  int urgency = 0;                  ///< tries in a row that failed for want of room
  std::uint64_t thinned_now = 0;    ///< in the open transaction

  int failures = 0;  ///< commits in a row that failed for the disk
  std::uint64_t commits_without_reserve = 0;
  bool oldest_time_known = false;
  Stats stats;
};

}  // namespace lujing::outbox
