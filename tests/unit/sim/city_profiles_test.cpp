// The shipped city profiles on drives of the scenario library: each of them judges cleaning and
// hauling, and a curfew is not evaded by red lights.
#include "protocol/record.h"
#include "sim/app/terminal_words.h"
#include "terminal/config/terminal_config.h"
#include "terminal/directives/folder.h"
#include "terminal/journal/replay.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/sim/scenario_support.h"

#include <fstream>
#include <memory>
#include <set>

namespace lujing::sim {
namespace {

constexpr const char* cities[] = {"ezhou", "huangshi", "pingxiang", "taizhou-hailing", "bayannur"};

/// Drives a scenario, and tells the rules that the core raises on it under a city's profile.
class Driven {
 public:
  Driven(const Scenario& scenario, const std::string& vehicle) {
    const auto city = make_city(scenario);
    EXPECT_TRUE(city);
    CoreOptions options = options_for(folder_.path("run"), 2);
    options.header = journal_header;
    options.terminal.knows = terminal_knows();
    EXPECT_TRUE(run_core(scenario, *city, options));
    journal_ = folder_.path("run/" + vehicle + "/data/journal");
  }
  std::set<std::string> raised(const std::string& city) const {
    const auto profile = config::load_profile(source + "/deploy/profiles/" + city + ".toml");
    EXPECT_TRUE(profile) << profile.error().what();
    std::set<std::string> rules;
    const auto look = [&](const protocol::Numbered& one) {
      const auto* alarm = std::get_if<protocol::AlarmRecord>(&one.record.payload);
      if (alarm != nullptr && alarm->state == protocol::AlarmState::raised) {
        rules.insert(alarm->rule);
      }
    };
    const auto replayed = journal::replay(
        journal_, look, [&](core::CoreConfig& config) { config::apply_profile(*profile, config); },
        std::make_shared<directives::FolderLibrary>(directives::folder_beside(journal_)));
    EXPECT_TRUE(replayed);
    return rules;
  }

 private:
  tests::TempDir folder_;
  std::string journal_;
};

Driven library(const std::string& name, const std::string& vehicle) {
  return {*load_scenario(source + "/sim/scenarios/" + name + ".toml"), vehicle};
}

TEST(CityProfiles, JudgeSweepingAndSealingInEachCity) {
  const Driven sweeper = library("sw-01-raise", "S-001");
  const Driven truck = library("mt-01-raise", "M-001");
  for (const char* city : cities) {
    EXPECT_TRUE(sweeper.raised(city).contains("SW-01")) << city;
    EXPECT_TRUE(truck.raised(city).contains("MT-01")) << city;
  }
}

TEST(CityProfiles, ARedLightIsNoWayRoundEzhousCurfew) {
  EXPECT_TRUE(library("mt-10-raise", "M-001").raised("ezhou").contains("MT-10"));
  EXPECT_FALSE(library("mt-10-near", "M-001").raised("ezhou").contains("MT-10"));
}

TEST(CityProfiles, AColdYardAtNightHaulsNothing) {
  const Driven parked(
      scenario_of("start = \"2026-04-15T15:00:00Z\"\nduration_s = 1800\n[[vehicle]]\nid = "
                  "\"M-001\"\ntype = \"muck\"\nload = 0.9\n[[vehicle.task]]\ndo = "
                  "\"stand\"\nfor_s = 1800\n"),
      "M-001");
  EXPECT_FALSE(parked.raised("ezhou").contains("MT-10"));
}

}  // namespace
}  // namespace lujing::sim
