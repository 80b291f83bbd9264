#include "protocol/journal_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

namespace lujing::protocol {
namespace {

namespace fs = std::filesystem;

class JournalFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "journal_file_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
  }
  void TearDown() override { fs::remove_all(dir_); }

  std::string path(const std::string& name = "a.journal") const { return (dir_ / name).string(); }

  static JournalHeader header() {
    return {
        "T-1", 77, -5, "0.1.0", {"speed|km/h", "rpm|1/min"}, {"hoist"}, "[rules]\nset = \"a\"\n"};
  }

  /// Blocks of a few entries each; gives the file's size after the header and after each block.
  std::vector<std::uint64_t> write(const std::vector<std::vector<std::string>>& blocks) {
    auto writer = JournalWriter::create(path(), header());
    EXPECT_TRUE(writer) << writer.error().what();
    std::vector<std::uint64_t> ends{writer->bytes_written()};
    for (const auto& block : blocks) {
      for (const std::string& entry : block) writer->append(entry);
      EXPECT_TRUE(writer->flush(true));
      ends.push_back(writer->bytes_written());
    }
    return ends;
  }

  std::string bytes() const {
    std::ifstream in(path(), std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
  }

  void put_bytes(const std::string& content) const {
    std::ofstream(path(), std::ios::binary | std::ios::trunc) << content;
  }

  struct Read {
    std::vector<std::string> entries;
    JournalDamage damage;
  };

  Read read() const {
    auto reader = JournalReader::open(path());
    EXPECT_TRUE(reader) << reader.error().what();
    Read result;
    if (!reader) return result;
    EXPECT_EQ(reader->header(), header());
    std::string_view entry;
    while (reader->next(entry)) result.entries.emplace_back(entry);
    EXPECT_FALSE(reader->next(entry));
    result.damage = reader->damage();
    return result;
  }

  fs::path dir_;
};

std::vector<std::vector<std::string>> some_blocks() {
  std::mt19937_64 random(3);
  std::vector<std::vector<std::string>> blocks(6);
  for (auto& block : blocks) {
    for (int i = 0; i < 5; ++i) {
      std::string entry(random() % 40, 'x');
      for (char& c : entry) c = static_cast<char>(random());
      block.push_back(entry);
    }
  }
  return blocks;
}

std::vector<std::string> joined(const std::vector<std::vector<std::string>>& blocks,
                                std::size_t without = SIZE_MAX) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < blocks.size(); ++i)
    if (i != without) all.insert(all.end(), blocks[i].begin(), blocks[i].end());
  return all;
}

TEST_F(JournalFile, WhatWasWrittenIsRead) {
  const auto blocks = some_blocks();
  write(blocks);
  const Read got = read();
  EXPECT_EQ(got.entries, joined(blocks));
  EXPECT_EQ(got.damage.blocks, 0U);
}

TEST_F(JournalFile, ManyLargeEntriesMakeTheirOwnBlocks) {
  std::vector<std::string> entries;
  entries.reserve(40);
  for (int i = 0; i < 40; ++i)
    entries.emplace_back(max_journal_entry_bytes - static_cast<std::size_t>(i),
                         static_cast<char>(i));
  write({entries});
  EXPECT_EQ(read().entries, entries);
}

TEST_F(JournalFile, AFileThatExistsIsNotWrittenOver) {
  write({});
  EXPECT_FALSE(JournalWriter::create(path(), header()));
}

TEST_F(JournalFile, AfterAPowerCutAnywhereTheWholeBlocksAreRead) {
  const auto blocks = some_blocks();
  const auto ends = write(blocks);
  const std::string whole = bytes();
  for (std::size_t cut = ends.front(); cut < whole.size(); ++cut) {
    put_bytes(whole.substr(0, cut));
    const Read got = read();
    std::vector<std::string> expected;
    std::uint64_t end = ends.front();
    for (std::size_t i = 0; i < blocks.size() && ends[i + 1] <= cut; ++i) {
      expected.insert(expected.end(), blocks[i].begin(), blocks[i].end());
      end = ends[i + 1];
    }
    ASSERT_EQ(got.entries, expected) << "cut at " << cut;
    ASSERT_EQ(got.damage.blocks, cut == end ? 0U : 1U);
    ASSERT_EQ(got.damage.bytes, cut - end);
  }
}

