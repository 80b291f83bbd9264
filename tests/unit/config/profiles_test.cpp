// Every profile that ships is read, and the numbers of its city's paper arrive; and the whole
// configuration goes through a journal's header.
#include "terminal/config/core_config.h"
#include "terminal/config/terminal_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

namespace lujing::config {
namespace {

using testing::HasSubstr;

const std::string folder = std::string(LUJING_SOURCE_DIR) + "/deploy/profiles/";

TEST(Profiles, AreAllRead) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto profile = load_profile(entry.path().string());
    ASSERT_TRUE(profile) << profile.error().what();
    EXPECT_EQ(profile->name, entry.path().stem().string());
    EXPECT_FALSE(profile->control.enabled);
    ++count;
  }
  EXPECT_GE(count, 6);
}

/// The paper that a value comes from, or that it is our default.
TEST(Profiles, SayOfEachValueWhereItComesFrom) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    std::string section;
    int number = 0;
    for (std::string line; std::getline(file, line);) {
      ++number;
      if (line.starts_with("[")) section = line.substr(0, line.find(']'));
      const bool value = line.find(" = ") != std::string::npos && !line.starts_with("#");
      if (!value || section == "[profile") continue;
      EXPECT_NE(line.find("# "), std::string::npos)
          << entry.path() << ":" << number << ": " << line;
    }
  }
}

/// "[rules.MT-10]", "[rules.MT-10] hours", ...: what is set, wherever it stands.
std::set<std::string> keys_of(const std::string& path) {
  std::set<std::string> keys;
  std::ifstream file(path);
  std::string section;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("[")) keys.insert(section = line.substr(0, line.find(']') + 1));
    const auto equals = line.find(" = ");
    if (!line.starts_with("#") && equals != std::string::npos) {
      keys.insert(section + " " + line.substr(0, equals));
    }
  }
  return keys;
}

TEST(Profiles, NameEachRuleAndEverythingThatTheDefaultNames) {
  const std::set<std::string> all = keys_of(folder + "default.toml");
  for (const std::string& rule : rule_catalogue()) {
    EXPECT_TRUE(all.contains("[rules." + rule + "]")) << "default.toml: " << rule;
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::set<std::string> keys = keys_of(entry.path().string());
    for (const std::string& key : all) EXPECT_TRUE(keys.contains(key)) << entry.path() << key;
    EXPECT_EQ(off_unnamed_warning(*load_profile(entry.path().string())), "");
  }
}

TEST(Profile, TellsWhichRulesAreOffBecauseNobodyNamedThem) {
  const std::string head = "[profile]\nname = \"p\"\nversion = 1\n";
  const auto bare = parse_profile("p", head + "[rules.SW-01]\nenabled = false\n[rules.CV-01]\n");
  ASSERT_TRUE(bare) << bare.error().what();
  const std::string warning = off_unnamed_warning(*bare);
  for (const char* off : {"SW-02", "SP-02", "CV-02", "GB-01", "FU-01", "MT-08", "enabled = false"})
    EXPECT_THAT(warning, HasSubstr(off));
  for (const char* silent : {"SW-01", "CV-01", "MT-01", "MT-10", "MT-23", "AC-01"})
    EXPECT_THAT(warning, testing::Not(HasSubstr(silent)));
}

TEST(Profiles, HaveTheirCitysCurfewAndTargets) {
  const auto ezhou = load_profile(folder + "ezhou.toml");
  ASSERT_TRUE(ezhou);
  const auto& windows = ezhou->mt.of(core::Mt::mt10).windows;
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_EQ(windows[0], (core::DayWindow{core::every_day, 22 * 60, 6 * 60}));
  // Bayannur's paper forbids noisy building work at night, not hauling.
  for (const char* city : {"default", "bayannur", "huangshi", "pingxiang", "taizhou-hailing"})
    EXPECT_TRUE(load_profile(folder + city + ".toml")->mt.of(core::Mt::mt10).windows.empty());
  const auto targets = [](const char* city) {
    return load_profile(folder + city + ".toml")->rate_targets;
  };
  EXPECT_THAT(targets("bayannur"), testing::ElementsAre(75));
  EXPECT_THAT(targets("pingxiang"), testing::ElementsAre(90, 100));
  EXPECT_THAT(targets("taizhou-hailing"), testing::ElementsAre(100));
}

