// The core's configuration: names become ids, and the text in a journal's header gives it back
// whole.
#include "terminal/config/core_config.h"

#include "terminal/config/terminal_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace lujing::config {
namespace {

core::CoreConfig every_field_set() {
  core::CoreConfig config;
  config.software = "0.1 \"quoted\" \\ \n\t路净";
  config.rule_set = "city@7";
  config.track = {1.0 / 3.0, 0, 33.3, 0.1 + 0.2};
  config.gnss = {41.6666, 1e-7, UtcTime{1'704'067'200'123}};
  config.fusion = {1.8, 4.2, 17.5, 0.15, 1.0 / 3.0};
  config.stopped_speed_mps = 0.7;
  config.stopped_after_s = std::nextafter(3.0, 4.0);
  config.health_every_s = 1e9;
  config.wheel_speed = hal::SignalId{0};
  config.wheel_left = hal::SignalId{7};
  config.wheel_right = hal::SignalId{8};
  config.yaw_rate = hal::SignalId{9};
  config.steering = hal::SignalId{10};
  config.brush_rpm = hal::SignalId{1};
  config.suction_signal = hal::SignalId{2};
  config.water_pump_signal = hal::SignalId{65535};
  config.cover_closed = hal::InputId{0};
  config.cover_open = hal::InputId{1};
  config.hoist_raised = hal::InputId{2};
  config.laden = hal::InputId{3};
  config.load_analog = hal::InputId{4};
  config.suction_down = hal::InputId{5};
  config.water_pump = hal::InputId{6};
  config.mt01 = {{false, 1.25, 2.5, 0}, 5.0 / 3.6};
  return config;
}

TEST(CoreConfigText, ComesBackWithTheSameBits) {
  const core::CoreConfig config = every_field_set();
  const auto again = core_config_from_toml("header", to_toml(config));
  ASSERT_TRUE(again.ok()) << again.error().what();
  EXPECT_TRUE(*again == config);
  const auto plain = core_config_from_toml("header", to_toml(core::CoreConfig{}));
  ASSERT_TRUE(plain.ok()) << plain.error().what();
  EXPECT_TRUE(*plain == core::CoreConfig{});
  EXPECT_EQ(to_toml(*again), to_toml(config));
}

TEST(CoreConfigText, OfAnOlderVersionTakesDefaultsAndOfANewerOneIsRefused) {
  const auto older = core_config_from_toml("header", "software = \"0.0\"\n");
  ASSERT_TRUE(older.ok()) << older.error().what();
  EXPECT_EQ(older->track.every_s, 1.0);
  const auto newer = core_config_from_toml("header", "[rules.MT-99]\nenabled = true\n");
  ASSERT_FALSE(newer.ok());
  EXPECT_THAT(newer.error().what(), ::testing::HasSubstr("MT-99: unknown key"));
}

TEST(CoreConfigMade, GivesEachNameItsPlaceInTheFile) {
  TerminalConfig terminal;
  terminal.can.resize(2);
  terminal.can[0].signals = {{"brush_rpm", "M", "S", 2.0}};
  terminal.can[1].signals = {{"wheel_speed", "M", "S", 2.0}, {"water_pump", "M", "S", 2.0}};
  terminal.can[1].first_signal_id = 1;
  terminal.inputs.resize(2);
  terminal.inputs[0].name = "hoist_raised";
  terminal.inputs[1].name = "load";
  terminal.track.every_s = 5;
  terminal.gnss.earliest_utc = UtcTime{77};
  terminal.gnss.max_error_m = 55;
  Profile profile;
  profile.name = "city";
  profile.version = 3;
  profile.mt01.trigger_speed_mps = 9;

  const core::CoreConfig config = make_core_config(terminal, profile);
  EXPECT_EQ(config.brush_rpm, hal::SignalId{0});
  EXPECT_EQ(config.wheel_speed, hal::SignalId{1});
  EXPECT_EQ(config.water_pump_signal, hal::SignalId{2});
  EXPECT_EQ(config.water_pump, std::nullopt);
  EXPECT_EQ(config.hoist_raised, hal::InputId{0});
  EXPECT_EQ(config.load_analog, hal::InputId{1});
  EXPECT_EQ(config.cover_closed, std::nullopt);
  EXPECT_EQ(config.rule_set, "city@3");
  EXPECT_EQ(config.track.every_s, 5);
  EXPECT_EQ(config.gnss.earliest_utc.ms, 77);
  EXPECT_EQ(config.gnss.max_error_m, 55);
  EXPECT_EQ(config.mt01.trigger_speed_mps, 9);
  EXPECT_EQ(signal_names(terminal),
            (std::vector<std::string>{"brush_rpm|1/min", "wheel_speed|km/h", "water_pump|"}));
  EXPECT_EQ(input_names(terminal), (std::vector<std::string>{"hoist_raised|", "load|of full"}));
}

}  // namespace
}  // namespace lujing::config
