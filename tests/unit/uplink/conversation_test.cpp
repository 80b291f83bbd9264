#include "terminal/uplink/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace lujing::uplink {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, StaysBelowADoublingCeiling) {
  Backoff backoff(100ms, 1000ms, 3);
  auto ceiling = 100ms;
  for (int n = 0; n < 50; ++n) {
    EXPECT_LE(backoff.next(), ceiling);
    ceiling = std::min(ceiling * 2, 1000ms);
  }
  backoff.reset();
  EXPECT_LE(backoff.next(), 100ms);
}

TEST(Backoff, SpreadsAFleetOverTheWholeTime) {
  std::vector<std::int64_t> waits;
  for (std::uint64_t terminal = 1; terminal <= 400; ++terminal) {
    Backoff backoff(1000ms, 60'000ms, terminal);
    for (int n = 0; n < 6; ++n) (void)backoff.next();
    waits.push_back(backoff.next().count());
  }
  std::sort(waits.begin(), waits.end());
  EXPECT_LT(waits[40], 60'000 / 5);
  EXPECT_GT(waits[360], 60'000 / 5 * 4);
}

TEST(Backoff, NeverComesBeforeTheNamedTime) {
  Backoff backoff(100ms, 1000ms, 3);
  for (int n = 0; n < 100; ++n) {
    const auto wait = backoff.after(5000ms);
    EXPECT_GE(wait, 5000ms);
    EXPECT_LE(wait, 7500ms);
  }
  EXPECT_LE(backoff.after(std::chrono::hours(1000)), 15min);
}

}  // namespace
}  // namespace lujing::uplink
