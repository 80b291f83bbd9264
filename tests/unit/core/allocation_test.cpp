// In the steady state an observation costs no memory: only records do. A program of its own, since
// it counts every allocation.
#include "terminal/core/snapshot.h"
#include "tests/support/ascii_roads.h"
#include "tests/support/observations.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace {
std::size_t allocations = 0;
}  // namespace

// NOLINTBEGIN(misc-definitions-in-headers)
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {  // std::stable_sort's
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
// NOLINTEND(misc-definitions-in-headers)

namespace lujing::core {
namespace {

TEST(Allocations, AreForRecordsOnly) {
  test::Ride ride;
  ride.boot().gnss(30, 114, "2026-05-01T02:00:00Z").cover(test::SwitchState::on).load(0.9);
  for (int i = 0; i < 60; ++i) {
    ride.wheels_kmh(20 + i).say(hal::LinkState{hal::Link::can, true, 0}).say(hal::Power{24.0, {}});
    ride.say(hal::Counter{20, i}).say(hal::SkyView{12, 9, 0.8, 40.0}).load(0.9).pass(5);
  }
  Core core(test::muck_truck());
  std::vector<protocol::Record> records;
  records.reserve(16);
  std::size_t silent = 0;
  for (const hal::Observation& observation : ride.told()) {
    records.clear();
    const std::size_t before = allocations;
    core.take(observation, records);
    const bool steady = observation.at.seconds() > 110;
    if (steady && records.empty()) {
      ++silent;
      EXPECT_EQ(allocations, before) << "kind " << observation.what.index();
    }
  }
  EXPECT_GT(silent, 3000U);
}

class OneRoadFile : public DirectiveLibrary {
 public:
  explicit OneRoadFile(const tests::AsciiRoads& roads) {
    const auto bytes = roads.file();
    body_ = std::make_shared<const std::string>(reinterpret_cast<const char*>(bytes.data()),
                                                bytes.size());
  }
  DirectiveBody find(const Sha256&) const override { return body_; }

 private:
  DirectiveBody body_;
};

TEST(Allocations, NoneForTheRoadEither) {
  const tests::AsciiRoads roads(R"(
      A----B----C----D----E----F----G----H
           |    |         |    |
           I    J         K    L
  )",
                                60,
                                {{"ABCDEFGH", {{"highway", "secondary"}}},
                                 {"BI", {{"highway", "residential"}}},
                                 {"CJ", {{"highway", "residential"}}},
                                 {"EK", {{"highway", "residential"}}},
                                 {"FL", {{"highway", "residential"}}}});
  Core core(test::muck_truck(), {std::make_shared<OneRoadFile>(roads), {}});
  test::Ride ride;
  ride.boot().say(hal::DirectiveInForce{DirectiveKind::roads, 1, {}});
  const GeoPoint start = roads.at('A');
  ride.gnss(start.lat_deg(), start.lon_deg(), "2026-05-01T02:00:00Z").heading(1, 0, pi / 2);
  ride.wheels_kmh(30).pass(120).no_gnss().pass(40);  // at last held by the road alone
  std::vector<protocol::Record> records;
  records.reserve(64);
  std::size_t silent = 0;
  for (const hal::Observation& observation : ride.told()) {
    records.clear();
    const std::size_t before = allocations;
    core.take(observation, records);
    if (observation.at.seconds() > 150 && records.empty()) {
      ++silent;
      EXPECT_EQ(allocations, before)
          << observation.at.seconds() << " kind " << observation.what.index();
    }
  }
  EXPECT_GT(silent, 1000U);
  EXPECT_EQ(core.snapshot().pose.mode, PoseMode::road_bound);
}

}  // namespace
}  // namespace lujing::core
