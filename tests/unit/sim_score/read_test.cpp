// The truth's files and the records' lines.
#include "sim/score/read.h"

#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace lujing::score {
namespace {

class TruthFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(dir_.path() + "/truth/track");
    write("run.json", R"({"start":"2026-04-15T01:00:00.000Z"})");
    write(
        "track/M-001.jsonl",
        R"({"t_s":1,"utc":"2026-04-15T01:00:01.000Z","lat":30.1,"lon":114.2,"way":5,"way_m":12.5})"
        "\n");
    write("kerbs.jsonl",
          R"({"vehicle":"M-001","way":5,"kerb":"left","from_m":1,"to_m":9,"class":"branch"})"
          "\n");
    write("trips.jsonl",
          R"({"vehicle":"M-001","load_begin_s":10,"site":"A","tip_s":null,"disposal":null,)"
          R"("laden_m":100,"sealed_m":90})"
          "\n");
    write("violations.jsonl", R"({"vehicle":"M-001","rule":"MT-01","begin":"2026-04-15T01:00:10Z",)"
                              R"("end":"2026-04-15T01:00:20Z","raises":true})"
                              "\n");
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(dir_.path() + "/truth/" + name) << text;
  }
  tests::TempDir dir_;
};

TEST_F(TruthFiles, AreRead) {
  const auto truth = read_truth(dir_.path());
  ASSERT_TRUE(truth) << truth.error().what();
  const TruthOfVehicle& vehicle = truth->vehicles.at("M-001");
  ASSERT_EQ(vehicle.track.size(), 1U);
  EXPECT_EQ(vehicle.track[0].utc_ms, truth->start_ms + 1000);
  EXPECT_EQ(vehicle.track[0].at.lat_e7, 301'000'000);
  EXPECT_FALSE(vehicle.kerbs.at(0).right);
  EXPECT_EQ(vehicle.trips.at(0).load_ms, truth->start_ms + 10'000);
  EXPECT_FALSE(vehicle.trips.at(0).tip_ms);
  EXPECT_EQ(vehicle.violations.at(0).end_ms, truth->start_ms + 20'000);
}

TEST_F(TruthFiles, AWrongLineIsNamedWithItsNumber) {
  write("violations.jsonl", "{\"vehicle\":\"M-001\",\n");
  const auto broken = read_truth(dir_.path());
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().what().find("violations.jsonl:1"), std::string::npos);
  write("violations.jsonl", "{\"vehicle\":\"M-001\"}\n");
  const auto lacking = read_truth(dir_.path());
  ASSERT_FALSE(lacking);
  EXPECT_NE(lacking.error().what().find("violations.jsonl:1"), std::string::npos);
}

TEST_F(TruthFiles, AFileThatIsMissingIsAnErrorThatNamesIt) {
  for (const char* name : {"violations.jsonl", "trips.jsonl", "kerbs.jsonl"}) {
    const std::string path = dir_.path() + "/truth/" + name;
    std::filesystem::rename(path, path + ".away");
    const auto truth = read_truth(dir_.path());
    ASSERT_FALSE(truth) << name;
    EXPECT_NE(truth.error().what().find(path), std::string::npos) << truth.error().what();
    std::filesystem::rename(path + ".away", path);
  }
}

TEST(TruthFolder, AFolderThatIsNoneSaysWhatToGive) {
  const tests::TempDir dir;
  const auto truth = read_truth(dir.path());
  ASSERT_FALSE(truth);
  EXPECT_NE(truth.error().what().find("lujing-sim run"), std::string::npos);
}

TEST(Records, AreGatheredByKind) {
  FoundOfVehicle found;
  RecordReader reader(found);
  EXPECT_FALSE(reader.take("no record"));
  EXPECT_FALSE(reader.take("{}"));
  for (
      const char* line :
      {R"({"kind":"boot","boot_id":"b1","boot_ms":5,"software":"x"})",
       R"({"kind":"track_point","boot_id":"b1","utc_ms":1000500,"boot_ms":500,"lat_e7":10,"lon_e7":20})",
       R"({"kind":"alarm","boot_id":"b1","utc_ms":1006000,"boot_ms":6000,"rule":"MT-01","state":"raised","since_boot_ms":1000})",
       R"({"kind":"alarm","boot_id":"b1","utc_ms":1009000,"boot_ms":9000,"rule":"MT-01","state":"cleared","since_boot_ms":1000})",
       R"({"kind":"alarm","boot_id":"b1","utc_ms":1020000,"boot_ms":20000,"rule":"MT-01","state":"suppressed","since_boot_ms":15000})",
       R"({"kind":"coverage","boot_id":"b1","boot_ms":21000,"link":7,"kerbs":2,"state":"covered","from_cm":100,"to_cm":300})",
       R"({"kind":"coverage","boot_id":"b1","boot_ms":21000,"link":7,"kerbs":2,"state":"no_data","from_cm":300,"to_cm":900})",
       R"({"kind":"trip","boot_id":"b1","boot_ms":22000,"begin_boot_id":3,"begin_boot_ms":2000,"event":"loaded","site":"A"})",
       R"({"kind":"trip","boot_id":"b1","boot_ms":30000,"begin_boot_id":3,"begin_boot_ms":2000,"event":"tipped","site":"A","tip":"D","driven_m":50,"sealed_m":40})"}) {
    EXPECT_TRUE(reader.take(line)) << line;
  }
  EXPECT_EQ(found.records, 9U);
  ASSERT_EQ(found.points.size(), 1U);
  EXPECT_EQ(found.points[0].utc_ms, 1'000'500);
  ASSERT_EQ(found.alarms.size(), 2U);
  EXPECT_EQ(found.alarms[0].since_ms, 1'001'000);
  EXPECT_EQ(found.alarms[0].raised_ms, 1'006'000);
  EXPECT_EQ(found.alarms[0].cleared_ms, 1'009'000);
  EXPECT_TRUE(found.alarms[1].suppressed);
  ASSERT_EQ(found.covered.size(), 1U);
  EXPECT_TRUE(found.covered[0].right);
  EXPECT_FALSE(found.covered[0].left);
  ASSERT_EQ(found.trips.size(), 1U);
  EXPECT_EQ(found.trips[0].disposal, "D");
  EXPECT_EQ(found.trips[0].tip_ms, 1'030'000);
}

std::string control(const char* boot, int at_ms, const char* event, const char* reason) {
  return std::string(R"({"kind":"control","boot_id":")") + boot + R"(","boot_ms":)" +
         std::to_string(at_ms) + R"(,"utc_ms":)" + std::to_string(1'000'000 + at_ms) +
         R"(,"limit":"lock","event":")" + event + R"(","reason":")" + reason + "\"}";
}

TEST(Records, ALimitThatNobodyAskedForInItsBootOutlivedAPowerCut) {
  FoundOfVehicle found;
  RecordReader reader(found);
  reader.take(control("a", 10, "asked", "order"));
  reader.take(control("a", 20, "applied", "order"));
  EXPECT_TRUE(found.alarms.empty());
  reader.take(control("b", 500, "released", "order"));
  reader.take(control("b", 500, "ended", "order"));
  ASSERT_EQ(found.alarms.size(), 1U);
  EXPECT_EQ(found.alarms[0].rule, "MT-24");
  reader.take(control("c", 900, "asked", "order"));
  reader.take(control("c", 950, "applied", "order"));
  EXPECT_EQ(found.alarms.size(), 1U) << "asked for anew: not remembered";
}

TEST(Records, ALimitThatARuleAsksForIsItsActionFromFirstStepToEnd) {
  FoundOfVehicle found;
  RecordReader reader(found);
  reader.take(control("a", 10, "asked", "MT-03"));
  reader.take(control("a", 20, "applied", "MT-03"));
  reader.take(control("a", 30, "applied", "MT-03"));
  reader.take(control("a", 90, "ended", "MT-03"));
  ASSERT_EQ(found.alarms.size(), 1U);
  EXPECT_EQ(found.alarms[0].rule, "MT-04");
  EXPECT_EQ(*found.alarms[0].cleared_ms - found.alarms[0].raised_ms, 70);
}

TEST(Records, AMissingLedgerIsSaid) {
  const auto found = read_ledger("/nowhere/ledger.db", {});
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().what().find("/nowhere/ledger.db"), std::string::npos);
}

TEST(Records, AProgramThatCannotBeRunIsSaid) {
  const tests::TempDir dir;
  Truth truth;
  truth.vehicles["M-001"];
  const auto found = replay_journals(dir.path(), truth, "/nowhere/lujing-ctl", {});
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().what().find("--ctl"), std::string::npos);
}

}  // namespace
}  // namespace lujing::score
