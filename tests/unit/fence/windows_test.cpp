// Hours of the day: across midnight, by weekday, applying and sparing.
#include "terminal/core/clock/windows.h"

#include "terminal/core/fence/watch.h"

#include <gtest/gtest.h>

namespace lujing::core {
namespace {

constexpr int beijing = 480;

LocalMinute at(const std::string& utc) {
  return local_minute(*from_iso8601(utc), beijing);
}

TEST(Windows, KnowTheWeekdayAndTheMinute) {
  EXPECT_EQ(at("2026-11-22T00:00:00Z").weekday, 6);  // a Sunday, 8 in the morning
  EXPECT_EQ(at("2026-11-22T00:00:00Z").minute, 480);
  EXPECT_EQ(at("2026-11-22T16:00:00Z").weekday, 0);
  EXPECT_EQ(at("2026-11-22T16:00:00Z").minute, 0);
  EXPECT_EQ(local_minute(UtcTime{-1}, 0).weekday, 2);
  EXPECT_EQ(local_minute(UtcTime{-1}, 0).minute, 1439);
}

TEST(Windows, AcrossMidnightBelongToTheDayOnWhichTheyBegin) {
  const DayWindow friday_night{1 << 4, 22 * 60, 6 * 60};
  EXPECT_FALSE(within(friday_night, {4, 21 * 60 + 59}));
  EXPECT_TRUE(within(friday_night, {4, 22 * 60}));
  EXPECT_TRUE(within(friday_night, {5, 5 * 60 + 59}));
  EXPECT_FALSE(within(friday_night, {5, 6 * 60}));
  EXPECT_FALSE(within(friday_night, {4, 3 * 60}));
  const DayWindow sunday_night{1 << 6, 22 * 60, 6 * 60};
  EXPECT_TRUE(within(sunday_night, {0, 60}));
}

TEST(Windows, MayBeTheWholeDay) {
  const DayWindow monday{1, 0, 0};
  EXPECT_TRUE(within(monday, {0, 0}));
  EXPECT_TRUE(within(monday, {0, 1439}));
  EXPECT_FALSE(within(monday, {1, 0}));
  EXPECT_TRUE(within(DayWindow{1, 0, 1440}, {0, 1439}));
}

TEST(Windows, ApplyOrSpare) {
  Hours hours;
  EXPECT_TRUE(hours.apply({0, 0}));
  hours.windows.push_back({every_day, 22 * 60, 6 * 60});
  EXPECT_TRUE(hours.apply({2, 23 * 60}));
  EXPECT_FALSE(hours.apply({2, 12 * 60}));
  hours.sense = WindowSense::spares;
  EXPECT_FALSE(hours.apply({2, 23 * 60}));
  EXPECT_TRUE(hours.apply({2, 12 * 60}));
}

TEST(Windows, AFenceAppliesWithinItsValidity) {
  Fence fence;
  EXPECT_EQ(applies(fence, std::nullopt, beijing), Truth::yes);
  fence.valid_from = from_iso8601("2026-01-01T00:00:00Z");
  fence.valid_until = from_iso8601("2027-01-01T00:00:00Z");
  EXPECT_EQ(applies(fence, std::nullopt, beijing), Truth::unknown);
  EXPECT_EQ(applies(fence, from_iso8601("2025-12-31T23:59:59Z"), beijing), Truth::no);
  EXPECT_EQ(applies(fence, from_iso8601("2026-01-01T00:00:00Z"), beijing), Truth::yes);
  EXPECT_EQ(applies(fence, from_iso8601("2027-01-01T00:00:00Z"), beijing), Truth::no);
}

}  // namespace
}  // namespace lujing::core
