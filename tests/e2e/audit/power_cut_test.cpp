// The power goes in the middle of a shift: what was told before stays in the books, what is swept
// after the next boot is added, and no metre is there twice.
#include "platform/report/rates.h"
#include "terminal/app/memory.h"
#include "terminal/config/core_config.h"
#include "terminal/config/directive_readers.h"
#include "terminal/core/core.h"
#include "terminal/core/recall/recall.h"
#include "terminal/core/snapshot.h"
#include "terminal/directives/folder.h"
#include "terminal/directives/whole_file.h"
#include "terminal/journal/journal_reader.h"
#include "terminal/journal/replay.h"
#include "tests/support/system.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

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

/// How old at the cut is what the terminal has written down (terminal/app/core_loop.cpp).
constexpr std::int64_t remember_every_ns = 30 * ns_per_s;

/// As a terminal would live through it: what its core asked to be told again is what stood at most
/// half a minute before the cut. `remembers`: false: its file is lost, too.
/// `remember`: each half minute, with what the core asks for; may not come back. `found`: what a
/// file said at the second start.
std::vector<protocol::Record> lived_through(
    const std::string& path, bool remembers, const std::string& found = {},
    const std::function<void(const std::string&, bool ends)>& remember = {}) {
  std::vector<protocol::Record> told;
  auto journal = journal::Journal::open(path);
  EXPECT_TRUE(journal.ok());
  std::optional<core::Core> core;
  std::string file;
  int starts = 0;
  BootTime remembered_at;
  BootTime last;
  hal::Observation observation;
  while (journal->next(observation)) {
    const bool boots = std::holds_alternative<hal::Boot>(observation.what);
    if (boots && core && remember) remember(file, true);
    if (boots || !core) {
      auto config = config::core_config_from_toml("the journal", journal->header().core_config);
      EXPECT_TRUE(config.ok());
      core.emplace(std::move(config).value(),
                   config::directive_inputs(std::make_shared<directives::FolderLibrary>(
                       directives::folder_beside(path))));
      remembered_at = observation.at;
    }
    core->take(observation, told);
    if (boots && ++starts > 1 && remembers) {
      for (const hal::Recalled& piece : core::pieces_of(found.empty() ? file : found)) {
        core->take({observation.at, piece}, told);
      }
    }
    if (observation.at.ns / (5 * ns_per_s) != last.ns / (5 * ns_per_s)) core->road_shown();
    last = observation.at;
    if (observation.at.ns - remembered_at.ns >= remember_every_ns) {
      remembered_at = observation.at;
      file = core::pack_recalled(core->recall());
      if (remember) remember(file, false);
    }
  }
  return told;
}

/// Metres of kerb that are credited, each once.
double credited_m(const std::vector<protocol::Record>& records) {
  std::map<core::KerbId, std::vector<core::Interval>> pieces;
  for (const auto& record : records) {
    const auto* covered = std::get_if<protocol::CoverageRecord>(&record.payload);
    if (covered == nullptr || covered->state != protocol::CoverageState::covered) continue;
    core::for_each_kerb(covered->link, covered->kerbs, [&](const core::KerbId& kerb) {
      pieces[kerb].push_back({covered->from_cm, covered->to_cm});
    });
  }
  double once_m = 0;
  for (auto& [kerb, all] : pieces) {
    once_m += static_cast<double>(core::IntervalSet(std::move(all)).length()) / 100;
  }
  return once_m;
}

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

TEST(PowerCut, WhatWasUnderWayIsToldAfterTheNextStart) {
  const TempDir dir;
  const Shift shift = shift_with_a_cut(dir);
  const std::string journal = dir / "run/S-001/data/journal";
  const auto told = lived_through(journal, true);
  const double kept_m = credited_m(told);
  const double lost_m = credited_m(lived_through(journal, false));
  std::printf("swept %.0f m, credited %.0f m, without the memory %.0f m\n", shift.all_m, kept_m,
              lost_m);
  // Off for 15 s and 8 s to start, half a minute that was not written down, and until the first
  // fix.
  EXPECT_GT(kept_m, shift.all_m - 2.0 * (15 + 8 + 30 + 20));
  EXPECT_LT(kept_m, shift.all_m + 10);
  EXPECT_GT(kept_m, lost_m + 50) << "the cut was at a moment when nothing was under way";
  // In their own clock they lie before the start; in UTC where they were.
  bool before_the_start = false;
  for (const auto& record : told) {
    const auto* covered = std::get_if<protocol::CoverageRecord>(&record.payload);
    if (covered == nullptr || record.stamp.boot_id == told.front().stamp.boot_id) continue;
    EXPECT_LE(covered->end_boot_ms, record.stamp.boot_ms);
    EXPECT_TRUE(record.stamp.utc_ms.has_value());
    before_the_start = before_the_start || record.stamp.boot_ms - covered->begin_boot_ms > 30'000;
  }
  EXPECT_TRUE(before_the_start);
}

