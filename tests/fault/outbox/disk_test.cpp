// A failing, full or damaged disk: the outbox goes on, keeps what it committed, and says so.
#include "tests/fault/outbox/shadow.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/random_records.h"
#include "tests/support/temp_dir.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>

namespace lujing::test {
namespace {

std::vector<protocol::Record> some(RandomRecords& records, std::size_t count) {
  std::vector<protocol::Record> list;
  for (std::size_t n = 0; n < count; ++n) list.push_back(records.any());
  return list;
}

outbox::Options options_on(const FaultDisk& disk) {
  outbox::Options options;
  options.path = "outbox.db";
  options.vfs = disk.vfs_name();
  options.reserve_bytes = 64 << 10;
  options.new_epoch = 100;
  return options;
}

/// Everything that can be read, in order.
std::vector<protocol::Record> all_of(outbox::Outbox& box) {
  std::vector<protocol::Record> list;
  std::uint64_t at = box.stats().oldest_seq;
  while (at < box.stats().next_seq) {
    auto packed = box.read(at, 60);
    if (!packed || !*packed) break;
    auto batch = protocol::decode(**packed);
    if (!batch) break;
    for (auto& numbered : batch->records) list.push_back(std::move(numbered.record));
    at = batch->last_seq + 1;
  }
  return list;
}

TEST(OutboxDisk, AWriteErrorLosesNothingAndIsOverWhenTheDiskHeals) {
  FaultDisk disk(1);
  RandomRecords records(1);
  Shadow shadow;
  auto box = std::move(*outbox::Outbox::open(options_on(disk)));
  for (std::uint64_t round = 0; round < 200; ++round) {
    shadow.append(*box, some(records, 1 + round % 5));
    const auto kind = round % 2 == 0 ? FaultDisk::Operation::write : FaultDisk::Operation::sync;
    disk.fail(kind, round % 4, 1 + round % 7);
    const bool first = static_cast<bool>(box->commit());
    disk.heal();
    EXPECT_EQ(first, box->stats().last_error.empty());
    ASSERT_TRUE(box->commit()) << box->stats().last_error;
    ASSERT_EQ(shadow.committed(*box), "") << "round " << round;
    EXPECT_EQ(box->stats().last_error, "");
  }
  EXPECT_GT(box->stats().commit_errors, 50u);
  EXPECT_EQ(box->stats().moved_aside, 0u);
}

TEST(OutboxDisk, ALongFailureIsBridgedInMemoryTrackPointsFirst) {
  FaultDisk disk(1);
  RandomRecords records(1);
  auto options = options_on(disk);
  options.max_memory_bytes = 64 << 10;
  auto box = std::move(*outbox::Outbox::open(options));
  disk.fail(FaultDisk::Operation::sync, 0, UINT64_MAX / 2);
  std::size_t alarms = 0;
  for (int n = 0; n < 2000; ++n) {
    const auto record = n % 100 == 0 ? records.alarm() : records.point();
    alarms += n % 100 == 0 ? 1 : 0;
    box->append({&record, 1});
    if (n % 50 == 0) {
      EXPECT_FALSE(box->commit());
    }
  }
  disk.heal();
  ASSERT_TRUE(box->commit());
  EXPECT_GT(box->stats().dropped_in_memory, 0u);
  const auto held = all_of(*box);
  EXPECT_EQ(std::count_if(held.begin(), held.end(),
                          [](const auto& r) {
                            return std::holds_alternative<protocol::AlarmRecord>(r.payload);
                          }),
            static_cast<std::ptrdiff_t>(alarms));
  // What a failed commit left in the file counts as held, even where memory gave it up later.
  EXPECT_GE(held.size() + box->stats().dropped_in_memory, 2000u);
  std::set<std::int64_t> times;
  for (const auto& record : held) EXPECT_TRUE(times.insert(record.stamp.boot_ms).second);
}

TEST(OutboxDisk, AFullDiskTakesAlarmsFromTheReserveAndRecovers) {
  FaultDisk disk(1);
  RandomRecords records(1);
  Shadow shadow;
  auto box = std::move(*outbox::Outbox::open(options_on(disk)));
  shadow.append(*box, some(records, 600));
  ASSERT_TRUE(box->commit());
  ASSERT_EQ(shadow.committed(*box), "");
  disk.set_capacity(disk.used_bytes());  // somebody else took the rest
  for (int n = 0; n < 400; ++n) {
    shadow.append(*box, some(records, 20));
    ASSERT_TRUE(box->commit()) << n << ": " << box->stats().last_error;
    ASSERT_EQ(shadow.committed(*box), "") << n;
  }
  EXPECT_GT(box->stats().thinned_records, 0u);
  EXPECT_FALSE(disk.exists("outbox.db.reserve"));
  disk.set_capacity(UINT64_MAX);
  for (int n = 0; n < 130; ++n) {
    shadow.append(*box, some(records, 1));
    ASSERT_TRUE(box->commit());
    ASSERT_EQ(shadow.committed(*box), "");
  }
  EXPECT_TRUE(disk.exists("outbox.db.reserve"));
  box.reset();
  box = std::move(*outbox::Outbox::open(options_on(disk)));
  EXPECT_EQ(shadow.reopened(*box), "");
  EXPECT_EQ(box->stats().moved_aside, 0u);
}

/// Damage of any kind: it always starts; with the old epoch everything is there, with a new one
/// what was saved is true and comes to the platform once.
TEST(OutboxDisk, ADamagedFileNeverStopsTheStart) {
  std::uint64_t whole = 0;
  std::uint64_t again = 0;
  std::uint64_t saved = 0;
  std::uint64_t lost = 0;
  constexpr std::uint64_t rounds = 300;
  for (std::uint64_t seed = 1; seed <= rounds; ++seed) {
    FaultDisk disk(seed);
    std::mt19937_64 random(seed);
    RandomRecords records(seed);
    const auto options = options_on(disk);
    const auto written = some(records, 400);
    {
      auto box = std::move(*outbox::Outbox::open(options));
      for (std::size_t at = 0; at < written.size(); at += 8) {
        box->append(std::span(written).subspan(at, 8));
        ASSERT_TRUE(box->commit());
      }
      if (seed % 2 == 0) disk.cut_power_after(1);  // leaves a log behind
    }
    if (seed % 2 == 0) disk.power_on();
    const std::string path =
        seed % 4 == 0 && disk.exists("outbox.db-wal") ? "outbox.db-wal" : "outbox.db";
    auto bytes = disk.get(path);
    switch (random() % 4) {
      case 0:
        for (int n = 0; n < 20; ++n)
          bytes[random() % bytes.size()] ^= static_cast<std::uint8_t>(1u << random() % 8);
        break;
      case 1:
        bytes.resize(random() % bytes.size());
        break;
      case 2: {
        const std::size_t from = random() % bytes.size();
        const std::size_t to = std::min<std::size_t>(bytes.size(), from + random() % 3000);
        for (std::size_t i = from; i < to; ++i) bytes[i] = static_cast<std::uint8_t>(random());
        break;
      }
      default:
        bytes.assign(bytes.size(), static_cast<std::uint8_t>(random()));
    }
    disk.put(path, bytes);
    auto opened = outbox::Outbox::open(options);
    ASSERT_TRUE(opened) << seed << ": " << opened.error().what();
    auto box = std::move(*opened);
    auto held = all_of(*box);  // may find the damage itself
    if (box->stats().epoch == 100) {
      // Nothing else can tell that a log was cut short: the platform does, by its books.
      ASSERT_LE(held.size(), written.size());
      EXPECT_TRUE(std::equal(held.begin(), held.end(), written.begin())) << seed;
      if (path == "outbox.db" && seed % 2 == 1) {
        EXPECT_TRUE(held.size() == written.size() || held.empty()) << seed;
      }
      ++whole;
    } else {
      ++again;
      EXPECT_EQ(box->stats().moved_aside, 1u);
      EXPECT_TRUE(disk.exists("outbox.db.damaged-1"));
      EXPECT_NE(box->stats().last_damage, "");
      const auto book = box->unsettled();
      if (book) {
        EXPECT_EQ(book->epoch, 100u);
        ASSERT_TRUE(box->settle(100, 100));  // the platform has a hundred of them
        for (int n = 0; n < 40; ++n) ASSERT_TRUE(box->commit());
        EXPECT_FALSE(box->unsettled());
      }
      held = all_of(*box);
      std::size_t at = 100;
      for (const auto& record : held) {  // in order, none twice, none that the platform has
        while (at < written.size() && !(written[at] == record)) ++at;
        ASSERT_LT(at, written.size())
            << seed << ": " << box->stats().last_damage << protocol::to_json(record);
        ++at;
      }
      saved += held.size();
      lost += 300 - held.size();
    }
    const auto next = some(records, 5);
    box->append(next);
    ASSERT_TRUE(box->commit()) << box->stats().last_error;
    held = all_of(*box);
    EXPECT_TRUE(held.size() >= 5 && std::equal(next.begin(), next.end(), held.end() - 5));
  }
  std::cout << rounds << " damaged files: 0 failed starts, " << whole << " whole, " << again
            << " begun anew; of their unacknowledged records " << saved << " saved, " << lost
            << " not readable\n";
}

TEST(OutboxDisk, AForeignFileIsMovedAsideAndOnlyTheNewestAreKept) {
  FaultDisk disk(1);
  const auto options = options_on(disk);
  for (std::uint64_t n = 1; n <= 5; ++n) {
    disk.put("outbox.db", FaultDisk::Bytes(5000, static_cast<std::uint8_t>('a' + n)));
    disk.remove("outbox.db-wal");
    auto box = outbox::Outbox::open(options);
    ASSERT_TRUE(box);
    EXPECT_EQ((*box)->stats().moved_aside, n);
    EXPECT_EQ((*box)->stats().epoch, 100 + n);
  }
  EXPECT_EQ(disk.get("outbox.db.damaged-1").size(), 0u);
  EXPECT_EQ(disk.get("outbox.db.damaged-5").size(), 5000u);
}

/// A file system of 3 MiB, for real.
class SmallDisk {
 public:
  SmallDisk() { mounted_ = mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=3m") == 0; }
  ~SmallDisk() {
    if (mounted_) umount2(folder_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }
  std::string path(const std::string& name) const { return folder_.path(name); }
  /// Another file takes all that is left.
  void fill() const {
    const int fd = open(path("filler").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    for (std::size_t part = 65536; part > 0;) {
      const std::vector<char> bytes(part, 'x');
      if (write(fd, bytes.data(), part) != static_cast<ssize_t>(part)) part /= 2;
    }
    close(fd);
  }

 private:
  tests::TempDir folder_;
  bool mounted_ = false;
};

TEST(OutboxDisk, ARealDiskFilledToItsLastBlock) {
  SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "no tmpfs can be mounted here (needs root)";
  outbox::Options options;
  options.path = disk.path("outbox.db");
  options.reserve_bytes = 256 << 10;
  RandomRecords records(9);
  Shadow shadow;
  auto box = std::move(*outbox::Outbox::open(options));
  shadow.append(*box, some(records, 500));
  ASSERT_TRUE(box->commit());
  ASSERT_EQ(shadow.committed(*box), "");
  disk.fill();
  std::uint64_t refused = 0;
  for (int n = 0; n < 100; ++n) {
    shadow.append(*box, some(records, 30));
    if (!box->commit()) {
      ++refused;
      continue;
    }
    disk.fill();  // whatever is given back is taken again
    ASSERT_EQ(shadow.committed(*box), "") << n;
  }
  std::filesystem::remove(disk.path("filler"));
  for (int n = 0; n < 80; ++n) {
    shadow.append(*box, some(records, 1));
    ASSERT_TRUE(box->commit()) << box->stats().last_error;
    ASSERT_EQ(shadow.committed(*box), "");
  }
  EXPECT_TRUE(std::filesystem::exists(disk.path("outbox.db.reserve")));
  const auto stats = box->stats();
  box.reset();
  box = std::move(*outbox::Outbox::open(options));
  EXPECT_EQ(shadow.reopened(*box), "");
  std::cout << "full disk: " << refused << " commits put off, " << stats.thinned_records
            << " thinned, " << stats.dropped_in_memory << " dropped, " << shadow.records_checked()
            << " records read again and checked\n";
}

}  // namespace
}  // namespace lujing::test
