// Scenarios: what each promises comes true, and each rule of the catalogue has its own.
#include "sim/truth/book.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/sim/scenario_support.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace lujing::sim {
namespace {

std::vector<std::string> library() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(source + "/sim/scenarios")) {
    if (entry.path().extension() == ".toml") {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The rules of the catalogue (DOMAIN section 7). MT-25 is not told by a name of its own: it is
/// which of MT-11 and MT-06 comes first where fences lie over each other, in mt-25-raise and -near.
std::vector<std::string> catalogue() {
  std::vector<std::string> rules;
  for (const auto& [subject, count] : std::map<std::string, int>{
           {"MT", 24}, {"SW", 4}, {"SP", 7}, {"CV", 7}, {"GB", 3}, {"FU", 1}, {"AC", 11}}) {
    for (int n = 1; n <= count; ++n) {
      rules.push_back(subject + (n < 10 ? "-0" : "-") + std::to_string(n));
    }
  }
  return rules;
}

TEST(Scenario, EachRuleOfTheCatalogueHasOneThatRaisesItAndANearMiss) {
  const std::vector<std::string> files = library();
  EXPECT_GE(files.size(), 40U);
  std::map<bool, std::set<std::string>> expected;
  std::set<std::string> names;
  for (const std::string& file : files) {
    const auto scenario = load_scenario(file);
    ASSERT_TRUE(scenario) << scenario.error().what();
    EXPECT_FALSE(scenario->about.empty()) << file;
    names.insert(scenario->name);
    for (const Expect& expect : scenario->expect) {
      expected[expect.raise].insert(expect.rule);
    }
  }
  for (const std::string& rule : catalogue()) {
    EXPECT_TRUE(expected[true].contains(rule)) << rule << ": no scenario must raise it";
    EXPECT_TRUE(expected[false].contains(rule)) << rule << ": no near miss";
  }
  EXPECT_TRUE(names.contains("mt-25-raise") && names.contains("mt-25-near"));
}

std::map<std::string, int> raised_in(const std::string& text) {
  const tests::TempDir folder;
  const Scenario scenario = scenario_of(text);
  const auto city = make_city(scenario);
  CoreOptions options = options_for(folder.path("run"), 1);
  options.journals = false;
  const auto findings = run_core(scenario, *city, options);
  EXPECT_TRUE(findings);
  std::map<std::string, int> raised;
  for (const VehicleFindings& one : *findings) {
    for (const Found& found : one.found) {
      raised[found.rule] += found.raises() ? 1 : 0;
    }
  }
  return raised;
}

TEST(Scenario, ALoadThatADeedTakesAwayOnTheRoadIsADumping) {
  for (const char* left : {"0", "0.2"}) {
    auto raised =
        raised_in(std::string("duration_s = 600\n[[vehicle]]\nid = \"M\"\ntype = \"muck\"\n"
                              "load = 0.9\n[[vehicle.task]]\ndo = \"drive\"\nat = \"disposal\"\n"
                              "[[vehicle.task.deed]]\ndo = \"load\"\nafter_s = 60\nvalue = ") +
                  left + "\n");
    EXPECT_EQ(raised["MT-05"], 1) << left;
  }
}

TEST(Scenario, AnUnpluggedAntennaIsToldByWhoHasTheWireOnly) {
  const auto text = [](const std::string& type) {
    return "duration_s = 120\n[[vehicle]]\nid = \"V\"\ntype = \"" + type +
           "\"\n[[vehicle.fault]]\nwhat = \"gnss_off\"\nat_s = 20\n"
           "[[vehicle.fault]]\nwhat = \"unit_removed\"\nat_s = 20\n";
  };
  for (const char* type : {"sweeper", "sprinkler"}) {
    auto raised = raised_in(text(type));
    EXPECT_EQ(raised["AC-02"] + raised["AC-09"], 0) << type;
  }
  for (const char* type : {"muck", "garbage"}) {
    auto raised = raised_in(text(type));
    EXPECT_EQ(raised["AC-02"], 1) << type;
    EXPECT_EQ(raised["AC-09"], 1) << type;
  }
}

TEST(Scenario, TheWholeLibraryHoldsWhatItPromises) {
  const tests::TempDir folder;
  for (const std::string& file : library()) {
    const auto scenario = load_scenario(file);
    ASSERT_TRUE(scenario);
    const auto city = make_city(*scenario);
    ASSERT_TRUE(city);
    CoreOptions options = options_for(folder.path("run"), 1);
    options.journals = false;
    const auto findings = run_core(*scenario, *city, options);
    ASSERT_TRUE(findings) << findings.error().what();
    std::vector<std::pair<std::string, std::vector<Found>>> found;
    for (const VehicleFindings& one : *findings) {
      found.emplace_back(one.vehicle, one.found);
    }
    EXPECT_EQ(broken_promises(*scenario, found), "");
  }
}

}  // namespace
}  // namespace lujing::sim
