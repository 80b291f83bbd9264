#include "terminal/outbox/tables.h"

#include <fmt/format.h>

#include <algorithm>

namespace lujing::outbox {
namespace {

constexpr std::int64_t application_id = 0x4C4A4F42;  // "LJOB"
constexpr std::int64_t format_version = 1;

constexpr const char* schema = R"(
CREATE TABLE book(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  epoch INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL);
CREATE TABLE batches(
  first_seq INTEGER PRIMARY KEY,
  last_seq INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL,
  level INTEGER NOT NULL,
  packed BLOB NOT NULL);
CREATE TABLE old_books(
  epoch INTEGER PRIMARY KEY,
  settled_seq INTEGER);
CREATE TABLE old_batches(
  id INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  packed BLOB NOT NULL);
)";

}  // namespace

struct Tables::Statements {
  explicit Statements(Database& d)
      : epoch(d, "SELECT epoch FROM book WHERE id = 1"),
        set_epoch(d, "UPDATE book SET epoch = ?1, acknowledged = 0 WHERE id = 1"),
        acknowledged(d, "SELECT acknowledged FROM book WHERE id = 1"),
        set_acknowledged(d, "UPDATE book SET acknowledged = ?1 WHERE id = 1"),
        put(d,
            "INSERT INTO batches(first_seq, last_seq, acknowledged, level, packed) "
            "VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(first_seq) DO UPDATE SET "
            "last_seq = ?2, acknowledged = ?3, level = ?4, packed = ?5"),
        erase(d, "DELETE FROM batches WHERE first_seq = ?1"),
        erase_before(d, "DELETE FROM batches WHERE first_seq < ?1"),
        covering(d,
                 "SELECT first_seq, last_seq, level, packed FROM batches WHERE first_seq <= ?1 "
                 "ORDER BY first_seq DESC LIMIT 1"),
        from(d,
             "SELECT first_seq, last_seq, level, packed FROM batches WHERE first_seq >= ?1 "
             "ORDER BY first_seq LIMIT 1"),
        last(d,
             "SELECT first_seq, last_seq, level, packed FROM batches "
             "ORDER BY first_seq DESC LIMIT 1"),
        last_acknowledged(d, "SELECT acknowledged FROM batches ORDER BY first_seq DESC LIMIT 1"),
        thinned_less(d,
                     "SELECT first_seq, last_seq, level, packed FROM batches "
                     "WHERE first_seq >= ?2 AND level < ?1 ORDER BY first_seq LIMIT 1"),
        page_count(d, "PRAGMA page_count"),
        free_pages(d, "PRAGMA freelist_count"),
        old_unsettled(d, "SELECT epoch, settled_seq FROM old_books WHERE settled_seq IS NULL"),
        old_settled(d, "SELECT epoch, settled_seq FROM old_books WHERE settled_seq IS NOT NULL"),
        old_span(d, "SELECT min(first_seq), max(last_seq) FROM old_batches WHERE epoch = ?1"),
        add_book(d, "INSERT OR IGNORE INTO old_books(epoch) VALUES(?1)"),
        add_old(d,
                "INSERT INTO old_batches(epoch, first_seq, last_seq, packed) "
                "VALUES(?1, ?2, ?3, ?4)"),
        settle(d, "UPDATE old_books SET settled_seq = ?2 WHERE epoch = ?1"),
        first_old(d, "SELECT id, packed FROM old_batches WHERE epoch = ?1 ORDER BY id LIMIT 1"),
        erase_old(d, "DELETE FROM old_batches WHERE id = ?1"),
        drop_old(d, "DELETE FROM old_batches WHERE id = (SELECT min(id) FROM old_batches)"),
        close_book(d, "DELETE FROM old_books WHERE epoch = ?1"),
        close_rows(d, "DELETE FROM old_batches WHERE epoch = ?1"),
        retire(d,
               "INSERT INTO old_batches(epoch, first_seq, last_seq, packed) SELECT ?1, first_seq, "
               "last_seq, packed FROM batches WHERE last_seq > ?2 ORDER BY first_seq"),
        erase_all(d, "DELETE FROM batches") {}

  Statement epoch, set_epoch, acknowledged, set_acknowledged, put, erase, erase_before, covering,
      from, last, last_acknowledged, thinned_less, page_count, free_pages;
  Statement old_unsettled, old_settled, old_span, add_book, add_old, settle, first_old, erase_old,
      drop_old, close_book, close_rows, retire, erase_all;
};