TEST(PowerCut, WhatAKilledProcessHadWrittenDownIsEnough) {
  const TempDir dir;
  const Shift shift = shift_with_a_cut(dir);
  const std::string journal = dir / "run/S-001/data/journal";
  const std::string file = dir / "recall";
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    app::Memory memory(file, [](const std::string&) {});
    lived_through(journal, true, {}, [&](const std::string& packed, bool ends) {
      if (ends) kill(getpid(), SIGKILL);
      if (packed.empty()) return;
      memory.put(packed);
      // A terminal has half a minute for it.
      wait_until(
          [&] {
            const auto read = directives::read_whole(file, 1 << 20);
            return read.ok() && *read == packed;
          },
          std::chrono::seconds(10));
    });
    _exit(1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  const app::Memory memory(file, [](const std::string& line) { ADD_FAILURE() << line; });
  ASSERT_FALSE(memory.found().empty());
  const double kept_m = credited_m(lived_through(journal, true, memory.found()));
  EXPECT_GT(kept_m, shift.all_m - 2.0 * (15 + 8 + 30 + 20));
  EXPECT_LT(kept_m, shift.all_m + 10);
}

TEST(PowerCut, TheDriverSeesWhatHeSweptSecondsLater) {
  const TempDir dir;
  shift_with_a_cut(dir);
  const std::string path = dir / "run/S-001/data/journal";
  auto journal = journal::Journal::open(path);
  ASSERT_TRUE(journal.ok());
  std::optional<core::Core> core;
  std::vector<protocol::Record> told;
  hal::Observation observation;
  BootTime looked_at;
  std::vector<std::pair<std::int64_t, double>> shown;  // boot ms, metres
  double most_late_m = 0;
  std::int64_t cost_ns = 0;
  while (journal->next(observation)) {
    if (!core) {
      auto config = config::core_config_from_toml("the journal", journal->header().core_config);
      ASSERT_TRUE(config.ok());
      core.emplace(std::move(config).value(),
                   config::directive_inputs(std::make_shared<directives::FolderLibrary>(
                       directives::folder_beside(path))));
    } else if (std::holds_alternative<hal::Boot>(observation.what)) {
      break;  // until the cut
    }
    core->take(observation, told);
    if (observation.at.ns - looked_at.ns < 5 * ns_per_s) continue;
    looked_at = observation.at;
    const core::Snapshot live = core->snapshot();
    if (!live.driver.advice.planned) continue;
    const BootTime begun = boot_now();
    const core::RoadShown now = core->road_shown();
    cost_ns = std::max(cost_ns, boot_now().ns - begun.ns);
    shown.emplace_back(observation.at.ms(), static_cast<double>(now.all_covered_cm) / 100);
    EXPECT_GE(now.all_covered_cm + 500, live.driver.advice.all_covered_cm);
    most_late_m =
        std::max(most_late_m,
                 static_cast<double>(now.all_covered_cm - live.driver.advice.all_covered_cm) / 100);
  }
  ASSERT_GT(shown.size(), 50U);
  EXPECT_GT(most_late_m, 100) << "the ledger is far behind";
  std::printf("the ledger was up to %.0f m behind; the dearest look took %.1f ms\n", most_late_m,
              static_cast<double>(cost_ns) / 1e6);
  const auto credited_by = [&](std::int64_t ms) {
    std::vector<protocol::Record> before;
    for (const auto& record : told) {
      const auto* covered = std::get_if<protocol::CoverageRecord>(&record.payload);
      if (covered != nullptr && covered->end_boot_ms <= ms) before.push_back(record);
    }
    return credited_m(before);
  };
  // What was told in the end as swept ten seconds ago was on the page by now.
  for (const auto& [ms, metres] : shown) {
    EXPECT_GT(metres, credited_by(ms - 10'000) - 15) << ms;
  }
}

TEST(PowerCut, AsIfFinishedChangesNothing) {
  const TempDir dir;
  shift_with_a_cut(dir);
  // Asked each half minute or never: the core decides the same.
  const std::string path = dir / "run/S-001/data/journal";
  const auto asked = lived_through(path, false);
  std::vector<protocol::Record> never;
  const auto take = [&](const protocol::Numbered& one) { never.push_back(one.record); };
  ASSERT_TRUE(
      journal::replay(path, take, {},
                      std::make_shared<directives::FolderLibrary>(directives::folder_beside(path)))
          .ok());
  ASSERT_EQ(asked.size(), never.size());
  for (std::size_t i = 0; i < asked.size(); ++i) EXPECT_EQ(asked[i], never[i]) << i;
}

}  // namespace
}  // namespace lujing::testing
