#include "platform/ledger/schema.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace lujing::ledger {

namespace {

constexpr std::int64_t application_id = 0x4c4a4c47;  // "LJLG"
constexpr std::int64_t schema_version = 1;
/// A whole check reads the whole file; above this size a start would take too long for it, and
/// verify() is the place.
constexpr std::uintmax_t checked_at_start_bytes = 64u << 20;

constexpr const char* schema_sql = R"sql(
CREATE TABLE terminal(
  id INTEGER PRIMARY KEY,
  terminal_id TEXT NOT NULL UNIQUE,
  vehicle_type TEXT NOT NULL DEFAULT '',
  plate TEXT NOT NULL DEFAULT '',
  software TEXT NOT NULL DEFAULT '',
  last_received_utc_ms INTEGER NOT NULL DEFAULT 0,
  records INTEGER NOT NULL DEFAULT 0,
  point_epoch INTEGER, point_seq INTEGER, point_utc_ms INTEGER,
  point_lat_e7 INTEGER, point_lon_e7 INTEGER, point_speed_cmps INTEGER, point_course_cdeg INTEGER,
  point_accuracy_dm INTEGER, point_odometer_m INTEGER, point_source INTEGER, point_reason INTEGER,
  state_utc_ms INTEGER, state_moving INTEGER, state_cover INTEGER, state_hoist INTEGER,
  state_load INTEGER, state_work_bits INTEGER, state_lat_e7 INTEGER, state_lon_e7 INTEGER);
CREATE TABLE stream(
  id INTEGER PRIMARY KEY,
  terminal INTEGER NOT NULL REFERENCES terminal(id),
  epoch INTEGER NOT NULL,
  durable_seq INTEGER NOT NULL,
  chain BLOB,
  UNIQUE(terminal, epoch));
CREATE TABLE batch(
  id INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL REFERENCES stream(id),
  terminal INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  received_utc_ms INTEGER NOT NULL,
  track_from_utc_ms INTEGER,
  track_to_utc_ms INTEGER,
  packed BLOB NOT NULL);
CREATE UNIQUE INDEX batch_by_seq ON batch(stream, last_seq);
CREATE INDEX batch_by_time ON batch(terminal, track_to_utc_ms, track_from_utc_ms)
  WHERE track_to_utc_ms IS NOT NULL;
CREATE TABLE gap(
  stream INTEGER NOT NULL REFERENCES stream(id),
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  noticed_utc_ms INTEGER NOT NULL,
  PRIMARY KEY(stream, first_seq)) WITHOUT ROWID;
CREATE TABLE alarm(
  id INTEGER PRIMARY KEY,
  terminal INTEGER NOT NULL REFERENCES terminal(id),
  boot_id INTEGER NOT NULL,
  rule TEXT NOT NULL,
  since_boot_ms INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  state TEXT NOT NULL,
  raised_utc_ms INTEGER,
  cleared_utc_ms INTEGER,
  lat_e7 INTEGER NOT NULL,
  lon_e7 INTEGER NOT NULL,
  speed_cmps INTEGER NOT NULL,
  rule_set TEXT NOT NULL,
  detail TEXT NOT NULL,
  late INTEGER NOT NULL,
  listed_utc_ms INTEGER NOT NULL,
  UNIQUE(terminal, boot_id, rule, since_boot_ms));
CREATE INDEX alarm_open ON alarm(terminal) WHERE state = 'raised';
CREATE INDEX alarm_by_time ON alarm(listed_utc_ms);
CREATE TABLE health(
  terminal INTEGER NOT NULL REFERENCES terminal(id),
  counter INTEGER NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY(terminal, counter)) WITHOUT ROWID;
)sql";

Result<void> create_schema(Database& db) {
  if (auto r = db.exec("BEGIN IMMEDIATE"); !r) return r;
  if (auto r = db.exec(schema_sql); !r) return r;
  const std::string identity = "PRAGMA application_id = " + std::to_string(application_id) +
                               "; PRAGMA user_version = " + std::to_string(schema_version) + ";";
  if (auto r = db.exec(identity.c_str()); !r) return r;
  return db.exec("COMMIT");
}

