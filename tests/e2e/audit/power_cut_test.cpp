// The power goes in the middle of a shift: what was told before stays in the books, what is swept
// after the next boot is added, and no metre is there twice.
#include "platform/report/rates.h"
#include "terminal/directives/folder.h"
#include "terminal/journal/replay.h"
#include "tests/support/system.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <set>

namespace lujing::testing {
namespace {

using nlohmann::json;
constexpr double cut_s = 500;
/// Matching waits half a minute, hindsight a minute, a record a minute.
constexpr double told_late_s = 160;

struct Shift {
  double before_m = 0;  ///< really swept until shortly before the cut
  double all_m = 0;
  std::vector<protocol::Record> records;
};

Shift shift_with_a_cut(const TempDir& dir) {
  const std::string scenario = dir / "cut.toml";
  std::ifstream honest(std::string(LUJING_SOURCE_DIR) + "/sim/scenarios/honest-sweeper.toml");
  std::ofstream(scenario) << honest.rdbuf()
                          << "\n[[vehicle.fault]]\nwhat = \"power_cut\"\nat_s = " << cut_s
                          << "\nfor_s = 15\n";
  Process sim({program("lujing-sim"), "run", scenario, "--share",
               std::string(LUJING_SOURCE_DIR) + "/deploy", "--out", dir / "run"},
              dir / "sim.log");
  EXPECT_EQ(sim.wait(std::chrono::seconds(60)), 0) << sim.log();
  Shift shift;
  std::ifstream kerbs(dir / "run/truth/kerbs.jsonl");
  for (std::string line; std::getline(kerbs, line);) {
    const json kerb = json::parse(line);
    if (kerb["work"] != "wash-sweep") continue;
    const double length = kerb["to_m"].get<double>() - kerb["from_m"].get<double>();
    const double begin_s = kerb["begin_s"].get<double>();
    const double end_s = kerb["end_s"].get<double>();
    shift.all_m += length;
    const double until_s = std::min(end_s, cut_s - told_late_s);
    if (until_s > begin_s) shift.before_m += length * (until_s - begin_s) / (end_s - begin_s);
  }
  const std::string journal = dir / "run/S-001/data/journal";
  const auto replayed = journal::replay(
      journal, [&](const protocol::Numbered& one) { shift.records.push_back(one.record); }, {},
      std::make_shared<directives::FolderLibrary>(directives::folder_beside(journal)));
  EXPECT_TRUE(replayed.ok());
  return shift;
}

TEST(PowerCut, KeepsWhatWasToldAndCountsNoMetreTwice) {
  const TempDir dir;
  const Shift shift = shift_with_a_cut(dir);
  ASSERT_GT(shift.before_m, 100);
  std::map<std::uint64_t, double> of_boot_m;
  std::map<core::KerbId, std::vector<core::Interval>> pieces;
  double told_m = 0;
  for (const auto& record : shift.records) {
    const auto* covered = std::get_if<protocol::CoverageRecord>(&record.payload);
    if (covered == nullptr || covered->state != protocol::CoverageState::covered) continue;
    const double length = (covered->to_cm - covered->from_cm) / 100.0;
    core::for_each_kerb(covered->link, covered->kerbs, [&](const core::KerbId& kerb) {
      pieces[kerb].push_back({covered->from_cm, covered->to_cm});
      of_boot_m[record.stamp.boot_id] += length;
      told_m += length;
    });
  }
  ASSERT_EQ(of_boot_m.size(), 2U) << "before the cut and after it";
  double once_m = 0;
  for (auto& [kerb, all] : pieces) {
    once_m += static_cast<double>(core::IntervalSet(std::move(all)).length()) / 100;
  }
  EXPECT_NEAR(told_m, once_m, 0.011 * told_m) << "told twice";
  double first_m = 0;
  for (const auto& record : shift.records) {
    if (of_boot_m.contains(record.stamp.boot_id)) {
      first_m = of_boot_m[record.stamp.boot_id];
      break;
    }
  }
  EXPECT_GT(first_m, shift.before_m - 10);
  // Off for 15 s and 8 s to start; two and a half minutes before the cut, and until the first fix.
  EXPECT_GT(once_m, shift.all_m - 2.0 * (15 + 8 + told_late_s + 60));
  EXPECT_LT(once_m, shift.all_m + 10);
}

}  // namespace
}  // namespace lujing::testing
