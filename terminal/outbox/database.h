// One connection to one SQLite file, set up so that a commit survives a power cut, and statements.
//
// WAL with locking_mode=EXCLUSIVE (set first: no shared-memory file, so that a disk filled to its
// last block is an error and not a SIGBUS), synchronous=FULL, no memory mapping. One thread.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace lujing::outbox {

/// What an error means for the owner of the file.
enum class Trouble : std::uint8_t {
  none,
  damaged,  ///< the file is not what it should be: move it aside
  full,     ///< no room, or the cap is reached
  busy,     ///< another process has it
  io,       ///< the disk fails, or cannot be written now: try again later
};

class Database {
 public:
  enum class Mode : std::uint8_t { own, look };  ///< look: somebody else's damaged file, as it is
  /// `why` says what kind of error it was.
  static Result<std::unique_ptr<Database>> open(const std::string& path, const std::string& vfs,
                                                Mode mode, Trouble& why);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  Result<void> run(const char* sql);
  /// The first column of the first row.
  Result<std::int64_t> number(const char* sql);

  /// A transaction is open.
  bool in_transaction() const;
  /// Of the last error.
  Trouble trouble() const { return trouble_; }
  void note_damage() { trouble_ = Trouble::damaged; }
  /// Frames that the log holds since it was last copied into the file.
  int log_frames() const { return log_frames_; }
  /// Copies the log into the file, so that the log begins anew.
  Result<void> checkpoint();
  std::uint64_t page_bytes() const { return page_bytes_; }

 private:
  friend class Statement;
  explicit Database(sqlite3* handle);
  Result<void> set_up();
  Error failed(int code, std::string_view doing);

  sqlite3* handle_;
  Trouble trouble_ = Trouble::none;
  int log_frames_ = 0;
  std::uint64_t page_bytes_ = 0;
};

/// A statement, prepared at its first use. Must not outlive its database.
class Statement {
 public:
  Statement(Database& database, const char* sql) : database_(&database), sql_(sql) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  /// Begins anew with these values; text is bound as a blob and must live until the next start().
  template <class... Values>
  Result<void> start(const Values&... values) {
    if (auto ready = prepare(); !ready) return ready;
    int index = 0;
    (bind(++index, values), ...);
    return {};
  }
  /// True: there is a row. False: done.
  Result<bool> step();
  /// start() and step() to the end.
  template <class... Values>
  Result<void> run(const Values&... values) {
    if (auto started = start(values...); !started) return started;
    return finish();
  }
  /// Lets go of the row (and of the read lock).
  void reset();

  bool is_null(int column) const;
  std::int64_t number(int column) const;
  std::uint64_t unsigned_number(int column) const {
    return static_cast<std::uint64_t>(number(column));
  }
  std::string blob(int column) const;

 private:
  Result<void> prepare();
  Result<void> finish();
  void bind(int index, std::int64_t value);
  void bind(int index, std::uint64_t value) { bind(index, static_cast<std::int64_t>(value)); }
  void bind(int index, int value) { bind(index, static_cast<std::int64_t>(value)); }
  void bind(int index, std::string_view value);
  void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }

  Database* database_;
  const char* sql_;
  sqlite3_stmt* handle_ = nullptr;
};

}  // namespace lujing::outbox
