// SQLite behind two small types: every call gives a Result, nothing is left open.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace lujing::ledger {

/// A prepared statement. Kept and used again: bind, step until false; step() that ends (false or an
/// error) resets it. Bound text and blobs must stay alive until then.
class Statement {
 public:
  Statement() = default;

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::optional<std::int64_t> value);
  Statement& bind_text(int index, std::string_view value);
  Statement& bind_blob(int index, const void* data, std::size_t size);
  Statement& bind_null(int index);

  /// True: a row is there to be read.
  Result<bool> step();
  /// For a statement that gives no rows.
  Result<void> run();
  /// Ends a reading early.
  void reset();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> maybe_integer(int column) const;
  std::string text(int column) const;
  /// Valid until the next step() or reset().
  std::string_view blob(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

class Database {
 public:
  enum class Mode : std::uint8_t { create, read_write, read_only };

  /// One connection, to be used by one thread at a time.
  static Result<Database> open(const std::string& path, Mode mode);

  Result<void> exec(const char* sql);
  Result<Statement> prepare(const char* sql);
  /// The first column of the first row of a query.
  Result<std::int64_t> integer(const char* sql);
  Result<std::string> text(const char* sql);
  std::int64_t last_row_id() const;
  /// False inside a transaction.
  bool autocommit() const;

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace lujing::ledger
