#include "sim/devices/bus.h"
#include "sim/devices/modbus_slave.h"
#include "sim/truth/recorder.h"
#include "sim/truth/violations.h"
#include "sim/world.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/sim/start.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace lujing::sim {
namespace {

VehicleState moving(double t_s, double load, double cover, double kmh) {
  VehicleState state;
  state.t_s = t_s;
  state.speed_mps = kmh / 3.6;
  state.body.load_share = load;
  state.body.cover_open = cover;
  return state;
}

TEST(UnsealedWatch, NeedsLoadAndCoverAndSpeed) {
  for (const VehicleState& harmless :
       {moving(1, 0.2, 1, 30), moving(1, 1, 0, 30), moving(1, 1, 1, 4.9)}) {
    UnsealedWatch watch;
    EXPECT_FALSE(watch.take(harmless));
    EXPECT_FALSE(watch.open());
  }
}

TEST(UnsealedWatch, TellsFirstAndLastMoment) {
  UnsealedWatch watch;
  EXPECT_FALSE(watch.take(moving(1, 1, 1, 3)));
  EXPECT_FALSE(watch.take(moving(2, 1, 1, 30)));
  EXPECT_FALSE(watch.take(moving(3, 1, 0.3, 30)));
  ASSERT_TRUE(watch.open());
  const auto ended = watch.take(moving(4, 1, 0, 30));
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->rule, "MT-01");
  EXPECT_EQ(ended->begin_s, 2);
  EXPECT_EQ(ended->end_s, 3);
  EXPECT_FALSE(watch.open());
}

/// The same judgement from what the devices say: the collector's switches and the wheel speed.
class DeviceWatch {
 public:
  DeviceWatch() : bus_(VehicleType::muck, 7, "M-003") {}
  std::optional<Violation> take(const VehicleState& state) {
    for (const CanFrame& frame : bus_.step(state, World::step_s)) {
      if (frame.id == 0x18FEF100) {
        kmh_ = (frame.data[1] + 256 * frame.data[2]) / 256.0;
      }
    }
    const CollectorMap said = collector_map(state);
    const bool unsealed = said.discrete[0] == 0 && said.discrete[3] == 1 && kmh_ > 5;
    if (unsealed) {
      if (!open_) {
        open_ = Violation{"MT-01", state.t_s, state.t_s};
      }
      open_->end_s = state.t_s;
      return std::nullopt;
    }
    return std::exchange(open_, std::nullopt);
  }

 private:
  Bus bus_;
  double kmh_ = 0;
  std::optional<Violation> open_;
};

TEST(Truth, IsWhatTheDevicesSaid) {
  World world = World::scenario("demo", 7, start).value();
  UnsealedWatch truth;
  DeviceWatch devices;
  std::vector<Violation> true_ones;
  std::vector<Violation> said_ones;
  const auto keep = [](std::vector<Violation>& list, const std::optional<Violation>& violation) {
    if (violation && violation->end_s - violation->begin_s > 1.0) {
      list.push_back(*violation);
    }
  };
  for (int step = 0; step < 50 * 4 * 3600; ++step) {
    world.step();
    const VehicleState& truck = world.vehicles()[2].state();
    keep(true_ones, truth.take(truck));
    keep(said_ones, devices.take(truck));
  }
  ASSERT_EQ(true_ones.size(), said_ones.size());
  EXPECT_GE(true_ones.size(), 3U) << "it forgets the cover now and then";
  for (std::size_t i = 0; i < true_ones.size(); ++i) {
    // The wheel speed is told ten times a second and is off by a per cent.
    EXPECT_NEAR(true_ones[i].begin_s, said_ones[i].begin_s, 0.3);
    EXPECT_NEAR(true_ones[i].end_s, said_ones[i].end_s, 0.3);
  }
}

TEST(Truth, TheDemosTruckDrivesUnsealedSoonAndLongEnough) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 7U, 42U}) {
    World world = World::scenario("demo", seed, start).value();
    UnsealedWatch watch;
    double longest_s = 0;
    while (world.t_s() < 60) {
      world.step();
      watch.take(world.vehicles()[2].state());
      if (watch.open() && watch.open()->begin_s < 20) {
        longest_s = std::max(longest_s, watch.open()->end_s - watch.open()->begin_s);
      }
    }
    EXPECT_GT(longest_s, 10) << "seed " << seed;
    EXPECT_EQ(world.vehicles()[2].state().body.cover_open, 0) << "closed within the minute";
  }
}

TEST(TruthRecorder, WritesTracksStatesAndViolations) {
  const tests::TempDir folder;
  {
    World world = World::scenario("demo", 7, start).value();
    auto recorder = TruthRecorder::create(folder.path("truth"), world);
    ASSERT_TRUE(recorder) << recorder.error().what();
    while (world.t_s() < 30) {  // it ends amid the first violation
      world.step();
      recorder->take(world);
    }
  }
  const auto read = [&](const std::string& name) {
    std::ifstream file(folder.path("truth/" + name));
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string track = read("track_M-003.csv");
  EXPECT_EQ(std::count(track.begin(), track.end(), '\n'), 31);
  EXPECT_NE(track.find("2026-04-15T01:00:30.000Z,30.00,30."), std::string::npos) << track;
  EXPECT_NE(read("states_S-001.csv").find(",closed,flat,empty,1,1,1"), std::string::npos);
  EXPECT_NE(read("violations.csv").find("\nM-003,MT-01,2026-04-15T01:00:1"), std::string::npos);
  EXPECT_FALSE(
      TruthRecorder::create("/proc/no/such/folder", World::scenario("demo", 7, start).value()));
}

}  // namespace
}  // namespace lujing::sim
