#include "hal/io/debounce.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <vector>

namespace lujing::hal::io {
namespace {

constexpr std::int64_t hold_ms = 300;

struct Reading {
  std::int64_t at_ms = 0;
  std::optional<bool> level;
};

std::vector<SwitchState> run(const std::vector<Reading>& readings) {
  Debouncer debouncer(hold_ms);
  std::vector<SwitchState> states;
  for (const Reading& reading : readings) {
    states.push_back(debouncer.take(BootTime::from_ms(reading.at_ms), reading.level));
  }
  return states;
}

TEST(Debouncer, IsInvalidUntilALevelHasHeld) {
  EXPECT_EQ(Debouncer(hold_ms).state(), SwitchState::invalid);
  EXPECT_EQ(run({{0, true}, {299, true}, {300, true}}),
            (std::vector{SwitchState::invalid, SwitchState::invalid, SwitchState::on}));
}

TEST(Debouncer, DoesNotSeeAShortPulse) {
  const auto states = run({{0, false},
                           {300, false},
                           {400, true},
                           {650, true},
                           {690, false},
                           {900, false},
                           {2000, false}});
  for (std::size_t i = 1; i < states.size(); ++i) EXPECT_EQ(states[i], SwitchState::off) << i;
}

TEST(Debouncer, AFailedReadingIsAFaultAndTheLevelMustHoldAnew) {
  EXPECT_EQ(
      run({{0, true}, {300, true}, {400, std::nullopt}, {500, true}, {799, true}, {800, true}}),
      (std::vector{SwitchState::invalid, SwitchState::on, SwitchState::fault, SwitchState::invalid,
                   SwitchState::invalid, SwitchState::on}));
}

TEST(Debouncer, WithoutAHoldTimeEachReadingCounts) {
  Debouncer debouncer(0);
  EXPECT_EQ(debouncer.take(BootTime::from_ms(5), true), SwitchState::on);
  EXPECT_EQ(debouncer.take(BootTime::from_ms(5), false), SwitchState::off);
}

TEST(Debouncer, AChatteringSwitchBecomesInvalidAndRecovers) {
  Debouncer debouncer(hold_ms);
  std::int64_t t = 0;
  for (; t <= 1000; t += 100) debouncer.take(BootTime::from_ms(t), true);
  EXPECT_EQ(debouncer.state(), SwitchState::on);
  for (int i = 0; t <= 6000; t += 100, ++i) debouncer.take(BootTime::from_ms(t), i % 2 == 0);
  EXPECT_EQ(debouncer.state(), SwitchState::invalid);
  for (const std::int64_t end = t + 2000; t <= end; t += 100) {
    EXPECT_EQ(debouncer.take(BootTime::from_ms(t), false), SwitchState::invalid);
  }
  for (const std::int64_t end = t + 1500; t <= end; t += 100) {
    debouncer.take(BootTime::from_ms(t), false);
  }
  EXPECT_EQ(debouncer.state(), SwitchState::off);
}

TEST(Debouncer, ALooseContactThatHoldsByChanceIsNotBelieved) {
  Debouncer debouncer(hold_ms);
  std::mt19937_64 dice(7);
  int told = 0;
  for (std::int64_t t = 0; t < 600'000; t += 100) {
    const SwitchState state = debouncer.take(BootTime::from_ms(t), dice() % 2 == 0);
    if (t > 3'000 && state != SwitchState::invalid) ++told;
  }
  EXPECT_EQ(told, 0);
}

/// Readings at random moments: calm stretches, chatter, failures.
std::vector<Reading> random_readings(std::mt19937_64& dice) {
  std::vector<Reading> readings;
  std::int64_t t = static_cast<std::int64_t>(dice() % 1'000'000);
  bool level = dice() % 2 == 0;
  for (int stretch = 0; stretch < 20; ++stretch) {
    const std::uint64_t kind = dice() % 4;
    const std::uint64_t length = 1 + dice() % 30;
    if (kind == 0) level = !level;
    for (std::uint64_t i = 0; i < length; ++i) {
      t += static_cast<std::int64_t>(dice() % 150);
      if (kind == 1) level = dice() % 2 == 0;
      const bool failed = kind == 2 && dice() % 4 == 0;
      readings.push_back({t, failed ? std::nullopt : std::optional(level)});
    }
  }
  return readings;
}

/// How long the newest reading's level has been read without another one between.
std::int64_t held_ms(const std::vector<Reading>& readings, std::size_t now) {
  std::size_t first = now;
  while (first > 0 && readings[first - 1].level == readings[now].level) --first;
  return readings[now].at_ms - readings[first].at_ms;
}

TEST(Debouncer, KeepsItsPromisesForAnySequence) {
  std::mt19937_64 dice(7);
  for (int round = 0; round < 2000; ++round) {
    const auto readings = random_readings(dice);
    const auto states = run(readings);
    SwitchState before = SwitchState::invalid;
    for (std::size_t i = 0; i < readings.size(); ++i) {
      const auto level = readings[i].level;
      const bool known = states[i] == SwitchState::on || states[i] == SwitchState::off;
      // A failed reading is a fault at once, and nothing else is one.
      ASSERT_EQ(states[i] == SwitchState::fault, !level.has_value());
      if (!level) {
        before = states[i];
        continue;
      }
      const SwitchState said = *level ? SwitchState::on : SwitchState::off;
      // A level that has held is believed, at the latest when chatter is long over ...
      if (held_ms(readings, i) >= hold_ms) {
        ASSERT_TRUE(states[i] == said || states[i] == SwitchState::invalid);
      }
      if (held_ms(readings, i) >= hold_ms * Debouncer::flapping_after_holds) {
        ASSERT_EQ(states[i], said);
      }
      // ... and only such a level changes what is believed.
      if (known && states[i] != before) {
        ASSERT_EQ(states[i], said);
        ASSERT_GE(held_ms(readings, i), hold_ms);
      }
      before = states[i];
    }
  }
}

}  // namespace
}  // namespace lujing::hal::io