namespace {

Result<std::optional<std::int64_t>> single(Statement& statement) {
  if (auto started = statement.start(); !started) return started.error();
  auto row = statement.step();
  if (!row) return row.error();
  if (!*row) return std::optional<std::int64_t>();
  const std::int64_t value = statement.number(0);
  statement.reset();
  return std::optional<std::int64_t>(value);
}

}  // namespace

Tables::Tables(std::unique_ptr<Database> database)
    : database_(std::move(database)), statements_(std::make_unique<Statements>(*database_)) {}

Tables::~Tables() = default;

Result<std::unique_ptr<Tables>> Tables::open(const std::string& path, const std::string& vfs,
                                             std::uint64_t epoch_if_new, std::uint64_t max_bytes,
                                             Trouble& why) {
  auto database = Database::open(path, vfs, Database::Mode::own, why);
  if (!database) return database.error();
  std::unique_ptr<Tables> tables(new Tables(std::move(*database)));
  if (auto ready = tables->check_or_create(epoch_if_new, why); !ready)
    return ready.error().in(path);
  if (auto capped = tables->limit(max_bytes); !capped) {
    why = tables->trouble();
    return capped.error().in(path);
  }
  why = Trouble::none;
  return tables;
}

Result<void> Tables::check_or_create(std::uint64_t epoch_if_new, Trouble& why) {
  auto failed = [&](const Error& error) {
    why = trouble();
    return error;
  };
  auto id = database_->number("PRAGMA application_id");
  if (!id) return failed(id.error());
  auto version = database_->number("PRAGMA user_version");
  if (!version) return failed(version.error());
  auto objects = database_->number("SELECT count(*) FROM sqlite_master");
  if (!objects) return failed(objects.error());
  if (*id == application_id && *version == format_version && *objects == 4) return {};
  if (*id != 0 || *version != 0 || *objects != 0) {
    why = Trouble::damaged;
    return Error(
        fmt::format("not an outbox of version {} (application {:#x}, version {}, {} tables)",
                    format_version, *id, *version, *objects));
  }
  const std::string create = fmt::format(
      "BEGIN IMMEDIATE; PRAGMA application_id={}; PRAGMA user_version={}; {} "
      "INSERT INTO book VALUES(1, {}, 0); COMMIT",
      application_id, format_version, schema, static_cast<std::int64_t>(epoch_if_new));
  if (auto created = database_->run(create.c_str()); !created) {
    Error error = failed(created.error());
    rollback();
    return error;
  }
  return {};
}

void Tables::rollback() {
  if (!database_->in_transaction()) return;  // SQLite has done it already
  auto done = database_->run("ROLLBACK");
  (void)done;  // what cannot be rolled back now is rolled back when the file is opened again
}

Result<std::uint64_t> Tables::epoch() {
  auto value = single(statements_->epoch);
  if (!value) return value.error();
  if (!*value) return Error("the book row is missing");
  return static_cast<std::uint64_t>(**value);
}

Result<void> Tables::set_epoch(std::uint64_t epoch) {
  return statements_->set_epoch.run(epoch);
}

Result<std::uint64_t> Tables::acknowledged() {
  auto book = single(statements_->acknowledged);
  if (!book) return book.error();
  auto tail = single(statements_->last_acknowledged);
  if (!tail) return tail.error();
  return static_cast<std::uint64_t>(std::max(book->value_or(0), tail->value_or(0)));
}

Result<void> Tables::set_acknowledged(std::uint64_t seq) {
  return statements_->set_acknowledged.run(seq);
}

Result<void> Tables::put(const Row& row, std::uint64_t acknowledged_seq) {
  return statements_->put.run(row.first_seq, row.last_seq, acknowledged_seq, row.level, row.packed);
}

Result<void> Tables::erase(std::uint64_t first_seq) {
  return statements_->erase.run(first_seq);
}

Result<void> Tables::erase_before(std::uint64_t first_seq) {
  return statements_->erase_before.run(first_seq);
}

Result<std::optional<Row>> Tables::one(Statement& statement) {
  auto found = statement.step();
  if (!found) return found.error();
  if (!*found) return std::optional<Row>();
  std::optional<Row> row(Row{statement.unsigned_number(0), statement.unsigned_number(1),
                             static_cast<int>(statement.number(2)), statement.blob(3)});
  statement.reset();
  return row;
}