/// Of this program and this version; else what it is.
Result<void> check_identity(Database& db) {
  auto application = db.integer("PRAGMA application_id");
  if (!application) return application.error();
  if (*application != application_id)
    return Error(
        "is an SQLite file of another program; name a file of its own in platform.data_dir");
  auto version = db.integer("PRAGMA user_version");
  if (!version) return version.error();
  if (*version > schema_version)
    return Error("was written by a newer lujing-platform (books version " +
                 std::to_string(*version) + ", this one knows up to " +
                 std::to_string(schema_version) + "); install that version again");
  if (*version < schema_version)
    return Error("has books version " + std::to_string(*version) +
                 ", which no release has written");
  return {};
}

/// A new file gets its tables; an old one must be ours, of this version, and whole.
Result<void> recognise(Database& db, const std::string& path) {
  auto objects = db.integer("SELECT count(*) FROM sqlite_master");
  if (!objects) return objects.error();
  if (*objects == 0) return create_schema(db);
  if (auto ours = check_identity(db); !ours) return ours;
  std::error_code ignored;
  if (std::filesystem::file_size(path, ignored) > checked_at_start_bytes) return {};
  auto check = db.text("PRAGMA quick_check(1)");
  if (!check) return check.error();
  if (*check != "ok")
    return Error("is damaged (" + *check +
                 "); stop, keep a copy, restore the last backup: terminals send again what that "
                 "backup lacks, as far as they still hold it");
  return {};
}

}  // namespace

Result<Database> open_books(const std::string& path) {
  auto opened = Database::open(path, Database::Mode::create);
  if (!opened) return opened.error().in("ledger " + path);
  Database db = std::move(*opened);
  // FULL: what commit() has returned for survives a power cut. One big checkpoint costs less than
  // many small ones.
  if (auto r = db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                       "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;"
                       "PRAGMA temp_store = MEMORY;");
      !r)
    return r.error().in("ledger " + path);
  if (auto r = recognise(db, path); !r) return r.error().in("ledger " + path);
  return db;
}

Result<std::string> move_empty_aside(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code failed;
  if (!fs::is_regular_file(path, failed) || fs::file_size(path, failed) != 0) return std::string();
  std::string aside;
  for (int n = 1; aside.empty() || fs::exists(aside, failed); ++n)
    aside = path + ".empty-" + std::to_string(n);
  for (const char* beside : {"-wal", "-shm", ""}) {
    if (!fs::exists(path + beside, failed)) continue;
    fs::rename(path + beside, aside + beside, failed);
    if (failed)
      return Error("ledger " + path + beside + " is empty and cannot be moved aside: " +
                   failed.message() + "; move it yourself");
  }
  return aside;
}

Result<Database> open_reader(const std::string& path) {
  auto db = Database::open(path, Database::Mode::read_only);
  if (!db) return db.error().in("ledger " + path);
  return db;
}

Result<Database> open_books_to_read(const std::string& path) {
  std::error_code trouble;
  if (!std::filesystem::is_regular_file(path, trouble))
    return Error(path + ": no such file; a platform's books are DATA_DIR/ledger.db");
  auto db = open_reader(path);
  if (!db) return db;
  if (auto ours = check_identity(*db); !ours) return ours.error().in(path);
  return db;
}

Result<OwnerLock> OwnerLock::take(const std::string& path) {
  const std::string name = path + ".lock";
  OwnerLock lock;
  lock.fd_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock.fd_ < 0)
    return Error(name + ": " + std::strerror(errno) +
                 "; check that the folder exists and may be written");
  if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0)
    return Error("ledger " + path + " is in use by another lujing-platform; stop that one first");
  return lock;
}

OwnerLock::OwnerLock(OwnerLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

OwnerLock& OwnerLock::operator=(OwnerLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

OwnerLock::~OwnerLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace lujing::ledger
