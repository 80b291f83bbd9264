// A road file that comes as a directive: from then on the core says which links were driven, and
// which kerbs were cleaned.
#include "protocol/chain.h"
#include "terminal/core/core.h"
#include "terminal/core/roads/on_road.h"
#include "terminal/core/snapshot.h"
#include "tests/support/ascii_roads.h"
#include "tests/support/observations.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>

namespace lujing::core {
namespace {

using protocol::RoadRecord;

const tests::AsciiRoads& town() {
  static const tests::AsciiRoads roads(R"(
      A----B----C----D
           |    |
           E    F
  )",
                                       60,
                                       {{"ABCD", {{"highway", "secondary"}, {"name", "Long"}}},
                                        {"BE", {{"highway", "residential"}}},
                                        {"CF", {{"highway", "residential"}}}});
  return roads;
}

DirectiveBody file_of(const tests::AsciiRoads& roads) {
  const auto bytes = roads.file();
  return std::make_shared<const std::string>(reinterpret_cast<const char*>(bytes.data()),
                                             bytes.size());
}

class OneBody : public DirectiveLibrary {
 public:
  explicit OneBody(DirectiveBody body) : body_(std::move(body)) {}
  DirectiveBody find(const Sha256& sha256) const override {
    return sha256[0] == 1 ? body_ : nullptr;
  }

 private:
  DirectiveBody body_;
};

hal::Observation road_file(std::int64_t at_ns) {
  hal::DirectiveInForce told{DirectiveKind::roads, 1, {}};
  told.sha256[0] = 1;
  return {BootTime{at_ns}, told};
}

/// Eastwards on the Long road at 8 m/s, a fix a second, half a metre to the right of its line.
std::vector<hal::Observation> drive_east(int seconds) {
  std::vector<hal::Observation> told;
  told.push_back({BootTime{0}, hal::Boot{7}});
  told.push_back(road_file(1'000'000));
  const GeoPoint start = town().at('A');
  for (int s = 1; s <= seconds; ++s) {
    hal::GnssFix fix;
    fix.mode = hal::FixMode::fix_3d;
    fix.utc = UtcTime{1'780'000'000'000 + s * 1000};
    fix.position = moved(start, {s * 8.0, -0.5});
    fix.speed_mps = 8;
    fix.course_rad = pi / 2;
    fix.horizontal_error_m = 3;
    fix.speed_error_mps = 0.3;
    told.push_back({BootTime{s * ns_per_s}, fix});
  }
  return told;
}

std::vector<protocol::Record> decide(const std::vector<hal::Observation>& told,
                                     const DirectiveBody& body) {
  Core core(test::muck_truck(), {std::make_shared<OneBody>(body), {}});
  std::vector<protocol::Record> records;
  for (const hal::Observation& observation : told) core.take(observation, records);
  return records;
}

TEST(OnRoad, TheStretchesDrivenAreRecordsOfTheLinksInOrder) {
  const auto records = decide(drive_east(140), file_of(town()));
  const auto roads = test::only<RoadRecord>(records);
  ASSERT_FALSE(roads.empty());
  double driven_m = 0;
  std::int64_t left_ms = 0;
  for (const RoadRecord& road : roads) {
    EXPECT_EQ(road.roads, town().roads().version());
    EXPECT_EQ(town().roads().road_name(road.link), "Long");
    EXPECT_LT(road.from_cm, road.to_cm);
    EXPECT_GE(road.entered_boot_ms, left_ms);
    left_ms = road.left_boot_ms;
    driven_m += (road.to_cm - road.from_cm) / 100.0;
  }
  // 140 s at 8 m/s are 1,120 m; what the last half minute drove is not committed yet.
  EXPECT_GT(driven_m, 840);
  EXPECT_LT(driven_m, 1130);
}

TEST(OnRoad, TheSameObservationsGiveTheSameBytes) {
  std::string bytes[2];
  for (std::string& once : bytes) {
    for (const auto& record : decide(drive_east(90), file_of(town())))
      protocol::append_canonical(record, once);
  }
  EXPECT_EQ(bytes[0], bytes[1]);
}

TEST(OnRoad, ADamagedFileIsRefusedAndTheOneInForceStays) {
  OnRoad on_road;
  ASSERT_TRUE(on_road.put(file_of(town())));
  const RoadNetwork* before = on_road.network();
  ASSERT_NE(before, nullptr);
  auto damaged = std::make_shared<std::string>(*file_of(town()));
  (*damaged)[damaged->size() / 2] = static_cast<char>((*damaged)[damaged->size() / 2] ^ 1);
  const auto refused = on_road.put(damaged);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what().find("road file"), std::string::npos);
  EXPECT_EQ(on_road.network(), before);
  EXPECT_FALSE(on_road.put(std::make_shared<const std::string>()));
}

TEST(OnRoad, WithoutAFileNothingIsSaidOfRoads) {
  const auto records = decide(drive_east(60), nullptr);
  EXPECT_TRUE(test::only<RoadRecord>(records).empty());
}

/// Eastwards on the Long road, the last 50 s without a receiver, and no sensor sees turns.
Pose without_receiver(bool with_roads) {
  Core core(test::muck_truck(),
            {std::make_shared<OneBody>(with_roads ? file_of(town()) : nullptr), {}});
  std::vector<protocol::Record> records;
  core.take({BootTime{0}, hal::Boot{7}}, records);
  core.take(road_file(1'000'000), records);
  for (int i = 1; i < 1000; ++i) {
    const BootTime now{i * 100 * ns_per_ms};
    core.take({now, hal::CanSignal{0, hal::SignalState::ok, 8 * 3.6}}, records);
    if (i % 10 != 0 || i > 500) continue;
    hal::GnssFix fix;
    fix.mode = hal::FixMode::fix_3d;
    fix.utc = UtcTime{1'780'000'000'000 + i * 100};
    fix.position = moved(town().at('A'), {i * 0.8, -0.5});
    fix.speed_mps = 8;
    fix.course_rad = pi / 2;
    fix.horizontal_error_m = 3;
    fix.speed_error_mps = 0.3;
    core.take({now, fix}, records);
  }
  return core.snapshot().pose;
}

TEST(OnRoad, HoldsDeadReckoningOnTheRoad) {
  const Pose held = without_receiver(true);
  EXPECT_EQ(held.mode, PoseMode::road_bound);
  EXPECT_LT(distance_m(held.position, moved(town().at('A'), {799, -0.5})), 15);
  EXPECT_LT(held.covariance.north_m2, 20) << "across the road";
  const Pose free = without_receiver(false);
  EXPECT_NE(free.mode, PoseMode::road_bound);
  EXPECT_GT(free.covariance.north_m2, 1000);
}

TEST(OnRoad, ForgottenItSaysNothingMore) {
  OnRoad on_road;
  ASSERT_TRUE(on_road.put(file_of(town())));
  on_road.forget();
  EXPECT_EQ(on_road.network(), nullptr);
  Pose pose;
  pose.mode = PoseMode::gnss;
  pose.position = town().at('B');
  EXPECT_TRUE(on_road.take(pose).empty());
}

}  // namespace
}  // namespace lujing::core
