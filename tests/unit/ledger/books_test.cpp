// The file: what is refused at the start, and what an audit finds.
#include "platform/ledger/schema.h"
#include "tests/unit/ledger/ledger_fixture.h"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>

namespace lujing::ledger {
namespace {

using tests::drive;
using tests::MemoryOutbox;

void sql(const std::string& path, const char* statement) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, statement, nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(db);
  sqlite3_close(db);
}

struct BooksTest : LedgerTest {
  void fill(std::size_t count = 300) {
    MemoryOutbox outbox(7);
    outbox.append(drive(0, count));
    for (std::uint64_t seq = 1; seq <= count; seq += 20)
      take_and_commit("M-003", outbox.batch(seq, seq + 19));
  }
  std::string refused() {
    auto opened = Ledger::open(path);
    EXPECT_FALSE(opened);
    return opened ? "" : opened.error().what();
  }
  bool told(const std::string& part) {
    for (const auto& line : wrong())
      if (line.find(part) != std::string::npos) return true;
    return false;
  }
};

TEST_F(BooksTest, ADamagedFileIsRefusedWithWhatToDo) {
  fill();
  books.reset();
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(path) / 2));
    file << std::string(12'000, '\x5a');
  }
  EXPECT_NE(refused().find("restore the last backup"), std::string::npos);
}

TEST_F(BooksTest, AnotherProgramsFileIsNoBooksToReadEither) {
  const std::string other = dir.path("other.db");
  sql(other, "CREATE TABLE contacts(name TEXT)");
  const auto opened = open_books_to_read(other);
  ASSERT_FALSE(opened);
  EXPECT_NE(std::string(opened.error().what()).find("another program"), std::string::npos);
}

TEST_F(BooksTest, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  books.reset();
  std::filesystem::remove(path);
  std::ofstream(path) << std::string(5000, 'x');
  EXPECT_NE(refused().find(path), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(path), 5000u);
}

TEST_F(BooksTest, AnotherProgramsFileIsRefused) {
  books.reset();
  std::filesystem::remove(path);
  sql(path, "CREATE TABLE mine(x)");
  EXPECT_NE(refused().find("another program"), std::string::npos);
}

TEST_F(BooksTest, ANewerVersionsBooksAreRefused) {
  books.reset();
  sql(path, "PRAGMA user_version = 99");
  const auto message = refused();
  EXPECT_NE(message.find("newer lujing-platform"), std::string::npos) << message;
  EXPECT_NE(message.find("99"), std::string::npos) << message;
}

TEST_F(BooksTest, ASecondOwnerIsRefused) {
  EXPECT_NE(refused().find("in use"), std::string::npos);
}

TEST_F(BooksTest, AFolderThatIsNotThereIsNamed) {
  path = dir.path("nowhere/ledger.db");
  EXPECT_NE(refused().find("nowhere"), std::string::npos);
}

TEST_F(BooksTest, WithoutRoomOnTheDiskNothingIsTaken) {
  books.reset();
  Options options;
  options.min_free_bytes = UINT64_MAX;
  auto opened = Ledger::open(path, options);
  ASSERT_TRUE(opened);
  MemoryOutbox outbox(7);
  outbox.append(drive(0, 10));
  const auto batch = outbox.batch(1, 10);
  auto taken = (*opened)->take("M-003", batch, protocol::encode(batch), now_ms);
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().what().find("MiB are free"), std::string::npos);
}

TEST_F(BooksTest, AnAuditFindsAChangedABorrowedAndAMissingBatch) {
  fill();
  EXPECT_EQ(wrong(), std::vector<std::string>{});
  sql(path,
      "UPDATE batch SET packed = (SELECT packed FROM batch WHERE first_seq = 1) WHERE first_seq = "
      "41");
  EXPECT_TRUE(told("the bytes are those of others"));
  EXPECT_TRUE(told("the chain is broken before record 41"));
  sql(path, "DELETE FROM batch WHERE first_seq = 101");
  EXPECT_TRUE(told("records 101..120 are missing"));
  sql(path, "UPDATE batch SET packed = x'00112233' WHERE first_seq = 201");
  EXPECT_TRUE(told("records 201..220: "));
  sql(path, "UPDATE stream SET durable_seq = 301");
  EXPECT_TRUE(told("the books say 301"));
}

}  // namespace
}  // namespace lujing::ledger
