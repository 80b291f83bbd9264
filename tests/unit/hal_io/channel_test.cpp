#include "hal/io/channel.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace lujing::hal::io {
namespace {

InputConfig cover() {
  InputConfig input;
  input.id = 3;
  input.name = "cover_closed";
  return input;
}

InputConfig load() {
  InputConfig input;
  input.id = 4;
  input.name = "load";
  input.kind = InputKind::modbus_input;
  input.analog = true;
  input.scale = 0.001;
  input.min = 0.0;
  input.max = 1.5;
  input.deadband = 0.02;
  return input;
}

struct Told {
  std::int64_t at_ms = 0;
  What what;
  bool operator==(const Told&) const = default;
};

std::vector<Told> poll(Channel& channel, std::int64_t from_ms, std::int64_t to_ms,
                       std::optional<std::uint16_t> raw) {
  std::vector<Told> told;
  for (std::int64_t t = from_ms; t < to_ms; t += 100) {
    if (auto what = channel.take(BootTime::from_ms(t), raw)) told.push_back({t, *what});
  }
  return told;
}

TEST(Channel, ASwitchIsToldWhenItChangesAndEveryTenSeconds) {
  Channel channel(cover());
  const std::vector<Told> expected = {{0, Switch{3, SwitchState::invalid}},
                                      {300, Switch{3, SwitchState::on}},
                                      {10'300, Switch{3, SwitchState::on}},
                                      {20'300, Switch{3, SwitchState::on}}};
  EXPECT_EQ(poll(channel, 0, 21'000, 1), expected);
}

TEST(Channel, AnInvertedSwitchIsOnWhenTheLineIsLow) {
  InputConfig input = cover();
  input.invert = true;
  Channel channel(input);
  EXPECT_EQ(poll(channel, 0, 1000, 0).back().what, What(Switch{3, SwitchState::on}));
}

TEST(Channel, ARegisterThatIsNotZeroIsOn) {
  Channel channel(cover());
  EXPECT_EQ(poll(channel, 0, 1000, 0xFF00).back().what, What(Switch{3, SwitchState::on}));
}

TEST(Channel, AFaultIsToldAtOnce) {
  Channel channel(cover());
  poll(channel, 0, 1000, 1);
  const std::vector<Told> expected = {{1000, Switch{3, SwitchState::fault}}};
  EXPECT_EQ(poll(channel, 1000, 2000, std::nullopt), expected);
}

TEST(Channel, AnAnalogValueIsScaledAndToldBeyondItsDeadband) {
  Channel channel(load());
  const auto told = [&](std::int64_t at_ms, std::uint16_t raw) {
    const auto what = channel.take(BootTime::from_ms(at_ms), raw);
    return what ? std::optional(std::get<Analog>(*what)) : std::nullopt;
  };
  EXPECT_EQ(told(0, 500), (Analog{4, SwitchState::on, 0.5}));
  EXPECT_FALSE(told(100, 519));
  EXPECT_FALSE(told(200, 481));
  const auto moved = told(300, 530);
  ASSERT_TRUE(moved);
  EXPECT_NEAR(moved->value, 0.53, 1e-12);
  EXPECT_FALSE(told(400, 512)) << "the deadband starts at what was told, not at what was read";
  EXPECT_TRUE(told(10'300, 530)) << "told again";
}

TEST(Channel, AnAnalogValueOutOfItsRangeIsAFault) {
  Channel channel(load());
  EXPECT_EQ(channel.take({}, 1501), What(Analog(4, SwitchState::fault, 0)));
  EXPECT_FALSE(channel.take({}, 65535)) << "still a fault: told already";
  EXPECT_EQ(channel.take({}, 1500), What(Analog(4, SwitchState::on, 1.5)));
  EXPECT_EQ(channel.take({}, std::nullopt), What(Analog(4, SwitchState::fault, 0)));
}

TEST(Channel, ASenselessScaleGivesFaultsAndNoNumbers) {
  for (const double scale :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 1e308}) {
    InputConfig input = load();
    input.scale = scale;
    Channel channel(input);
    EXPECT_EQ(channel.take({}, 65535), What(Analog(4, SwitchState::fault, 0)));
  }
}

}  // namespace
}  // namespace lujing::hal::io
