#include "terminal/outbox/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace lujing::outbox {
namespace {

/// Small pages: a commit of a few records writes one of them (tests/bench/bench_outbox.cpp).
constexpr int page_bytes_wanted = 1024;

Trouble trouble_of(int code) {
  switch (code & 0xff) {
    case SQLITE_OK:
      return Trouble::none;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_SCHEMA:
    case SQLITE_ERROR:  // a table or a column that is not there
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      return Trouble::damaged;
    case SQLITE_FULL:
      return Trouble::full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Trouble::busy;
    default:
      // A page that the file's size says must be there could not be read whole: the file was cut.
      return code == SQLITE_IOERR_SHORT_READ || code == SQLITE_IOERR_CORRUPTFS ? Trouble::damaged
                                                                               : Trouble::io;
  }
}

const char* remedy_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::full:
      return " (free space on the disk, or raise [outbox] max_mib)";
    case Trouble::busy:
      return " (another process holds the file: is a second terminal running?)";
    case Trouble::io:
      return " (check the disk and its mount)";
    default:
      return "";
  }
}

int note_log_frames(void* frames, sqlite3* /*handle*/, const char* /*name*/, int count) {
  *static_cast<int*>(frames) = count;
  return SQLITE_OK;
}

}  // namespace

Database::Database(sqlite3* handle) : handle_(handle) {}

Database::~Database() {
  sqlite3_close_v2(handle_);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, const std::string& vfs,
                                                 Mode mode, Trouble& why) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (mode == Mode::own ? SQLITE_OPEN_CREATE : 0);
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
  if (handle == nullptr) {
    why = Trouble::io;
    return Error(path + ": no memory to open it");
  }
  std::unique_ptr<Database> database(new Database(handle));
  if (code != SQLITE_OK) {
    Error error = database->failed(code, "opening").in(path);
    why = database->trouble();
    return error;
  }
  if (mode == Mode::look) {
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    auto locked = database->run("PRAGMA locking_mode=EXCLUSIVE; PRAGMA mmap_size=0");
    why = database->trouble();
    if (!locked) return locked.error().in(path);
    return database;
  }
  auto ready = database->set_up();
  why = database->trouble();
  if (!ready) return ready.error().in(path);
  return database;
}

Result<void> Database::set_up() {
  sqlite3_busy_timeout(handle_, 0);
  const std::string first = fmt::format(
      "PRAGMA page_size={}; PRAGMA mmap_size=0; PRAGMA locking_mode=EXCLUSIVE;"
      "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY;"
      "PRAGMA cache_size=-512",
      page_bytes_wanted);
  if (auto done = run(first.c_str()); !done) return done;
  {
    Statement to_log(*this, "PRAGMA journal_mode=WAL");
    if (auto started = to_log.start(); !started) return started;
    auto row = to_log.step();
    if (!row) return row.error();
    if (!*row || to_log.blob(0) != "wal") {
      trouble_ = Trouble::io;
      return Error("the file cannot be written with a log ahead (WAL)");
    }
  }
  if (auto done = run("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0"); !done) return done;
  sqlite3_wal_hook(handle_, note_log_frames, &log_frames_);
  auto bytes = number("PRAGMA page_size");
  if (!bytes) return bytes.error();
  page_bytes_ = static_cast<std::uint64_t>(*bytes);
  return {};
}

Error Database::failed(int code, std::string_view doing) {
  trouble_ = trouble_of(code);
  return Error(
      fmt::format("{}: {} (code {}){}", doing, sqlite3_errmsg(handle_), code, remedy_of(trouble_)));
}

Result<void> Database::run(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(code, std::string_view(sql).substr(0, 40));
  return {};
}

Result<std::int64_t> Database::number(const char* sql) {
  Statement statement(*this, sql);
  if (auto started = statement.start(); !started) return started.error();
  auto row = statement.step();
  if (!row) return row.error();
  return *row ? statement.number(0) : 0;
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

Result<void> Database::checkpoint() {
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(code, "copying the log into the file");
  log_frames_ = 0;
  return {};
}

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

Result<void> Statement::prepare() {
  if (handle_ != nullptr) {
    sqlite3_reset(handle_);
    return {};
  }
  const int code = sqlite3_prepare_v3(database_->handle_, sql_, -1, SQLITE_PREPARE_PERSISTENT,
                                      &handle_, nullptr);
  if (code != SQLITE_OK) return database_->failed(code, std::string_view(sql_).substr(0, 40));
  return {};
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(handle_);
    return false;
  }
  Error error = database_->failed(code, std::string_view(sql_).substr(0, 40));
  sqlite3_reset(handle_);
  return error;
}

Result<void> Statement::finish() {
  for (;;) {
    auto row = step();
    if (!row) return row.error();
    if (!*row) return {};
  }
}

void Statement::reset() {
  if (handle_ != nullptr) sqlite3_reset(handle_);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string Statement::blob(int column) const {
  const void* data = sqlite3_column_blob(handle_, column);
  const int size = sqlite3_column_bytes(handle_, column);
  if (data == nullptr || size <= 0) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(handle_, index, value);
}

void Statement::bind(int index, std::string_view value) {
  sqlite3_bind_blob64(handle_, index, value.data(), value.size(), SQLITE_STATIC);
}

}  // namespace lujing::outbox
