// Bundles that are made without a person.
#include "terminal/evidence/keeper.h"

#include "tests/unit/evidence/rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <mutex>
#include <thread>

namespace lujing::evidence {
namespace {

namespace fs = std::filesystem;
using test::EvidenceRig;
using ::testing::HasSubstr;

KeeperOptions options_of(const EvidenceRig& rig, std::vector<std::string> rows) {
  KeeperOptions options;
  options.data_dir = rig.path("");
  options.certificate = rig.path("keys/terminal.crt");
  options.key = rig.path("keys/terminal.key");
  options.wait = std::chrono::milliseconds(0);
  options.look_back = [rows = std::move(rows)](std::uint64_t, std::int64_t) {
    return Result<std::vector<std::string>>(rows);
  };
  options.log = [](const std::string&) {};
  return options;
}

std::vector<std::string> files_in(const std::string& folder, const std::string& suffix) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().string().ends_with(suffix)) files.push_back(entry.path().string());
  }
  return files;
}

/// Until so many alarms have been dealt with.
void wait_for(const Keeper& keeper, std::uint64_t count) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < limit) {
    const KeeperStats stats = keeper.stats();
    if (stats.made + stats.refused + stats.errors >= count) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  FAIL() << "nothing came";
}

TEST(Keeper, MakesABundleOfEachAlarmThatIsRaised) {
  EvidenceRig rig;
  rig.drive(test::hauling_truck(), test::dumping_ride(rig).told());
  // The outbox answers late: what is heard meanwhile is made in any case, and once.
  Keeper keeper(options_of(rig, rig.packed()));
  keeper.hear(rig.records());
  wait_for(keeper, 3);
  const auto files = files_in(rig.path("evidence"), ".lje");
  EXPECT_EQ(files.size(), 3U);
  for (const std::string& file : files) {
    EXPECT_EQ(rig.verify(*directives::read_whole(file, 1u << 30)), "whole") << file;
  }
}

TEST(Keeper, CatchesUpAtTheStartAndOnlyOnce) {
  EvidenceRig rig;
  rig.drive(test::hauling_truck(), test::dumping_ride(rig).told());
  {
    Keeper keeper(options_of(rig, rig.packed()));
    wait_for(keeper, 3);
    EXPECT_EQ(keeper.stats().made, 3U);
  }
  Keeper again(options_of(rig, rig.packed()));
  again.hear({});
  std::this_thread::yield();
  EXPECT_EQ(files_in(rig.path("evidence"), ".lje").size(), 3U);
}

TEST(Keeper, SaysWhyThereIsNone) {
  EvidenceRig rig;
  const auto ride = test::dumping_ride(rig);
  rig.drive(test::hauling_truck(), ride.told());
  test::Ride other = test::ride_at_site(rig);
  other.pass(400);
  fs::remove(rig.path("journal/a.ljj"));
  test::write_journal(rig.path("journal/a.ljj"), test::hauling_truck(), other.told());
  Keeper keeper(options_of(rig, rig.packed()));
  wait_for(keeper, 3);
  EXPECT_EQ(keeper.stats().refused, 3U);
  const auto why = files_in(rig.path("evidence"), ".why");
  ASSERT_EQ(why.size(), 3U);
  EXPECT_THAT(*directives::read_whole(why.front(), 4096), HasSubstr("does not lead to"));
}

TEST(Keeper, WithoutAKeyCountsAnErrorAndTriesAtTheNextStart) {
  EvidenceRig rig;
  rig.drive(test::hauling_truck(), test::dumping_ride(rig).told());
  KeeperOptions options = options_of(rig, rig.packed());
  options.key = rig.path("none");
  {
    Keeper keeper(options);
    wait_for(keeper, 3);
    EXPECT_EQ(keeper.stats().errors, 3U);
  }
  Keeper keeper(options_of(rig, rig.packed()));
  wait_for(keeper, 3);
  EXPECT_EQ(keeper.stats().made, 3U);
}

TEST(Keeper, GivesUpTheOldestForRoom) {
  EvidenceRig rig;
  rig.drive(test::hauling_truck(), test::dumping_ride(rig).told());
  KeeperOptions options = options_of(rig, rig.packed());
  options.max_bytes = 20'000;
  Keeper keeper(options);
  wait_for(keeper, 3);
  std::uint64_t total = 0;
  for (const std::string& file : files_in(rig.path("evidence"), ".lje"))
    total += fs::file_size(file);
  EXPECT_LE(total, 20'000U);
  EXPECT_GT(total, 0U);
}

}  // namespace
}  // namespace lujing::evidence