TEST_F(JournalFile, ADamagedBlockIsPassedOverAndCounted) {
  const auto blocks = some_blocks();
  const auto ends = write(blocks);
  const std::string whole = bytes();
  std::size_t block = 0;
  for (std::size_t at = ends.front(); at < whole.size(); ++at) {
    while (at >= ends[block + 1]) ++block;
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    put_bytes(damaged);
    const Read got = read();
    ASSERT_EQ(got.entries, joined(blocks, block)) << "byte " << at;
    ASSERT_EQ(got.damage.blocks, 1U);
    ASSERT_EQ(got.damage.bytes, ends[block + 1] - ends[block]);
  }
}

TEST_F(JournalFile, ADamagedHeaderIsAnErrorThatSaysSo) {
  const auto ends = write(some_blocks());
  const std::string whole = bytes();
  for (std::size_t at = 0; at < ends.front(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    put_bytes(damaged);
    const auto reader = JournalReader::open(path());
    ASSERT_FALSE(reader) << "byte " << at;
    ASSERT_NE(reader.error().what().find(path()), std::string::npos);
    put_bytes(whole.substr(0, at));
    ASSERT_FALSE(JournalReader::open(path())) << "cut at " << at;
  }
}

/// Files cannot grow beyond `bytes` while it lives, as on a full disk.
class FileLimit {
 public:
  explicit FileLimit(std::uint64_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit now = before_;
    now.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &now);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;
  ~FileLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(JournalFile, AfterAFullDiskNothingIsLostThatFitsInMemory) {
  auto writer = JournalWriter::create(path(), header());
  ASSERT_TRUE(writer);
  writer->append("first");
  ASSERT_TRUE(writer->flush(true));
  const std::uint64_t good = writer->bytes_written();
  writer->append("second");
  {
    const FileLimit full(good + 5);
    const auto done = writer->flush(true);
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().what().find(path()), std::string::npos);
    EXPECT_EQ(fs::file_size(path()), good);  // no torn block is left
  }
  writer->append("third");
  ASSERT_TRUE(writer->flush(true));
  const Read got = read();
  EXPECT_EQ(got.entries, (std::vector<std::string>{"first", "second", "third"}));
  EXPECT_EQ(got.damage.blocks, 0U);
}

TEST_F(JournalFile, WhatDoesNotFitInMemoryIsGivenUpAndSaid) {
  auto writer = JournalWriter::create(path(), header());
  ASSERT_TRUE(writer);
  {
    const FileLimit full(writer->bytes_written());
    for (int i = 0; i < 10; ++i)
      writer->append(std::string(max_journal_entry_bytes, static_cast<char>(i)));
    EXPECT_FALSE(writer->flush(false));
  }
  const auto said = writer->flush(false);
  ASSERT_FALSE(said);
  EXPECT_NE(said.error().what().find("entries were given up"), std::string::npos);
  EXPECT_TRUE(writer->flush(false));
  const Read got = read();
  ASSERT_FALSE(got.entries.empty());
  EXPECT_EQ(got.entries.back(), std::string(max_journal_entry_bytes, 9));
}

TEST_F(JournalFile, AnotherFilesBlocksDoNotPassAsThisOnes) {
  write({{"inner"}});
  const std::string inner = bytes();
  fs::remove(path());
  JournalHeader other = header();
  other.boot_id = 78;
  {
    auto writer = JournalWriter::create(path(), other);
    ASSERT_TRUE(writer);
    writer->append(inner);
    ASSERT_TRUE(writer->flush(false));
  }
  std::string outer = bytes();
  outer[outer.size() - inner.size() - 3] ^= 1;  // so that the reader looks for the next block
  put_bytes(outer);
  auto reader = JournalReader::open(path());
  ASSERT_TRUE(reader);
  std::string_view entry;
  EXPECT_FALSE(reader->next(entry));
}

}  // namespace
}  // namespace lujing::protocol
