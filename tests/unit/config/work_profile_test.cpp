// Vehicle profiles: each that we ship can be read and connected; what is wrong is named.
#include "terminal/config/work_profile.h"

#include "terminal/config/core_config.h"
#include "terminal/config/terminal_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace lujing::config {
namespace {

using ::testing::HasSubstr;

std::string vehicles() {
  return std::string(LUJING_SOURCE_DIR) + "/deploy/vehicles";
}

TEST(WorkProfile, EachOneThatShipsIsReadAndComesBackFromAJournal) {
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(vehicles())) {
    if (entry.path().extension() != ".toml") continue;
    ++found;
    const auto profile = load_work_profile(entry.path().string());
    ASSERT_TRUE(profile.ok()) << profile.error().what();
    EXPECT_EQ(profile->name, entry.path().stem().string());
    EXPECT_FALSE(profile->rows.empty());
    core::CoreConfig config;
    config.work = *profile;
    config.work.measures[1] = {core::WorkSource::Kind::input, 7};
    for (auto& fact : config.work.facts) {
      if (fact.word != "speed") fact.source = {core::WorkSource::Kind::signal, 9};
    }
    const auto again = core_config_from_toml("header", to_toml(config));
    ASSERT_TRUE(again.ok()) << again.error().what();
    for (auto& fact : config.work.facts) {
      if (fact.word == "speed") fact.source.kind = core::WorkSource::Kind::speed;
    }
    EXPECT_TRUE(again->work == config.work) << entry.path();
  }
  EXPECT_GE(found, 20U);
}

TEST(WorkProfile, ConnectsWordsToTheSignalsAndInputsOfTheVehicle) {
  TerminalConfig terminal;
  terminal.can.resize(1);
  terminal.can[0].first_signal_id = 0;
  terminal.can[0].signals = {{"wheel_speed", "M", "S", 2.0}, {"brush_rpm", "M", "S", 2.0}};
  terminal.inputs.resize(2);
  terminal.inputs[1].name = "suction_down";
  auto sweeper = load_work_profile(vehicles() + "/sweeper.toml");
  ASSERT_TRUE(sweeper.ok());
  terminal.vehicle = *sweeper;
  const core::CoreConfig config = make_core_config(terminal, Profile{});
  const auto source = [&](const std::string& name) {
    for (const auto& fact : config.work.facts) {
      if (fact.name == name) return fact.source;
    }
    return core::WorkSource{};
  };
  EXPECT_TRUE((source("brush_turning") == core::WorkSource{core::WorkSource::Kind::signal, 1}));
  EXPECT_TRUE((source("suction_down") == core::WorkSource{core::WorkSource::Kind::input, 1}));
  EXPECT_EQ(source("fan_on").kind, core::WorkSource::Kind::missing);
}

std::string vehicle_problem(const std::string& text) {
  const auto parsed = parse_work_profile("p.toml", text);
  return parsed.ok() ? "" : parsed.error().what();
}

TEST(WorkProfile, IsRefusedAsAWholeWithTheItemNamed) {
  const std::string head = "[vehicle]\ntype = \"x\"\nversion = 1\n";
  const std::string fact = "[[fact]]\nname = \"brush\"\nword = \"brush_rpm\"\n";
  EXPECT_EQ(vehicle_problem(head + fact + "[[work]]\nkind = \"sweeping\"\nwhen = [\"!brush\"]\n"),
            "");
  EXPECT_THAT(vehicle_problem(fact), HasSubstr("[vehicle] is missing"));
  EXPECT_THAT(vehicle_problem(head + "[[fact]]\nname = \"b\"\nword = \"brush_rmp\"\n"),
              HasSubstr("did you mean \"brush_rpm\"?"));
  EXPECT_THAT(vehicle_problem(head + fact + fact), HasSubstr("\"brush\" is there twice"));
  EXPECT_THAT(
      vehicle_problem(head + fact + "[[work]]\nkind = \"sweeping\"\nwhen = [\"brusch\"]\n"),
      HasSubstr("p.toml:9: [work] when: there is no fact \"brusch\"; did you mean \"brush\"?"));
  EXPECT_THAT(vehicle_problem(head + fact + "[[work]]\nkind = \"sweping\"\nwhen = [\"brush\"]\n"),
              HasSubstr("did you mean \"sweeping\"?"));
  EXPECT_THAT(vehicle_problem(head + fact + "[[work]]\nkind = \"sweeping\"\n"),
              HasSubstr("expected at least one fact"));
  EXPECT_THAT(vehicle_problem(head + "[[work]]\nkind = \"sweeping\"\nwhen = [\"brush\"]\n"),
              HasSubstr("there is no fact"));
  EXPECT_THAT(vehicle_problem(head + fact + "on_at = 3\n"), HasSubstr("on_at: unknown key"));
  EXPECT_THAT(vehicle_problem(head + fact + "[[work]]\nkind = \"sweeping\"\nwhen = [\"brush\"]\n" +
                              "[[work.need]]\nfact = \"brush\"\nwhy = \"none\"\n"),
              HasSubstr("expected a reason"));
}

}  // namespace
}  // namespace lujing::config
