#include "platform/directives/store.h"

#include "platform/directives/target.h"

#include <algorithm>

namespace lujing::directives {
namespace {

constexpr std::int64_t application_id = 0x4c4a4456;  // "LJDV"
constexpr std::int64_t schema_version = 1;

constexpr const char* schema_sql = R"sql(
CREATE TABLE IF NOT EXISTS directive(
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  targets TEXT NOT NULL,
  note TEXT NOT NULL,
  created_utc_ms INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  bytes INTEGER NOT NULL,
  signature BLOB NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY(name, version));
CREATE TABLE IF NOT EXISTS member(
  grp TEXT NOT NULL,
  terminal_id TEXT NOT NULL,
  PRIMARY KEY(grp, terminal_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS verdict(
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  terminal_id TEXT NOT NULL,
  applied INTEGER NOT NULL,
  reason TEXT NOT NULL,
  software TEXT NOT NULL,
  utc_ms INTEGER NOT NULL,
  PRIMARY KEY(name, version, terminal_id)) WITHOUT ROWID;
)sql";

std::int64_t as_stored(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}
std::uint64_t as_read(std::int64_t number) {
  return static_cast<std::uint64_t>(number);
}

Result<void> recognise(ledger::Database& db) {
  const auto objects = db.integer("SELECT count(*) FROM sqlite_master");
  if (!objects) return objects.error();
  const auto application = db.integer("PRAGMA application_id");
  if (!application) return application.error();
  const auto version = db.integer("PRAGMA user_version");
  if (!version) return version.error();
  if (*objects > 0 && *application != application_id) {
    return Error("is an SQLite file of another program");
  }
  if (*version > schema_version) {
    return Error("was written by a newer lujing-platform; install that version again");
  }
  const std::string identity = "PRAGMA application_id = " + std::to_string(application_id) +
                               "; PRAGMA user_version = " + std::to_string(schema_version) + ";";
  if (auto r = db.exec("BEGIN IMMEDIATE"); !r) return r;
  if (auto r = db.exec(schema_sql); !r) return r;
  if (auto r = db.exec(identity.c_str()); !r) return r;
  return db.exec("COMMIT");
}

/// In a transaction; nothing of it where `what` fails.
template <class Do>
Result<void> whole(ledger::Database& db, Do what) {
  if (auto r = db.exec("BEGIN IMMEDIATE"); !r) return r;
  if (Result<void> r = what(); !r) {
    (void)db.exec("ROLLBACK");
    return r;
  }
  return db.exec("COMMIT");
}

}  // namespace

Result<Store> Store::open(const std::string& path) {
  auto db = ledger::Database::open(path, ledger::Database::Mode::create);
  if (!db) return db.error().in("directives " + path);
  // Two processes write: the second waits.
  if (auto r = db->exec("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL;"
                        "PRAGMA synchronous = FULL;");
      !r) {
    return r.error().in("directives " + path);
  }
  if (auto r = recognise(*db); !r) return r.error().in("directives " + path);
  return Store(std::move(*db));
}

Result<void> Store::put(const Entry& entry, const std::string& body) {
  return whole(db_, [&]() -> Result<void> {
    const auto newest = newest_version(entry.head.name);
    if (!newest) return newest.error();
    if (entry.head.version <= *newest) {
      return Error(entry.head.name + " has version " + std::to_string(*newest) +
                   " already; the next one is " + std::to_string(*newest + 1));
    }
    auto insert = db_.prepare(
        "INSERT INTO directive(name, version, targets, note, created_utc_ms, sha256, bytes,"
        " signature, body) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!insert) return insert.error();
    const std::string targets = to_text(entry.targets);
    insert->bind_text(1, entry.head.name)
        .bind(2, as_stored(entry.head.version))
        .bind_text(3, targets)
        .bind_text(4, entry.note)
        .bind(5, entry.created_utc_ms)
        .bind_blob(6, entry.head.sha256.data(), entry.head.sha256.size())
        .bind(7, as_stored(entry.head.bytes))
        .bind_blob(8, entry.head.signature.data(), entry.head.signature.size())
        .bind_blob(9, body.empty() ? "" : body.data(), body.size());
    return insert->run();
  });
}

Result<std::uint64_t> Store::newest_version(const std::string& name) {
  auto query = db_.prepare("SELECT coalesce(max(version), 0) FROM directive WHERE name = ?");
  if (!query) return query.error();
  const auto row = query->bind_text(1, name).step();
  if (!row) return row.error();
  const auto version = as_read(query->integer(0));
  query->reset();
  return version;
}

Result<std::vector<Entry>> Store::entries() {
  auto query = db_.prepare(
      "SELECT name, version, targets, note, created_utc_ms, sha256, bytes, signature"
      " FROM directive ORDER BY name, version DESC");
  if (!query) return query.error();
  std::vector<Entry> all;
  for (;;) {
    const auto row = query->step();
    if (!row) return row.error();
    if (!*row) return all;
    Entry entry;
    entry.head.name = query->text(0);
    entry.head.version = as_read(query->integer(1));
    auto targets = parse_targets(query->text(2));
    if (targets) entry.targets = std::move(*targets);
    entry.note = query->text(3);
    entry.created_utc_ms = query->integer(4);
    const auto sha256 = query->blob(5);
    std::copy_n(sha256.begin(), std::min(sha256.size(), entry.head.sha256.size()),
                entry.head.sha256.begin());
    entry.head.bytes = as_read(query->integer(6));
    entry.head.signature = std::string(query->blob(7));
    all.push_back(std::move(entry));
  }
}

Result<std::string> Store::body(const std::string& name, std::uint64_t version) {
  auto query = db_.prepare("SELECT body FROM directive WHERE name = ? AND version = ?");
  if (!query) return query.error();
  const auto row = query->bind_text(1, name).bind(2, as_stored(version)).step();
  if (!row) return row.error();
  if (!*row) return Error("there is no " + name + " version " + std::to_string(version));
  std::string body(query->blob(0));
  query->reset();
  return body;
}

Result<void> Store::set_group(const std::string& group, const std::set<std::string>& terminals) {
  return whole(db_, [&]() -> Result<void> {
    auto clear = db_.prepare("DELETE FROM member WHERE grp = ?");
    if (!clear) return clear.error();
    if (auto r = clear->bind_text(1, group).run(); !r) return r;
    auto add = db_.prepare("INSERT INTO member(grp, terminal_id) VALUES(?, ?)");
    if (!add) return add.error();
    for (const auto& terminal : terminals) {
      if (auto r = add->bind_text(1, group).bind_text(2, terminal).run(); !r) return r;
    }
    return {};
  });
}

Result<std::vector<std::pair<std::string, std::string>>> Store::groups() {
  auto query = db_.prepare("SELECT grp, terminal_id FROM member ORDER BY grp, terminal_id");
  if (!query) return query.error();
  std::vector<std::pair<std::string, std::string>> all;
  for (;;) {
    const auto row = query->step();
    if (!row) return row.error();
    if (!*row) return all;
    all.emplace_back(query->text(0), query->text(1));
  }
}

Result<void> Store::note(const Verdict& verdict) {
  auto write = db_.prepare(
      "INSERT OR REPLACE INTO verdict(name, version, terminal_id, applied, reason, software,"
      " utc_ms) VALUES(?, ?, ?, ?, ?, ?, ?)");
  if (!write) return write.error();
  return write->bind_text(1, verdict.name)
      .bind(2, as_stored(verdict.version))
      .bind_text(3, verdict.terminal_id)
      .bind(4, std::int64_t{verdict.applied ? 1 : 0})
      .bind_text(5, verdict.reason)
      .bind_text(6, verdict.software)
      .bind(7, verdict.utc_ms)
      .run();
}

Result<std::vector<Verdict>> Store::verdicts() {
  auto query = db_.prepare(
      "SELECT name, version, terminal_id, applied, reason, software, utc_ms FROM verdict"
      " ORDER BY name, version DESC, terminal_id");
  if (!query) return query.error();
  std::vector<Verdict> all;
  for (;;) {
    const auto row = query->step();
    if (!row) return row.error();
    if (!*row) return all;
    all.push_back({query->text(2), query->text(0), as_read(query->integer(1)),
                   query->integer(3) != 0, query->text(4), query->text(5), query->integer(6)});
  }
}

Result<std::int64_t> Store::data_version() {
  return db_.integer("PRAGMA data_version");
}

}  // namespace lujing::directives
