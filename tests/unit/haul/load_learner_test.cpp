// A load that is learned: drift is followed, and what is no loading or unloading teaches nothing.
#include "terminal/core/haul/load_learner.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lujing::core {
namespace {

using protocol::Cover;

class Sensor {
 public:
  explicit Sensor(LoadLearnerConfig config = {100, 500}) : learner_(config) {}
  Sensor& around(bool standing, Cover cover, Truth at_site = Truth::unknown) {
    around_ = {standing, cover, at_site};
    return *this;
  }
  Sensor& hold(double raw, int seconds) {
    for (int i = 0; i < seconds * 10; ++i) {
      now_.ns += ns_per_s / 10;
      learner_.take(now_, raw + (i % 2 == 0 ? 1 : -1), around_);
    }
    raw_ = raw;
    return *this;
  }
  /// Six shovels from here to `full`, and a rest.
  Sensor& shovel_to(double full) {
    const double step = (full - raw_) / 6;
    const double from = raw_;
    for (int i = 1; i <= 6; ++i) hold(from + step * i, 15);
    return hold(full, 25);
  }
  const LoadLearner& learner() const { return learner_; }

 private:
  LoadLearner learner_;
  BootTime now_;
  LoadSurroundings around_;
  double raw_ = 0;
};

TEST(LoadLearner, FollowsADriftingSensor) {
  Sensor sensor;
  for (int trip = 0; trip < 8; ++trip) {
    sensor.around(true, Cover::open).hold(140, 10).shovel_to(560);
    sensor.around(false, Cover::closed).hold(560, 30);
  }
  EXPECT_NEAR(sensor.learner().empty(), 140, 3);
  EXPECT_NEAR(sensor.learner().full(), 560, 3);
  EXPECT_NEAR(*sensor.learner().share(), 1, 0.02);
}

TEST(LoadLearner, CountsShovels) {
  Sensor sensor;
  sensor.around(true, Cover::open).hold(100, 5).shovel_to(500);
  EXPECT_EQ(sensor.learner().shovels(), 6);
}

TEST(LoadLearner, LearnsNothingOnTheWayOrUnderAClosedCover) {
  Sensor moving;
  moving.around(false, Cover::open).hold(140, 30).shovel_to(560);
  Sensor closed;
  closed.around(true, Cover::closed).hold(140, 30).shovel_to(560);
  for (const Sensor* sensor : {&moving, &closed}) {
    EXPECT_EQ(sensor->learner().empty(), 100);
    EXPECT_EQ(sensor->learner().full(), 500);
  }
}

TEST(LoadLearner, TheStrictGateNeedsThePlace) {
  LoadLearnerConfig config{100, 500};
  config.gate = LoadGate::place;
  Sensor elsewhere(config);
  elsewhere.around(true, Cover::open, Truth::no).hold(100, 5).shovel_to(560);
  EXPECT_EQ(elsewhere.learner().full(), 500);
  Sensor there(config);
  there.around(true, Cover::open, Truth::yes).hold(140, 30).shovel_to(560);
  EXPECT_EQ(there.learner().empty(), 100) << "no unloading in a loading site";
  EXPECT_GT(there.learner().full(), 500);
}

TEST(LoadLearner, AHalfLoadTeachesNoFullValue) {
  Sensor sensor;
  sensor.around(true, Cover::open).hold(100, 5).shovel_to(300);
  EXPECT_EQ(sensor.learner().full(), 500);
}

TEST(LoadLearner, ASensorTheOtherWayRound) {
  Sensor sensor(LoadLearnerConfig{4000, 2500});
  sensor.around(true, Cover::open).hold(4000, 5).shovel_to(2450);
  EXPECT_LT(sensor.learner().full(), 2500);
  EXPECT_NEAR(*sensor.learner().share(), 1, 0.05);
}

TEST(LoadLearner, OddValuesDoNoHarm) {
  Sensor sensor;
  sensor.around(true, Cover::open).hold(std::nan(""), 5);
  EXPECT_FALSE(sensor.learner().share());
  sensor.hold(1e9, 30);
  EXPECT_EQ(sensor.learner().full(), 500);
}

}  // namespace
}  // namespace lujing::core
