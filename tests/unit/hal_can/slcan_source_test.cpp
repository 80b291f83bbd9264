// An slcan adapter, played by the test on the other side of a real pseudo-terminal.
#include "hal/can/slcan.h"
#include "hal/can/source.h"
#include "tests/unit/hal_can/adapter.h"
#include "tests/unit/hal_can/collector.h"
#include "tests/unit/hal_can/temp_dir.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <thread>

namespace lujing::hal::can {
namespace {

using ::testing::HasSubstr;

class SlcanSource : public ::testing::Test {
 protected:
  std::unique_ptr<CanSource> source() {
    CanConfig c;
    c.interface = "slcan:" + device_;
    c.bitrate = 500'000;
    c.dbc = {dir_.file("truck.dbc", truck_dbc)};
    c.signals = {{3, "CCVS1", "WheelBasedVehicleSpeed", 60.0, {}}};
    auto opened = open_can(c);
    EXPECT_TRUE(opened.ok()) << opened.error().what();
    return opened ? std::move(*opened) : nullptr;
  }
  static CanSignal speed(double kmh) { return {3, SignalState::ok, kmh}; }

  TempDir dir_;
  std::string device_ = (dir_.path() / "ttyCAN").string();
  Collector heard_;
};

TEST_F(SlcanSource, OpensTheBusAtItsBitrateAndTellsItsSignals) {
  Adapter adapter(device_);
  auto can = source();
  can->start(heard_.sink());
  ASSERT_TRUE(adapter.wait_for_commands("C S6 O "));
  ASSERT_TRUE(heard_.wait_for(LinkState{Link::can, true, 0}));
  adapter.send("T18FEF1008FF0032FFFFFFFFFF\r");
  ASSERT_TRUE(heard_.wait_for(speed(50)));
  adapter.send("garbage\rT18FEF1008FF00");
  adapter.send("33FFFFFFFFFF12AB\r");
  ASSERT_TRUE(heard_.wait_for(speed(51)));
  EXPECT_EQ(can->counters().frames, 2U);
  EXPECT_EQ(can->counters().unreadable, 1U);
  can->stop();
}

TEST_F(SlcanSource, AnAdapterThatNeverAnswersIsHeardAllTheSame) {
  Adapter adapter(device_, {.answers = false});
  auto can = source();
  can->start(heard_.sink());
  ASSERT_TRUE(adapter.wait_for_commands("O "));
  ASSERT_TRUE(heard_.wait_for(LinkState{Link::can, true, 0}));
  adapter.send("T18FEF1008FF0032FFFFFFFFFF\r");
  EXPECT_TRUE(heard_.wait_for(speed(50)));
}

TEST_F(SlcanSource, ARefusedBitrateIsNamedAndTriedAgain) {
  Adapter adapter(device_, {.refuses = 'S'});
  auto can = source();
  can->start(heard_.sink());
  ASSERT_TRUE(heard_.wait_for(LinkState{Link::can, false, 0}));
  EXPECT_THAT(can->health_line(), HasSubstr("refuses the bitrate (S6)"));
  EXPECT_TRUE(adapter.wait_for_commands("C S6 C S6"));
}

TEST_F(SlcanSource, AMissingDeviceIsOpenedWhenItComesAndAgainAfterItWasUnplugged) {
  auto can = source();
  can->start(heard_.sink());
  ASSERT_TRUE(heard_.wait_for(LinkState{Link::can, false, 0}));
  EXPECT_THAT(can->health_line(), HasSubstr("Is the CAN adapter plugged in?"));
  {
    Adapter adapter(device_);
    ASSERT_TRUE(heard_.wait_for(LinkState{Link::can, true, 0}));
    adapter.send("T18FEF1008FF0032FFFFFFFFFF\r");
    ASSERT_TRUE(heard_.wait_for(speed(50)));
  }
  ASSERT_TRUE(heard_.wait([](const auto& all) {
    return all.back().what == What(LinkState{Link::can, false, 0});
  }));
  Adapter adapter(device_);
  ASSERT_TRUE(adapter.wait_for_commands("O "));
  adapter.send("T18FEF1008FF0033FFFFFFFFFF\r");
  EXPECT_TRUE(heard_.wait_for(speed(51)));
  can->stop();
}

/// The protocol's flags have a bus error; without a frame since, the controller is bus-off.
TEST_F(SlcanSource, BusOffReopensTheChannelAndTheNextFrameBringsTheLinkBack) {
  Adapter adapter(device_, {.flags = "F80"});
  auto can = source();
  can->start(heard_.sink());
  ASSERT_TRUE(heard_.wait([](const auto& all) {
    return all.size() == 2 && all[1].what == What(LinkState{Link::can, false, 0});
  }));
  EXPECT_TRUE(adapter.wait_for_commands("F C S6 O "));
  adapter.set_flags("F00");
  adapter.send("T18FEF1008FF0032FFFFFFFFFF\r");
  ASSERT_TRUE(heard_.wait_for(speed(50)));
  EXPECT_EQ(heard_.all()[2].what, What(LinkState{Link::can, true, 0}));
  EXPECT_GE(can->counters().bus_off, 1U);
}

TEST_F(SlcanSource, AnOverrunOfTheAdapterIsALoss) {
  Adapter adapter(device_, {.flags = "F08"});
  auto can = source();
  can->start(heard_.sink());
  ASSERT_TRUE(adapter.wait_for_commands("F F "));
  adapter.send("T18FEF1008FF0032FFFFFFFFFF\r");
  ASSERT_TRUE(heard_.wait_for(speed(50)));
  can->stop();
  EXPECT_GE(can->counters().kernel_drops, 1U);
}

}  // namespace
}  // namespace lujing::hal::can
