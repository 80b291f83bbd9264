// A device played from a journal.
#include "hal/replay.h"

#include "tests/unit/hal_can/collector.h"

#include <gtest/gtest.h>

#include <deque>

namespace lujing::hal {
namespace {

constexpr BootTime ms(std::int64_t n) {
  return BootTime::from_ms(n);
}

const std::vector<Observation> journal = {
    {ms(10), Boot{1}},
    {ms(20), LinkState{Link::can, true, 0}},
    {ms(30), GnssFix{}},
    {ms(40), CanSignal{1, SignalState::ok, 5}},
    {ms(35), CanSignal{2, SignalState::ok, 6}},  // told later: the order is the journal's
    {ms(50), LinkState{Link::gnss, true, 0}},
    {ms(60), Switch{1, SwitchState::on}},
    {ms(70), Analog{1, SwitchState::on, 0.5}},
    {ms(80), LinkState{Link::io, false, 0}},
    {ms(90), Power{}},
    {ms(95), SkyView{}},
    {ms(99), LinkState{Link::uplink, true, 0}},
    {ms(240), CanSignal{1, SignalState::stale, 0}},
};

ReplaySource::Pull puller() {
  return [next = std::size_t{0}]() mutable -> std::optional<Observation> {
    if (next == journal.size()) return std::nullopt;
    return journal[next++];
  };
}

std::vector<Observation> played(std::optional<DeviceClass> device, std::size_t count,
                                ReplayPace pace = {}) {
  Collector heard;
  ReplaySource source(puller(), device, pace);
  source.start(heard.sink());
  EXPECT_TRUE(heard.wait([&](const auto& all) { return all.size() == count; }));
  source.stop();
  return heard.all();
}

TEST(Replay, EachDeviceClassTellsItsOwnInTheJournalsOrderAndTime) {
  EXPECT_EQ(played(DeviceClass::can, 4),
            (std::vector{journal[1], journal[3], journal[4], journal[12]}));
  EXPECT_EQ(played(DeviceClass::gnss, 3), (std::vector{journal[2], journal[5], journal[10]}));
  EXPECT_EQ(played(DeviceClass::io, 3), (std::vector{journal[6], journal[7], journal[8]}));
  EXPECT_EQ(played(DeviceClass::power, 1), (std::vector{journal[9]}));
}

TEST(Replay, WithoutAClassTheWholeJournalIsTold) {
  EXPECT_EQ(played(std::nullopt, journal.size()), journal);
}

TEST(Replay, RebasedItIsToldNowAtItsPace) {
  const BootTime before = boot_now();
  const auto all = played(DeviceClass::can, 4, {.speed = 2, .rebase = true});
  EXPECT_GE(all[0].at, before);
  EXPECT_EQ(all[3].at.ns - all[0].at.ns, 110 * ns_per_ms);
  EXPECT_GE(boot_now(), all[3].at);
}

TEST(Replay, StopsInTheMiddleOfAWait) {
  Collector heard;
  const auto far_apart = [n = 0]() mutable -> std::optional<Observation> {
    return Observation{{n++ * INT64_C(4'000'000'000'000'000'000)}, Power{}};
  };
  ReplaySource source(far_apart, DeviceClass::power, {.speed = 1});
  source.start(heard.sink());
  ASSERT_TRUE(heard.wait([](const auto& all) { return !all.empty(); }));
  source.stop();
  EXPECT_FALSE(source.finished());
}

}  // namespace
}  // namespace lujing::hal
