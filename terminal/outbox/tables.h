// The tables of an outbox file (FORMAT.md), and what is done with their rows. One thread.
#pragma once

#include "base/result.h"
#include "terminal/outbox/database.h"
#include "terminal/outbox/old_book.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace lujing::outbox {

/// A packed batch as it stands in the file.
struct Row {
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
  int level = 0;  ///< how far it has been thinned (thinning.h)
  std::string packed;
};

struct OldRow {
  std::int64_t id = 0;
  std::string packed;
};

class Tables {
 public:
  /// Opens, and makes the tables with `epoch_if_new` where the file is new. A file of another
  /// program or version is Trouble::damaged.
  static Result<std::unique_ptr<Tables>> open(const std::string& path, const std::string& vfs,
                                              std::uint64_t epoch_if_new, std::uint64_t max_bytes,
                                              Trouble& why);

  ~Tables();
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  Database& database() { return *database_; }
  Trouble trouble() const { return database_->trouble(); }
  /// What was read is not what was written: counts as Trouble::damaged.
  void note_damage() { database_->note_damage(); }

  Result<void> begin() { return database_->run("BEGIN IMMEDIATE"); }
  Result<void> commit() { return database_->run("COMMIT"); }
  void rollback();

  Result<std::uint64_t> epoch();
  Result<void> set_epoch(std::uint64_t epoch);
  /// The greatest that was ever written down; the truth may be further on.
  Result<std::uint64_t> acknowledged();
  Result<void> set_acknowledged(std::uint64_t seq);

  /// Writes or replaces a row; `acknowledged_seq` is written down with it, at no cost.
  Result<void> put(const Row& row, std::uint64_t acknowledged_seq);
  Result<void> erase(std::uint64_t first_seq);
  /// Erases rows that begin before `first_seq`.
  Result<void> erase_before(std::uint64_t first_seq);
  /// The row with the greatest first_seq that is not over `seq`.
  Result<std::optional<Row>> covering(std::uint64_t seq);
  /// The row with the smallest first_seq that is not below `seq`.
  Result<std::optional<Row>> from(std::uint64_t seq);
  Result<std::optional<Row>> last();
  /// From `from_seq` on, the first that is thinned less than `level`.
  Result<std::optional<Row>> thinned_less(int level, std::uint64_t from_seq);

  /// Bytes in use inside the file, pages that are free not counted.
  Result<std::uint64_t> used_bytes();
  Result<std::uint64_t> file_bytes();
  /// The file may grow to this; what is larger already stays as it is.
  Result<void> limit(std::uint64_t max_bytes);

  // Old books: see Outbox::settle().
  Result<std::optional<OldBook>> old_book(bool settled);
  Result<void> add_old(std::uint64_t epoch, std::uint64_t first_seq, std::uint64_t last_seq,
                       std::string_view packed);
  Result<void> settle_old(std::uint64_t epoch, std::uint64_t seq);
  Result<std::optional<OldRow>> first_old(std::uint64_t epoch);
  Result<void> erase_old(std::int64_t id);
  /// Gives up the oldest old batch, whatever its epoch. False: there is none.
  Result<bool> drop_oldest_old();
  Result<void> close_old_book(std::uint64_t epoch);
  /// All rows go to the old book of `epoch`.
  Result<void> retire_rows(std::uint64_t epoch, std::uint64_t acknowledged_seq);

 private:
  struct Statements;
  explicit Tables(std::unique_ptr<Database> database);
  Result<void> check_or_create(std::uint64_t epoch_if_new, Trouble& why);
  Result<std::optional<Row>> one(Statement& statement);

  std::unique_ptr<Database> database_;
  std::unique_ptr<Statements> statements_;
};

}  // namespace lujing::outbox