Result<std::optional<Row>> Tables::covering(std::uint64_t seq) {
  if (auto started = statements_->covering.start(seq); !started) return started.error();
  return one(statements_->covering);
}

Result<std::optional<Row>> Tables::from(std::uint64_t seq) {
  if (auto started = statements_->from.start(seq); !started) return started.error();
  return one(statements_->from);
}

Result<std::optional<Row>> Tables::last() {
  if (auto started = statements_->last.start(); !started) return started.error();
  return one(statements_->last);
}

Result<std::optional<Row>> Tables::thinned_less(int level, std::uint64_t from_seq) {
  if (auto started = statements_->thinned_less.start(level, from_seq); !started)
    return started.error();
  return one(statements_->thinned_less);
}

Result<std::uint64_t> Tables::used_bytes() {
  auto pages = single(statements_->page_count);
  if (!pages) return pages.error();
  auto free = single(statements_->free_pages);
  if (!free) return free.error();
  return static_cast<std::uint64_t>(pages->value_or(0) - free->value_or(0)) *
         database_->page_bytes();
}

Result<std::uint64_t> Tables::file_bytes() {
  auto pages = single(statements_->page_count);
  if (!pages) return pages.error();
  constexpr std::uint64_t frame_head_bytes = 24;
  return static_cast<std::uint64_t>(pages->value_or(0)) * database_->page_bytes() +
         static_cast<std::uint64_t>(database_->log_frames()) *
             (database_->page_bytes() + frame_head_bytes);
}

Result<void> Tables::limit(std::uint64_t max_bytes) {
  const std::string sql =
      fmt::format("PRAGMA max_page_count={}", max_bytes / database_->page_bytes());
  return database_->run(sql.c_str());
}

Result<std::optional<OldBook>> Tables::old_book(bool settled) {
  Statement& statement = settled ? statements_->old_settled : statements_->old_unsettled;
  if (auto started = statement.start(); !started) return started.error();
  auto found = statement.step();
  if (!found) return found.error();
  if (!*found) return std::optional<OldBook>();
  OldBook book;
  book.epoch = statement.unsigned_number(0);
  if (!statement.is_null(1)) book.settled_seq = statement.unsigned_number(1);
  statement.reset();
  Statement& span = statements_->old_span;
  if (auto started = span.start(book.epoch); !started) return started.error();
  auto row = span.step();
  if (!row) return row.error();
  book.first_seq = span.unsigned_number(0);
  book.last_seq = span.unsigned_number(1);
  span.reset();
  return std::optional<OldBook>(book);
}

Result<void> Tables::add_old(std::uint64_t epoch, std::uint64_t first_seq, std::uint64_t last_seq,
                             std::string_view packed) {
  if (auto added = statements_->add_book.run(epoch); !added) return added;
  return statements_->add_old.run(epoch, first_seq, last_seq, packed);
}

Result<void> Tables::settle_old(std::uint64_t epoch, std::uint64_t seq) {
  return statements_->settle.run(epoch, seq);
}

Result<std::optional<OldRow>> Tables::first_old(std::uint64_t epoch) {
  Statement& statement = statements_->first_old;
  if (auto started = statement.start(epoch); !started) return started.error();
  auto found = statement.step();
  if (!found) return found.error();
  if (!*found) return std::optional<OldRow>();
  std::optional<OldRow> row(OldRow{statement.number(0), statement.blob(1)});
  statement.reset();
  return row;
}

Result<void> Tables::erase_old(std::int64_t id) {
  return statements_->erase_old.run(id);
}

Result<bool> Tables::drop_oldest_old() {
  auto before = database_->number("SELECT count(*) FROM (SELECT 1 FROM old_batches LIMIT 1)");
  if (!before) return before.error();
  if (*before == 0) return false;
  if (auto dropped = statements_->drop_old.run(); !dropped) return dropped.error();
  return true;
}

Result<void> Tables::close_old_book(std::uint64_t epoch) {
  if (auto closed = statements_->close_rows.run(epoch); !closed) return closed;
  return statements_->close_book.run(epoch);
}

Result<void> Tables::retire_rows(std::uint64_t epoch, std::uint64_t acknowledged_seq) {
  if (auto added = statements_->add_book.run(epoch); !added) return added;
  if (auto moved = statements_->retire.run(epoch, acknowledged_seq); !moved) return moved;
  return statements_->erase_all.run();
}

}  // namespace lujing::outbox
