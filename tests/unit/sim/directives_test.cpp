// What a scenario's platform tells its vehicles: read by the terminal's own readers, and enough to
// find again what the scenario meant.
#include "sim/core/run.h"
#include "sim/directives/dispatch.h"
#include "sim/directives/documents.h"
#include "sim/directives/plan.h"
#include "terminal/config/fences.h"
#include "terminal/config/permits.h"
#include "terminal/config/plan.h"
#include "terminal/config/terminal_config.h"
#include "terminal/core/roads/network.h"
#include "terminal/directives/folder.h"
#include "terminal/journal/journal_reader.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/sim/scenario_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <span>

namespace lujing::sim {
namespace {

Scenario hauling() {
  return scenario_of(
      "duration_s = 60\n[[vehicle]]\nid = \"M-1\"\ntype = \"muck\"\n[vehicle.permit]\ndisposal = "
      "2\n"
      "from_s = 600\n[[vehicle.task]]\ndo = \"haul\"\n[[vehicle]]\nid = \"M-2\"\ntype = \"muck\"\n"
      "listed = true\n[vehicle.permit]\nthere = false\n[[vehicle.task]]\ndo = \"stand\"\n");
}

TEST(Directives, FencesAreTheCitysYardsZonesAndApprovedRoads) {
  const Scenario scenario = hauling();
  const auto city = make_city(scenario);
  ASSERT_TRUE(city);
  const auto set = config::parse_fences(fences_document(scenario, *city));
  ASSERT_TRUE(set) << set.error().what();
  std::set<std::string> ids;
  for (const core::Fence& fence : set->fences) ids.insert(fence.id);
  for (const char* id : {"construction-1", "disposal-1", "disposal-2", "wash-1", "city", "road-1-2",
                         "road-1-2-back"})
    EXPECT_TRUE(ids.contains(id)) << id;
  EXPECT_FALSE(ids.contains("road-1-1"));
}

TEST(Directives, PermitsNameTheFencesAndBeginWhenTheScenarioSays) {
  const Scenario scenario = hauling();
  const auto city = make_city(scenario);
  ASSERT_TRUE(city);
  const auto set = config::parse_permits(permits_document(scenario, *city));
  ASSERT_TRUE(set) << set.error().what();
  ASSERT_EQ(set->permits.size(), 1U);
  EXPECT_EQ(set->permits[0].vehicles, std::vector<std::string>{"M-1"});
  EXPECT_EQ(set->permits[0].unloading, std::vector<std::string>{"disposal-2"});
  ASSERT_TRUE(set->permits[0].valid_from);
  EXPECT_EQ(set->permits[0].valid_from->ms, scenario.start.ms + 600'000);
  EXPECT_EQ(set->listed, std::vector<std::string>{"M-2"});
}

TEST(Directives, APlanAsksForWholeStreetsBothWaysByTheFullMinute) {
  const Scenario scenario = scenario_of(
      "start = \"2026-04-15T03:00:30Z\"\nduration_s = 900\n[[vehicle]]\nid = \"S-1\"\ntype = "
      "\"sweeper\"\n[[vehicle.plan]]\nat = \"secondary 2\"\npasses = 2\ndue_s = 200\n");
  const auto city = make_city(scenario);
  ASSERT_TRUE(city);
  const Asked& asked = scenario.vehicles[0].asked[0];
  EXPECT_DOUBLE_EQ(due_minute_s(scenario, asked), 150);
  const auto plan = config::read_plan(plan_document(scenario, *city, scenario.vehicles[0], {}, 7));
  ASSERT_TRUE(plan) << plan.error().what();
  EXPECT_EQ(plan->version, 7);
  ASSERT_EQ(plan->tasks.size(), 1U);
  EXPECT_EQ(plan->tasks[0].deadline_min, 11 * 60 + 3);
  EXPECT_EQ(plan->tasks[0].passes, 2);
  std::set<std::int64_t> ways;
  for (const LinkId id : asked_links(*city, asked)) ways.insert(city->link(id).way);
  EXPECT_EQ(
      std::set<std::int64_t>(plan->tasks[0].roads.ways.begin(), plan->tasks[0].roads.ways.end()),
      ways);
}

TEST(Directives, TheScenariosLimitsStandInTheProfile) {
  Scenario scenario = hauling();
  scenario.limits.unsealed_s = 7.5;
  scenario.limits.deny_from_h = 21.5;
  std::ifstream file(source + "/deploy/profiles/default.toml");
  const std::string base((std::istreambuf_iterator<char>(file)), {});
  const auto profile = config::parse_profile("profile", rule_set_document(base, scenario));
  ASSERT_TRUE(profile) << profile.error().what();
  EXPECT_DOUBLE_EQ(profile->mt01.alarm.sustain_s, 7.5);
  EXPECT_EQ(profile->name, "default-scenario") << "other numbers than the shipped one's";
  const auto& curfew = profile->mt.of(core::Mt::mt10).windows;
  ASSERT_EQ(curfew.size(), 1U);
  EXPECT_EQ(curfew[0].from_min, 21 * 60 + 30);
}

TEST(Directives, AJournalNamesThemAfterEachBootAndTheirBodiesAreBesideIt) {
  const tests::TempDir dir;
  const Scenario scenario = scenario_of(
      "duration_s = 60\n[[weather.change]]\nat_s = 50\ntemperature_c = 1\n[[vehicle]]\nid = "
      "\"S-1\"\n"
      "type = \"sweeper\"\n[[vehicle.task]]\ndo = \"work\"\n[[vehicle.fault]]\nwhat = "
      "\"power_cut\"\n"
      "at_s = 10\nfor_s = 5\n");
  const auto city = make_city(scenario);
  ASSERT_TRUE(city);
  CoreOptions options;
  options.folder = dir.path();
  options.terminal.share = source + "/deploy";
  ASSERT_TRUE(run_core(scenario, *city, options));
  const std::string journal = options.folder + "/S-1/data/journal";
  const directives::FolderLibrary library(directives::folder_beside(journal));
  auto reader = journal::Journal::open(journal);
  ASSERT_TRUE(reader) << reader.error().what();
  hal::Observation observation;
  std::vector<std::pair<DirectiveKind, std::uint64_t>> told;
  int boots = 0;
  while (reader->next(observation)) {
    boots += std::holds_alternative<hal::Boot>(observation.what) ? 1 : 0;
    if (const auto* what = std::get_if<hal::DirectiveInForce>(&observation.what)) {
      told.emplace_back(what->kind, what->version);
      ASSERT_NE(library.find(what->sha256), nullptr);
      if (what->kind == DirectiveKind::roads) {
        EXPECT_TRUE(core::RoadNetwork::open(std::as_bytes(std::span(*library.find(what->sha256)))));
      }
    }
  }
  EXPECT_EQ(boots, 2);
  using Told = std::vector<std::pair<DirectiveKind, std::uint64_t>>;
  EXPECT_EQ(told, (Told{{DirectiveKind::roads, 1},
                        {DirectiveKind::plan, 1},
                        {DirectiveKind::roads, 1},
                        {DirectiveKind::plan, 1},
                        {DirectiveKind::plan, 2}}));
}

}  // namespace
}  // namespace lujing::sim