TEST(Profiles, WithNonsenseAreRefused) {
  const auto why = [](const std::string& rules) {
    const auto profile = parse_profile("p", "[profile]\nname = \"x\"\nversion = 1\n" + rules);
    return profile ? std::string() : profile.error().what();
  };
  EXPECT_THAT(why("[rules.MT-07]\nspeed_kmh = -5\n"), HasSubstr("speed_kmh"));
  EXPECT_THAT(why("[rules.MT-03]\ndistance_m = 5\n"), HasSubstr("unknown key"));
  EXPECT_THAT(why("[rules.MT-10]\nhours = [\"22-06\"]\n"), HasSubstr("22-06"));
  EXPECT_THAT(why("[rules.MT-23]\nradius_m = -1\n"), HasSubstr("radius_m"));
  EXPECT_THAT(why("[rules.MT-01]\ntrigger_speed_kmh = -5\n"), HasSubstr("trigger_speed_kmh"));
  EXPECT_THAT(why("[rules.MT-99]\nenabled = true\n"), HasSubstr("unknown key"));
  EXPECT_THAT(why("[control]\nleast_kmh = 0\n"), HasSubstr("least_kmh"));
  EXPECT_THAT(why("[rules.CV-01]\npass_share = 0.01\n"), HasSubstr("pass_share"));
  EXPECT_THAT(why("[rules.CV-03]\npass_gap_s = 5\n"), HasSubstr("pass_gap_s"));
  EXPECT_THAT(why("[exceptions]\nmark_max_m = 100000\n"), HasSubstr("mark_max_m"));
  EXPECT_THAT(why("[rules.MT-10]\nstop_s = -1\n"), HasSubstr("stop_s"));
  EXPECT_THAT(why("[rules.MT-09]\nstop_s = 60.0\n"), HasSubstr("unknown key"));
  EXPECT_THAT(why("[rates]\ntargets = [\"most\"]\n"), HasSubstr("most"));
}

TEST(Profiles, GoThroughAJournalsHeader) {
  core::CoreConfig config;
  apply_profile(*load_profile(folder + "ezhou.toml"), config);
  config.haul.enabled = true;
  config.haul.vehicle = "M-003";
  config.haul.fence.sigmas = 1.1;
  config.haul.control.enabled = true;
  config.haul.mt.rules[3].speed_mps = 1.0 / 3;
  config.driver_verified = hal::InputId{9};
  const auto back = core_config_from_toml("header", to_toml(config));
  ASSERT_TRUE(back) << back.error().what();
  EXPECT_EQ(*back, config);
}

TEST(Profile, SaysWhichRoadsTheRatesAreAboutAndWhenTheDriverIsTold) {
  const std::string head = "[profile]\nname = \"p\"\nversion = 1\n";
  const auto some = parse_profile("p", head +
                                           "[rates]\nclasses = [\"arterial\", \"lane\"]\n"
                                           "[prompts]\nseal_repeat_s = 20.0\n");
  ASSERT_TRUE(some.ok()) << some.error().what();
  EXPECT_EQ(some->rate_classes, 1U << 1 | 1U << 4);
  EXPECT_EQ(some->prompts.repeat_s[1], 20);
  EXPECT_EQ(parse_profile("p", head)->rate_classes, UINT32_MAX) << "all";
  const auto road = parse_profile("p", head + "[rates]\nclasses = [\"motorway\"]\n");
  ASSERT_FALSE(road.ok());
  EXPECT_NE(road.error().what().find("motorway"), std::string::npos);
  EXPECT_FALSE(parse_profile("p", head + "[prompts]\nhold_s = -1\n").ok());
  EXPECT_FALSE(parse_profile("p", head + "[prompts]\nsafety_repeat_s = 0.5\n").ok())
      << "that is noise";
}

}  // namespace
}  // namespace lujing::config
