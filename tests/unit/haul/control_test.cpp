// Limits: off by default, never a stop for a moving vehicle, lowered slowly, released with a
// reason, kept over a power cut; every step a record.
#include "terminal/core/haul/control.h"

#include <gtest/gtest.h>

namespace lujing::core {
namespace {

using protocol::ControlRecord;
using protocol::Limit;
using protocol::LimitEvent;
using protocol::LimitOrigin;

class Truck {
 public:
  explicit Truck(bool enabled = true) { config_.enabled = enabled; }
  Truck& speed(double mps) {
    input_.speed_mps = mps;
    input_.moving = mps > 0.5;
    input_.stands = !input_.moving;
    return *this;
  }
  Truck& ask(Limit limit, double mps, int priority = 1, LimitOrigin origin = LimitOrigin::platform,
             const char* reason = "r") {
    control_.ask(input_, {limit, origin, priority, mps, reason}, told_);
    return *this;
  }
  Truck& release(Limit limit, LimitOrigin origin = LimitOrigin::platform,
                 const char* reason = "r") {
    control_.release(input_, limit, origin, reason, told_);
    return *this;
  }
  /// The bus is silent, and the receiver says that it stands: it may be frozen.
  Truck& only_receiver_stands() {
    input_.speed_mps = 0;
    input_.moving = input_.stands = false;
    return *this;
  }
  Truck& speed_unknown() {
    input_.speed_mps.reset();
    input_.moving = input_.stands = false;
    return *this;
  }
  Truck& pass(int seconds) {
    for (int i = 0; i < seconds * 10; ++i) {
      input_.now.ns += ns_per_s / 10;
      control_.judge(input_, told_);
    }
    return *this;
  }
  Truck& spot(const char* reason) {
    control_.release_on_the_spot(input_, reason, told_);
    return *this;
  }
  std::string told() const {
    std::string text;
    for (const ControlRecord& record : told_) text += std::string(to_string(record.event)) + " ";
    return text;
  }
  /// In a fence with this limit from now on; 0: in none.
  Truck& fence(double limit_mps) {
    follow_fence(control_, config_, input_, limit_mps, told_);
    return *this;
  }
  Control& control() { return control_; }
  std::vector<ControlRecord>& records() { return told_; }
  ControlConfig& config() { return config_; }

