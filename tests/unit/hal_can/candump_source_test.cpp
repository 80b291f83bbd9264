// A candump log as a device, and what open_can() refuses.
#include "hal/can/source.h"
#include "tests/unit/hal_can/collector.h"
#include "tests/unit/hal_can/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lujing::hal::can {
namespace {

using ::testing::HasSubstr;

class CandumpSource : public ::testing::Test {
 protected:
  CanConfig config(const std::string& log) {
    CanConfig c;
    c.interface = "candump:" + dir_.file("a.log", log);
    c.dbc = {dir_.file("truck.dbc", truck_dbc)};
    c.signals = {{3, "CCVS1", "WheelBasedVehicleSpeed", 2.0, {}}};
    c.replay_speed = 0;
    return c;
  }
  TempDir dir_;
  Collector heard_;
};

/// The end of a log is a bus that went away.
TEST_F(CandumpSource, TellsTheSignalsThenStalenessThenNoMore) {
  auto source =
      open_can(config("(100.000) can0 18FEF100#FF0032FFFFFFFFFF\n"
                      "(100.050) can0 18FEF100#FF0033FFFFFFFFFF\n"
                      "nonsense\n"
                      "(100.060) can0 123#11\n"
                      "(100.070) can0 20000008#0000000000000000\n"
                      "(100.080) can0 18FEF100#FF\n"
                      "(110.000) can0 18FEF100#FFFFFFFFFFFFFFFF\n"));
  ASSERT_TRUE(source.ok()) << source.error().what();
  (*source)->start(heard_.sink());
  const CanSignal stale{3, SignalState::stale, 0};
  ASSERT_TRUE(heard_.wait([&](const auto& all) {
    return std::count_if(all.begin(), all.end(),
                         [&](const auto& o) { return o.what == What(stale); }) == 2;
  }));
  (*source)->stop();
  const auto all = heard_.all();
  ASSERT_EQ(all.size(), 7U);
  const std::int64_t t0 = all[0].at.ns;
  const auto expect = [&](std::size_t i, std::int64_t after_ms, const What& what) {
    EXPECT_EQ(all[i].at.ns - t0, after_ms * ns_per_ms) << i;
    EXPECT_EQ(all[i].what, what) << i;
  };
  expect(0, 0, LinkState{Link::can, true, 0});
  expect(1, 0, CanSignal{3, SignalState::ok, 50});
  expect(2, 100, CanSignal{3, SignalState::ok, 51});  // kept back until the interval was over
  expect(3, 2050, stale);                             // the frame at 80 ms is too short to say it
  expect(4, 10'000, CanSignal{3, SignalState::not_available, 0});
  expect(5, 10'000, LinkState{Link::can, false, 0});
  expect(6, 12'000, stale);
  const CanCounters c = (*source)->counters();
  EXPECT_EQ(c.frames, 5U);
  EXPECT_EQ(c.error_frames, 1U);
  EXPECT_EQ(c.short_frames, 1U);
  EXPECT_EQ(c.unreadable, 1U);
  EXPECT_THAT((*source)->health_line(), HasSubstr("the log is at its end"));
}

TEST_F(CandumpSource, BusOffTakesTheLinkDownUntilTheBusIsHeardAgain) {
  auto source =
      open_can(config("(1.0) can0 18FEF100#FF0032FFFFFFFFFF\n"
                      "(1.1) can0 20000040#0000000000000000\n"
                      "(1.2) can0 20000100#0000000000000000\n"));
  (*source)->start(heard_.sink());
  ASSERT_TRUE(heard_.wait_for(CanSignal{3, SignalState::stale, 0}));
  (*source)->stop();
  std::vector<bool> links;
  for (const Observation& o : heard_.all()) {
    if (const auto* link = std::get_if<LinkState>(&o.what)) links.push_back(link->up);
  }
  EXPECT_EQ(links, (std::vector{true, false, true, false}));
  EXPECT_EQ((*source)->counters().bus_off, 1U);
}

TEST_F(CandumpSource, IsPacedByItsTimeStamps) {
  CanConfig c =
      config("(1.0) can0 18FEF100#FF0032FFFFFFFFFF\n(3.0) can0 18FEF100#FF0033FFFFFFFFFF\n");
  c.replay_speed = 10;
  auto source = open_can(c);
  (*source)->start(heard_.sink());
  ASSERT_TRUE(heard_.wait_for(CanSignal{3, SignalState::ok, 51}));
  (*source)->stop();
  const auto all = heard_.all();
  EXPECT_EQ(all[2].at.ns - all[1].at.ns, 200 * ns_per_ms);
}

TEST_F(CandumpSource, StopsInTheMiddleOfALongWait) {
  CanConfig c = config("(1.0) can0 123#11\n(99999.0) can0 123#11\n");
  c.replay_speed = 1;
  auto source = open_can(c);
  (*source)->start(heard_.sink());
  ASSERT_TRUE(heard_.wait_for(LinkState{Link::can, true, 0}));
  (*source)->stop();
  EXPECT_EQ(heard_.all().size(), 1U);
}

TEST_F(CandumpSource, AMissingLogIsToldAndTriedAgain) {
  CanConfig c = config("");
  c.interface = "candump:" + (dir_.path() / "later.log").string();
  auto source = open_can(c);
  ASSERT_TRUE(source.ok());
  (*source)->start(heard_.sink());
  ASSERT_TRUE(heard_.wait_for(LinkState{Link::can, false, 0}));
  EXPECT_THAT((*source)->health_line(), HasSubstr("later.log: cannot be read"));
  std::filesystem::rename(dir_.file("new", "(1.0) can0 18FEF100#FF0032FFFFFFFFFF\n"),
                          dir_.path() / "later.log");
  EXPECT_TRUE(heard_.wait_for(CanSignal{3, SignalState::ok, 50}));
}

TEST_F(CandumpSource, WhatNoWaitingCanMendIsRefused) {
  const auto refused = [&](auto change) {
    CanConfig c = config("");
    change(c);
    auto source = open_can(c);
    EXPECT_FALSE(source.ok());
    return source.ok() ? std::string() : source.error().what();
  };
  EXPECT_THAT(refused([](CanConfig& c) { c.interface = "can0"; }), HasSubstr("socketcan:NAME"));
  EXPECT_THAT(refused([](CanConfig& c) { c.interface = "slcan:"; }), HasSubstr("slcan:DEVICE"));
  EXPECT_THAT(refused([](CanConfig& c) {
                c.interface = "slcan:/dev/x";
                c.bitrate = 42;
              }),
              HasSubstr("no bitrate 42"));
  EXPECT_THAT(refused([](CanConfig& c) { c.interface = "slcan:/dev/x@fast"; }),
              HasSubstr("no baud rate"));
  EXPECT_THAT(refused([](CanConfig& c) { c.dbc = {"/nowhere.dbc"}; }), HasSubstr("/nowhere.dbc"));
  EXPECT_THAT(refused([&](CanConfig& c) { c.dbc = {dir_.file("bad.dbc", "BO_ x\n")}; }),
              HasSubstr("bad.dbc:1: "));
  EXPECT_THAT(refused([](CanConfig& c) { c.signals[0].signal = "Gone"; }), HasSubstr("Gone"));
  EXPECT_THAT(refused([](CanConfig& c) { c.signals[0].timeout_s = 0; }), HasSubstr("timeout_s"));
  EXPECT_THAT(refused([](CanConfig& c) { c.replay_speed = -1; }), HasSubstr("speed"));
}

}  // namespace
}  // namespace lujing::hal::can
