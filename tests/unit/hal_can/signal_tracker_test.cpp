// When a decoded value is told.
#include "hal/can/signal_tracker.h"

#include <gtest/gtest.h>

#include <vector>

namespace lujing::hal::can {
namespace {

constexpr BootTime ms(std::int64_t n) {
  return BootTime::from_ms(n);
}

class Tracker : public ::testing::Test {
 protected:
  Tracker() : tracker_({{7, 1000 * ns_per_ms}}, 100 * ns_per_ms) { tracker_.start(ms(0)); }

  void value(std::int64_t at, double v, SignalState state = SignalState::ok) {
    tracker_.take({0, state, 0, v}, ms(at), sink());
  }
  void tick(std::int64_t at) { tracker_.tick(ms(at), sink()); }
  Sink sink() {
    return [this](const Observation& o) { told_.push_back(o); };
  }
  static Observation observed(std::int64_t at, double v, SignalState state = SignalState::ok) {
    return {ms(at), CanSignal{7, state, v}};
  }

  SignalTracker tracker_;
  std::vector<Observation> told_;
};

TEST_F(Tracker, TheFirstValueIsToldAtOnceAndTheNextAfterTheInterval) {
  value(10, 1);
  value(60, 2);
  value(110, 3);
  EXPECT_EQ(told_, (std::vector{observed(10, 1), observed(110, 3)}));
}

TEST_F(Tracker, TheLastValueOfABurstIsToldWhenTheIntervalIsOver) {
  value(10, 1);
  value(20, 2);
  EXPECT_EQ(tracker_.next_deadline(), ms(0)) << "start() asks for a first look";
  tick(30);
  EXPECT_EQ(tracker_.next_deadline(), ms(110));
  tick(110);
  tick(200);
  EXPECT_EQ(told_, (std::vector{observed(10, 1), observed(110, 2)}));
}

TEST_F(Tracker, AChangeOfStateIsToldAtOnce) {
  value(10, 1);
  value(20, 0, SignalState::error);
  value(30, 0, SignalState::not_available);
  value(40, 5);
  EXPECT_EQ(told_, (std::vector{observed(10, 1), observed(20, 0, SignalState::error),
                                observed(30, 0, SignalState::not_available), observed(40, 5)}));
}

TEST_F(Tracker, SilenceIsStaleOnce) {
  value(10, 1);
  tick(500);
  tick(1010);
  tick(5000);
  EXPECT_EQ(told_, (std::vector{observed(10, 1), observed(1010, 0, SignalState::stale)}));
  EXPECT_EQ(tracker_.next_deadline().ns, INT64_MAX);
  value(6000, 2);
  EXPECT_EQ(told_.back(), observed(6000, 2));
}

TEST_F(Tracker, WhatWasNeverHeardIsStaleAfterItsTimeout) {
  tick(999);
  EXPECT_TRUE(told_.empty());
  tick(1000);
  EXPECT_EQ(told_, (std::vector{observed(1000, 0, SignalState::stale)}));
}

}  // namespace
}  // namespace lujing::hal::can
