// The ring: bounded, in order over boots, whole after a power cut up to where it was flushed.
#include "terminal/journal/journal_reader.h"
#include "terminal/journal/journal_ring.h"
#include "tests/support/any_observations.h"
#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace lujing::journal {
namespace {

namespace fs = std::filesystem;

RingOptions options(const std::string& folder, std::uint64_t boot_id = 1) {
  RingOptions options;
  options.folder = folder;
  options.max_bytes = 256 * 1024;
  options.segment_bytes = 32 * 1024;
  options.header.terminal_id = "M-001";
  options.header.boot_id = boot_id;
  return options;
}

std::vector<hal::Observation> read_all(const std::string& path, Damage* damage = nullptr) {
  std::vector<hal::Observation> all;
  auto journal = Journal::open(path);
  EXPECT_TRUE(journal.ok()) << (journal.ok() ? "" : journal.error().what());
  if (!journal) return all;
  hal::Observation observation;
  while (journal->next(observation)) all.push_back(observation);
  if (damage != nullptr) *damage = journal->damage();
  return all;
}

hal::Observation numbered(std::int64_t i) {
  return {BootTime{i}, hal::Counter{1, i}};
}

TEST(JournalRing, GivesBackWhatItWasGivenOverSegmentsAndBoots) {
  const tests::TempDir folder;
  std::int64_t i = 0;
  for (std::uint64_t boot = 9; boot >= 7; --boot) {  // boot ids are in no order
    JournalRing ring(options(folder.path("journal"), boot));
    for (int second = 0; second < 50; ++second) {
      for (int n = 0; n < 100; ++n) ring.append(numbered(i++));
      ring.flush(false);
    }
    EXPECT_EQ(ring.stats().errors, 0U) << ring.stats().last_error;
  }
  const auto all = read_all(folder.path("journal"));
  ASSERT_EQ(all.size(), static_cast<std::size_t>(i));
  for (std::int64_t n = 0; n < i; ++n) EXPECT_EQ(all[static_cast<std::size_t>(n)], numbered(n));
}

TEST(JournalRing, StaysWithinItsSizeAndKeepsTheNewest) {
  const tests::TempDir folder;
  test::AnyObservations any(5);
  RingOptions small = options(folder.path("journal"));
  hal::Observation last;
  JournalRing ring(small);
  for (int second = 0; second < 400; ++second) {
    for (int n = 0; n < 200; ++n) {
      last = any.next();
      last.what = hal::Counter{static_cast<std::uint16_t>(n), static_cast<std::int64_t>(second)};
      ring.append({last.at, hal::Power{last.at.seconds(), 1.0 / (n + 1)}});
    }
    ring.flush(false);
    EXPECT_LE(ring.stats().bytes, small.max_bytes);
  }
  EXPECT_GT(ring.stats().segments, 3U);
  std::uint64_t on_disk = 0;
  for (const Segment& segment : list_segments(small.folder)) on_disk += segment.bytes;
  EXPECT_EQ(on_disk, ring.stats().bytes);
  const auto all = read_all(small.folder);
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.back().at, last.at);
  EXPECT_LT(all.size(), 400U * 200);
}

TEST(JournalRing, PassesOverADamagedSegment) {
  const tests::TempDir folder;
  const std::string journal = folder.path("journal");
  {
    JournalRing ring(options(journal));
    for (std::int64_t i = 0; i < 40000; ++i) {
      ring.append(numbered(i * 7919));
      if (i % 100 == 0) ring.flush(false);
    }
  }
  auto segments = list_segments(journal);
  ASSERT_GE(segments.size(), 3U);
  const std::size_t whole = read_all(journal).size();
  {  // One loses its header, another a byte in its middle, the last one its end.
    std::ofstream(segments[0].path, std::ios::in | std::ios::binary) << "garbage!";
    std::fstream middle(segments[1].path, std::ios::in | std::ios::out | std::ios::binary);
    middle.seekp(static_cast<std::streamoff>(segments[1].bytes / 2));
    middle.write("\xff\xff\xff", 3);
    fs::resize_file(segments.back().path, segments.back().bytes - 3);
  }
  Damage damage;
  const auto rest = read_all(journal, &damage);
  EXPECT_EQ(damage.files, 1U);
  EXPECT_GE(damage.blocks, 2U);
  EXPECT_GT(rest.size(), whole / 3);
  for (std::size_t i = 1; i < rest.size(); ++i) EXPECT_LT(rest[i - 1].at, rest[i].at);
  // And a new run goes on behind it.
  JournalRing ring(options(journal, 2));
  ring.append(numbered(INT32_MAX * 100LL));
  ring.flush(true);
  EXPECT_EQ(ring.stats().errors, 0U);
  EXPECT_EQ(read_all(journal).size(), rest.size() + 1);
}

TEST(JournalRing, LeavesWhatIsNotItsOwn) {
  const tests::TempDir folder;
  const std::string journal = folder.path("journal");
  fs::create_directories(journal);
  std::ofstream(journal + "/note.txt") << "keep me";
  std::ofstream(journal + "/seg-0000000000000001-x.ljj") << "keep me";
  RingOptions tiny = options(journal);
  tiny.max_bytes = 4096;
  tiny.segment_bytes = 1024;
  JournalRing ring(tiny);
  for (std::int64_t i = 0; i < 20000; ++i) {
    ring.append(numbered(i * 104729));
    if (i % 50 == 0) ring.flush(false);
  }
  EXPECT_TRUE(fs::exists(journal + "/note.txt"));
  EXPECT_TRUE(fs::exists(journal + "/seg-0000000000000001-x.ljj"));
}

TEST(JournalRing, GoesOnWhereTheDiskDoesNot) {
  const tests::TempDir folder;
  std::ofstream(folder.path("file")) << "in the way";
  JournalRing ring(options(folder.path("file")));  // a file where the folder should be
  for (std::int64_t i = 0; i < 1000; ++i) ring.append(numbered(i));
  ring.flush(true);
  EXPECT_GT(ring.stats().errors, 0U);
  EXPECT_EQ(ring.stats().lost, 1000U);
  EXPECT_THAT(ring.stats().last_error, ::testing::HasSubstr(folder.path("file")));
  fs::remove(folder.path("file"));
  fs::create_directories(folder.path("file"));
  ring.append(numbered(7));
  ring.flush(true);
  EXPECT_EQ(ring.stats().last_error, "");
  EXPECT_EQ(read_all(folder.path("file")).size(), 1U);
}

TEST(Journal, SaysWhatIsWrongWithAPath) {
  const tests::TempDir folder;
  const auto absent = Journal::open(folder.path("absent"));
  ASSERT_FALSE(absent.ok());
  EXPECT_THAT(absent.error().what(), ::testing::HasSubstr("no such file"));
  const auto empty = Journal::open(folder.path());
  ASSERT_FALSE(empty.ok());
  EXPECT_THAT(empty.error().what(), ::testing::HasSubstr("no journal"));
  std::ofstream(folder.path("x.ljj")) << "not a journal";
  const auto foreign = Journal::open(folder.path("x.ljj"));
  ASSERT_FALSE(foreign.ok());
  EXPECT_THAT(foreign.error().what(), ::testing::HasSubstr("x.ljj"));
}

}  // namespace
}  // namespace lujing::journal
