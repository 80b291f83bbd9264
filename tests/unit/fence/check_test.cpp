// Which fences are refused, by a reason that names the item, and which odd ones are taken.
#include "terminal/core/fence/index.h"
#include "tests/unit/fence/fences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lujing::core {
namespace {

using test::box;
using test::fence;
using test::ring;
using testing::HasSubstr;

std::string why(const Fence& given) {
  const auto result = check(given);
  return result ? "" : result.error().what();
}

Fence polygon(Ring outer, std::vector<Ring> holes = {}) {
  return fence("F7", Polygon{std::move(outer), std::move(holes)});
}

TEST(FenceCheck, TakesBothWaysRoundAndRepeatedCorners) {
  Ring clockwise = box(0, 0, 100, 100);
  EXPECT_EQ(why(polygon(clockwise)), "");
  EXPECT_EQ(why(polygon({clockwise.rbegin(), clockwise.rend()})), "");
  Ring repeated = clockwise;
  repeated.insert(repeated.begin() + 1, repeated[1]);
  repeated.push_back(repeated.front());
  EXPECT_EQ(why(polygon(repeated)), "");
}

TEST(FenceCheck, RefusesSidesThatCrossAndNamesTheirCorners) {
  const std::string bow = why(polygon(ring({{0, 0}, {100, 120}, {100, 0}, {0, 100}})));
  EXPECT_THAT(bow, HasSubstr("fence \"F7\""));
  EXPECT_THAT(bow, HasSubstr("corner 1"));
  EXPECT_THAT(bow, HasSubstr("corner 3"));
  EXPECT_THAT(why(polygon(ring({{0, 0}, {100, 0}, {100, 100}, {50, 0}, {0, 100}}))),
              HasSubstr("meets"));
  EXPECT_THAT(why(polygon(ring({{0, 0}, {100, 0}, {50, 0}, {50, 100}}))), HasSubstr("meets"));
}

TEST(FenceCheck, RefusesWhatHasNoArea) {
  EXPECT_THAT(why(polygon({})), HasSubstr("without corners"));
  EXPECT_THAT(why(polygon(ring({{0, 0}, {100, 0}}))), HasSubstr("at least 3"));
  EXPECT_THAT(why(polygon(ring({{0, 0}, {100, 0}, {0, 0}}))), HasSubstr("at least 3"));
}

TEST(FenceCheck, HolesMustBeInside) {
  EXPECT_EQ(why(polygon(box(0, 0, 100, 100), {box(10, 10, 40, 40), box(50, 50, 90, 90)})), "");
  EXPECT_THAT(why(polygon(box(0, 0, 100, 100), {box(200, 0, 300, 100)})), HasSubstr("outside"));
  EXPECT_THAT(why(polygon(box(0, 0, 100, 100), {box(50, 50, 150, 90)})), HasSubstr("meets"));
  EXPECT_THAT(why(polygon(box(0, 0, 100, 100), {box(10, 10, 90, 90), box(20, 20, 30, 30)})),
              HasSubstr("inside of hole 1"));
}

TEST(FenceCheck, RefusesWhatIsTooLargeOrNotOnTheEarth) {
  EXPECT_EQ(why(polygon(box(-30'000, -30'000, 30'000, 30'000))), "");
  EXPECT_THAT(why(polygon({{300'000'000, 1'000'000'000},
                           {400'000'000, 1'000'000'000},
                           {400'000'000, 1'100'000'000}})),
              HasSubstr("5 degrees"));
  EXPECT_THAT(why(polygon({{300'000'000, 1'140'000'000}, {}, {300'100'000, 1'140'000'000}})),
              HasSubstr("corner 2"));
  EXPECT_THAT(why(fence("F7", Circle{test::place({}), -1})), HasSubstr("radius"));
  EXPECT_THAT(why(fence("F7", Corridor{{test::place({})}, 10})), HasSubstr("two different"));
  EXPECT_THAT(why(fence("F7", Corridor{ring({{0, 0}, {9, 9}}), 0})), HasSubstr("width"));
}

TEST(FenceCheck, RefusesAttributesThatCannotBe) {
  Fence odd = polygon(box(0, 0, 100, 100));
  odd.speed_limit_mps = -1;
  EXPECT_THAT(why(odd), HasSubstr("speed limit"));
  odd.speed_limit_mps = 0;
  odd.valid_from = UtcTime{2000};
  odd.valid_until = UtcTime{1000};
  EXPECT_THAT(why(odd), HasSubstr("ends before it begins"));
  odd.valid_until.reset();
  odd.hours.windows.push_back({0, 0, 60});
  EXPECT_THAT(why(odd), HasSubstr("weekday"));
  odd.hours.windows.front() = {every_day, 1440, 0};
  EXPECT_THAT(why(odd), HasSubstr("within a day"));
}

TEST(FenceCheck, RefusesASetWithAnIdThatComesTwice) {
  FenceSet set;
  set.fences = {polygon(box(0, 0, 10, 10)), polygon(box(50, 0, 60, 10))};
  const auto index = FenceIndex::make(set);
  ASSERT_FALSE(index);
  EXPECT_THAT(index.error().what(), HasSubstr("fence \"F7\": its id comes twice"));
}

TEST(FenceCheck, RefusesMoreGroundThanATerminalCanHold) {
  FenceSet set;
  for (int i = 0; i < 200; ++i) {
    const double at = i * 10.0;
    set.fences.push_back(
        fence(std::to_string(i), Polygon{box(at, at, at + 400'000, at + 400'000), {}}));
  }
  const auto index = FenceIndex::make(std::move(set));
  ASSERT_FALSE(index);
  EXPECT_THAT(index.error().what(), HasSubstr("too much ground"));
}

}  // namespace
}  // namespace lujing::core
