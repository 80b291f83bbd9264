#include "terminal/app/observation_queue.h"

#include <gtest/gtest.h>

#include <thread>

namespace lujing::app {
namespace {

using std::chrono::milliseconds;

hal::Observation tick(std::int64_t n) {
  return {BootTime{n}, hal::ClockTick{}};
}

TEST(ObservationQueue, GivesWhatCameInTheOrderInWhichItCame) {
  ObservationQueue queue(10);
  for (int n = 0; n < 5; ++n) EXPECT_TRUE(queue.push(tick(n)));
  std::vector<hal::Observation> got;
  queue.take_all(got, milliseconds(0));
  ASSERT_EQ(got.size(), 5u);
  for (int n = 0; n < 5; ++n) EXPECT_EQ(got[static_cast<std::size_t>(n)].at.ns, n);
  queue.take_all(got, milliseconds(0));
  EXPECT_TRUE(got.empty());
}

TEST(ObservationQueue, CountsWhatItHadToDropAndKeepsTheOldest) {
  ObservationQueue queue(3);
  for (int n = 0; n < 10; ++n) EXPECT_EQ(queue.push(tick(n)), n < 3);
  EXPECT_EQ(queue.dropped(), 7u);
  EXPECT_EQ(queue.depth_max(), 3u);
  std::vector<hal::Observation> got;
  queue.take_all(got, milliseconds(0));
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got.back().at.ns, 2);
}

TEST(ObservationQueue, AReplayWaitsForRoomAndLosesNothing) {
  ObservationQueue queue(4);
  constexpr int total = 10'000;
  std::thread writer([&] {
    for (int n = 0; n < total; ++n) ASSERT_TRUE(queue.push_waiting(tick(n)));
  });
  std::vector<hal::Observation> got;
  int seen = 0;
  while (seen < total) {
    queue.take_all(got, milliseconds(1000));
    for (const auto& o : got) EXPECT_EQ(o.at.ns, seen++);
  }
  writer.join();
  EXPECT_EQ(queue.dropped(), 0u);
}

TEST(ObservationQueue, ClosingWakesAWriterThatWaits) {
  ObservationQueue queue(1);
  ASSERT_TRUE(queue.push(tick(0)));
  std::thread writer([&] { EXPECT_FALSE(queue.push_waiting(tick(1))); });
  queue.close();
  writer.join();
}

}  // namespace
}  // namespace lujing::app