 private:
  ControlConfig config_;
  Control control_{config_};
  LimitInput input_{BootTime{}, 0.0, false, true, {}};
  std::vector<ControlRecord> told_;
};

TEST(Control, IsOffUnlessTheProfileTurnsItOn) {
  Truck truck(false);
  truck.ask(Limit::speed, 5).ask(Limit::lock, 0).pass(60);
  EXPECT_EQ(truck.told(), "refused refused ");
  EXPECT_NE(truck.records()[0].reason.find("off"), std::string::npos);
  EXPECT_EQ(truck.control().limits(), Limits{});
}

TEST(Control, ASpeedLimitBeginsAtThePresentSpeedAndSinksSlowly) {
  Truck truck;
  truck.speed(20).ask(Limit::speed, 20 / 3.6).pass(1);
  EXPECT_NEAR(*truck.control().limits().speed_mps, 20, 0.35);
  double before = *truck.control().limits().speed_mps;
  for (int i = 0; i < 60; ++i) {
    truck.pass(1);
    const double now = *truck.control().limits().speed_mps;
    EXPECT_LE(before - now, 0.31);
    before = now;
  }
  EXPECT_NEAR(before, 20 / 3.6, 1e-9);
  EXPECT_EQ(truck.records().back().value_cmps, 556);
  EXPECT_LT(truck.records().size(), 20U);
}

TEST(Control, NeverLimitsToAStandstill) {
  Truck truck;
  truck.speed(10).ask(Limit::speed, 0).pass(120);
  EXPECT_DOUBLE_EQ(*truck.control().limits().speed_mps, truck.config().least_mps);
}

TEST(Control, ALockWaitsUntilTheVehicleHasStood) {
  Truck truck;
  truck.speed(10).ask(Limit::lock, 0).pass(60);
  EXPECT_EQ(truck.told(), "asked waits ");
  truck.speed(0).pass(8).speed(5).pass(5).speed(0).pass(9);
  EXPECT_FALSE(truck.control().limits().lock);
  truck.pass(2);
  EXPECT_TRUE(truck.control().limits().lock);
  truck.release(Limit::lock).pass(1);
  EXPECT_EQ(truck.told(), "asked waits applied released ended ");
}

TEST(Control, ALockDoesNotTrustAReceiverThatMayBeFrozen) {
  Truck truck;
  truck.speed(10).ask(Limit::lock, 0).pass(5).only_receiver_stands().pass(600);
  EXPECT_FALSE(truck.control().limits().lock) << "the wheels are silent";
  EXPECT_EQ(truck.told(), "asked waits ");
  truck.speed(0).pass(11);
  EXPECT_TRUE(truck.control().limits().lock);
}

TEST(Control, PriorityFirstThenTheSmallestLimit) {
  Truck truck;
  truck.speed(0).ask(Limit::speed, 15, 1, LimitOrigin::fence, "N");
  truck.ask(Limit::speed, 8, 1, LimitOrigin::rule, "MT-01").pass(1);
  EXPECT_DOUBLE_EQ(*truck.control().limits().speed_mps, 8);
  truck.release(Limit::speed, LimitOrigin::rule, "MT-01").pass(1);
  EXPECT_EQ(truck.control().standing().size(), 1U);
  truck.ask(Limit::speed, 30, 5, LimitOrigin::platform, "escort").pass(1);
  EXPECT_GE(*truck.control().limits().speed_mps, 30);
}

TEST(Control, CanAlwaysBeReleasedOnTheSpotWithAReason) {
  Truck truck;
  truck.speed(0).ask(Limit::lock, 0).ask(Limit::hoist, 0).pass(20);
  EXPECT_TRUE(truck.control().limits().hoist);
  truck.spot("fire on site");
  EXPECT_EQ(truck.control().limits(), Limits{});
  const auto& records = truck.records();
  EXPECT_NE(records[records.size() - 3].reason.find("fire on site"), std::string::npos);
  EXPECT_EQ(records[records.size() - 3].origin, LimitOrigin::spot);
}

TEST(Control, OutlivesAPowerCut) {
  Truck before;
  before.speed(0).ask(Limit::lock, 0, 3, LimitOrigin::platform, "case 7").pass(20);
  const auto standing = before.control().standing();
  Truck after;
  after.control().resume({standing.begin(), standing.end()});
  after.speed(0).pass(20);
  EXPECT_TRUE(after.control().limits().lock);
  EXPECT_EQ(after.records().back().reason, "case 7");
}

TEST(Control, ALimitAfterAPowerCutGoesOnFromThePresentSpeed) {
  Truck truck;
  truck.control().resume({{Limit::speed, LimitOrigin::platform, 1, 8, "case 8"}});
  truck.speed_unknown().pass(2);
  EXPECT_GT(truck.control().limits().speed_mps.value_or(0), 50) << "it may be any speed";
  truck.speed(12).pass(1);
  EXPECT_LE(truck.control().limits().speed_mps.value_or(99), 12);
  EXPECT_GE(truck.control().limits().speed_mps.value_or(0), 11) << "sinks slowly from there";
  truck.pass(30);
  EXPECT_DOUBLE_EQ(truck.control().limits().speed_mps.value_or(0), 8);
}

TEST(Control, FollowsAFenceWhereTheProfileSaysSo) {
  Truck truck;
  truck.speed(20).fence(10).pass(1);
  EXPECT_EQ(truck.told(), "") << "off by default";
  truck.config().fence_speed = true;
  truck.fence(10).pass(60).fence(10).fence(10);
  EXPECT_NEAR(*truck.control().limits().speed_mps, 10, 0.01);
  EXPECT_EQ(truck.control().standing().size(), 1U);
  truck.fence(0).pass(1);
  EXPECT_EQ(truck.control().limits(), Limits{});
}

TEST(Control, AFencesLimitThatWasEndedOnTheSpotStaysEndedInThatFence) {
  Truck truck;
  truck.config().fence_speed = true;
  truck.speed(5).fence(3).pass(20).spot("ambulance behind").fence(3).pass(5);
  EXPECT_EQ(truck.control().limits(), Limits{});
  truck.fence(0).fence(3).pass(5);
  EXPECT_TRUE(truck.control().limits().speed_mps.has_value()) << "the next one counts again";
}

TEST(Control, RefusesNonsenseAndTooMany) {
  Truck truck;
  truck.ask(Limit::speed, -1);
  EXPECT_EQ(truck.told(), "refused ");
  for (int i = 0; i < 20; ++i) {
    truck.ask(Limit::hoist, 0, 1, LimitOrigin::fence, std::to_string(i).c_str());
  }
  EXPECT_EQ(truck.control().standing().size(), Control::most_requests);
}

}  // namespace
}  // namespace lujing::core
