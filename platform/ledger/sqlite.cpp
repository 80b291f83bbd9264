#include "platform/ledger/sqlite.h"

#include <sqlite3.h>

namespace lujing::ledger {

namespace {

Error sqlite_error(sqlite3* db) {
  const int code = sqlite3_extended_errcode(db);
  std::string what = "SQLite: ";
  what += sqlite3_errmsg(db);
  switch (code & 0xff) {
    case SQLITE_FULL:
      what += "; free space on the disk of the ledger";
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      what +=
          "; the ledger file is damaged: stop the platform, keep a copy, restore the last backup";
      break;
    case SQLITE_IOERR:
      what += " (code " + std::to_string(code) + "); look at the disk and the kernel log";
      break;
    default:
      break;
  }
  return Error(what);
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}
void Database::Close::operator()(sqlite3* db) const {
  sqlite3_close_v2(db);
}

Statement& Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(handle_.get(), index, value);
  return *this;
}

Statement& Statement::bind(int index, std::optional<std::int64_t> value) {
  return value ? bind(index, *value) : bind_null(index);
}

Statement& Statement::bind_text(int index, std::string_view value) {
  // An empty view may have no address; SQLite would make NULL of that.
  const char* data = value.empty() ? "" : value.data();
  sqlite3_bind_text64(handle_.get(), index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_blob(int index, const void* data, std::size_t size) {
  sqlite3_bind_blob64(handle_.get(), index, data, size, SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind_null(int index) {
  sqlite3_bind_null(handle_.get(), index);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(handle_.get());
    return false;
  }
  Error error = sqlite_error(sqlite3_db_handle(handle_.get()));
  sqlite3_reset(handle_.get());
  return error;
}

Result<void> Statement::run() {
  auto row = step();
  if (!row) return row.error();
  if (*row) reset();
  return {};
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

std::optional<std::int64_t> Statement::maybe_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::string Statement::text(int column) const {
  return std::string(blob(column));
}

std::string_view Statement::blob(int column) const {
  const void* data = sqlite3_column_blob(handle_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), size};
}

Result<Database> Database::open(const std::string& path, Mode mode) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == Mode::create) flags |= SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Database db;
  db.handle_.reset(raw);
  if (code != SQLITE_OK) {
    return Error(std::string("cannot be opened: ") +
                 (raw == nullptr ? "out of memory" : sqlite3_errmsg(raw)) +
                 "; check that the folder exists and may be written");
  }
  sqlite3_busy_timeout(raw, 5000);
  return db;
}

Result<void> Database::exec(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return sqlite_error(handle_.get());
  return {};
}

Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr) !=
      SQLITE_OK)
    return sqlite_error(handle_.get());
  Statement statement;
  statement.handle_.reset(raw);
  return statement;
}

Result<std::int64_t> Database::integer(const char* sql) {
  auto query = prepare(sql);
  if (!query) return query.error();
  auto row = query->step();
  if (!row) return row.error();
  return *row ? query->integer(0) : 0;
}

Result<std::string> Database::text(const char* sql) {
  auto query = prepare(sql);
  if (!query) return query.error();
  auto row = query->step();
  if (!row) return row.error();
  return *row ? query->text(0) : std::string();
}

std::int64_t Database::last_row_id() const {
  return sqlite3_last_insert_rowid(handle_.get());
}

bool Database::autocommit() const {
  return sqlite3_get_autocommit(handle_.get()) != 0;
}

}  // namespace lujing::ledger
