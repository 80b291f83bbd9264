// SocketCAN without a kernel that has it: the same reading code over a unix datagram socket, with
// control messages made by hand. What stays untested here is can_sockets.cpp, the system calls.
#include "hal/can/bus_socketcan.h"
#include "hal/can/bus_source.h"
#include "tests/unit/hal_can/collector.h"
#include "tests/unit/hal_can/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/can.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <ctime>
#include <vector>

namespace lujing::hal::can {
namespace {

using ::testing::HasSubstr;

/// A msghdr with the control messages that a kernel would add.
class Crafted {
 public:
  template <class Value>
  void add(int type, const Value& value) {
    auto* header = reinterpret_cast<cmsghdr*>(bytes_.data() + used_);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(sizeof value);
    std::memcpy(CMSG_DATA(header), &value, sizeof value);
    used_ += CMSG_SPACE(sizeof value);
  }
  msghdr message() {
    msghdr m{};
    m.msg_control = bytes_.data();
    m.msg_controllen = used_;
    return m;
  }

 private:
  alignas(cmsghdr) std::array<char, 256> bytes_{};
  std::size_t used_ = 0;
};

constexpr ClockPair now{{1'000 * ns_per_s}, 50'000 * ns_per_s};

TEST(SocketCanCraftedControl, AKernelTimeStampIsMovedToTheBootClock) {
  Crafted c;
  c.add(SCM_TIMESTAMPNS, timespec{49'999, 250'000'000});
  EXPECT_EQ(read_control(c.message(), now).at.ns, now.boot.ns - 750 * ns_per_ms);
  Crafted micro;
  micro.add(SCM_TIMESTAMP, timeval{49'999, 500'000});
  EXPECT_EQ(read_control(micro.message(), now).at.ns, now.boot.ns - 500 * ns_per_ms);
}

TEST(SocketCanCraftedControl, AStampFromBeforeTheClockWasSetIsNotBelieved) {
  for (const std::int64_t second : {49'000, 50'001, 0}) {
    Crafted c;
    c.add(SCM_TIMESTAMPNS, timespec{second, 0});
    EXPECT_EQ(read_control(c.message(), now).at, now.boot) << second;
  }
}

TEST(SocketCanCraftedControl, TheDropCountIsReadAndStrangersAreSkipped) {
  Crafted c;
  c.add(SCM_RIGHTS + 100, 7);
  c.add(SO_RXQ_OVFL, std::uint32_t{12});
  const ControlData data = read_control(c.message(), now);
  EXPECT_TRUE(data.has_drop_count);
  EXPECT_EQ(data.drop_count, 12U);
  EXPECT_FALSE(read_control(msghdr{}, now).has_drop_count);
}

can_frame raw_frame(std::uint32_t id, std::initializer_list<std::uint8_t> bytes) {
  can_frame f{};
  f.can_id = id;
  f.can_dlc = static_cast<std::uint8_t>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), std::begin(f.data));
  return f;
}

TEST(SocketCanDatagram, FramesOfEachKindAndWhatIsNone) {
  CanFrame f;
  can_frame raw = raw_frame(0x98FEF100U, {1, 2});
  ASSERT_TRUE(read_can_datagram(&raw, sizeof raw, f));
  EXPECT_TRUE(f.extended);
  EXPECT_EQ(f.id, 0x18FEF100U);
  EXPECT_EQ(f.len, 2);
  raw = raw_frame(CAN_ERR_FLAG | error_bus_off, {0, 0, 0, 0, 0, 0, 0, 0});
  ASSERT_TRUE(read_can_datagram(&raw, sizeof raw, f));
  EXPECT_TRUE(f.error);
  EXPECT_EQ(f.id, error_bus_off);
  raw = raw_frame(CAN_RTR_FLAG | 0x123U, {});
  ASSERT_TRUE(read_can_datagram(&raw, sizeof raw, f));
  EXPECT_TRUE(f.remote);
  EXPECT_FALSE(read_can_datagram(&raw, sizeof raw - 1, f));
  raw.can_dlc = 9;
  EXPECT_FALSE(read_can_datagram(&raw, sizeof raw, f));
  canfd_frame fd{};
  fd.can_id = 5;
  fd.len = 64;
  ASSERT_TRUE(read_can_datagram(&fd, sizeof fd, f));
  EXPECT_TRUE(f.fd);
  EXPECT_EQ(f.len, 64);
}

/// Gives one end of a unix datagram pair where a CAN socket would be.
class UnixPairs final : public CanSockets {
 public:
  struct State {
    std::string refusal = "can0: there is no such interface";
    int other_end = -1;
    std::vector<IdFilter> filters;
    std::mutex mutex;
  };
  explicit UnixPairs(std::shared_ptr<State> state) : state_(std::move(state)) {}

  Result<int> open(const std::string& /*name*/, const std::vector<IdFilter>& filters) override {
    const std::lock_guard lock(state_->mutex);
    if (!state_->refusal.empty()) return Error(state_->refusal);
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
    const int on = 1;
    setsockopt(ends[0], SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    state_->filters = filters;
    state_->other_end = ends[1];
    return ends[0];
  }

 private:
  std::shared_ptr<State> state_;
};

class SocketCanOverUnixDatagrams : public ::testing::Test {
 protected:
  void start() {
    auto database = parse_dbc(truck_dbc, "truck.dbc");
    ASSERT_TRUE(database.ok());
    auto decoder = Decoder::compile({&*database}, {{"CCVS1", "WheelBasedVehicleSpeed", {}}});
    ASSERT_TRUE(decoder.ok());
    auto bus = std::make_unique<SocketCanBus>("can0", decoder->filters(),
                                              std::make_unique<UnixPairs>(state_));
    source_ =
        std::make_unique<BusSource>("socketcan:can0", std::uint8_t{0}, std::move(bus),
                                    std::move(*decoder), SignalTracker({{3, 60 * ns_per_s}}, 0));
    source_->start(heard_.sink());
  }
  void plug_in() {
    const std::lock_guard lock(state_->mutex);
    state_->refusal.clear();
  }
  void unplug() {
    const std::lock_guard lock(state_->mutex);
    state_->refusal = "can0: there is no such interface";
    close(state_->other_end);
    state_->other_end = -1;
  }
  void send(const can_frame& f) {
    const std::lock_guard lock(state_->mutex);
    ASSERT_EQ(write(state_->other_end, &f, sizeof f), static_cast<ssize_t>(sizeof f));
  }
  void TearDown() override {
    if (source_) source_->stop();
    if (state_->other_end >= 0) close(state_->other_end);
  }
  static can_frame speed_frame(std::uint8_t kmh) {
    return raw_frame(0x98FEF100U, {0xFF, 0, kmh, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF});
  }

  std::shared_ptr<UnixPairs::State> state_ = std::make_shared<UnixPairs::State>();
  Collector heard_;
  std::unique_ptr<BusSource> source_;
};

TEST_F(SocketCanOverUnixDatagrams, AMissingInterfaceIsToldAndTriedAgainThenEachFrameIsRead) {
  start();
  ASSERT_TRUE(heard_.wait_for(LinkState{Link::can, false, 0}));
  EXPECT_THAT(source_->health_line(), HasSubstr("there is no such interface"));
  plug_in();
  ASSERT_TRUE(heard_.wait_for(LinkState{Link::can, true, 0}));
  const BootTime before = boot_now();
  for (std::uint8_t kmh = 1; kmh <= 100; ++kmh) send(speed_frame(kmh));
  ASSERT_TRUE(heard_.wait_for(CanSignal{3, SignalState::ok, 100}));
  source_->stop();
  const auto all = heard_.all();
  ASSERT_EQ(all.size(), 102U);
  for (std::size_t i = 2; i < all.size(); ++i) {
    EXPECT_EQ(all[i].what, What(CanSignal{3, SignalState::ok, static_cast<double>(i - 1)}));
    EXPECT_GE(all[i].at.ns, before.ns - 20 * ns_per_ms);
    EXPECT_LE(all[i].at, boot_now());
  }
  EXPECT_EQ(source_->counters().frames, 100U);
  EXPECT_EQ(state_->filters, (std::vector<IdFilter>{{0x00FEF100, 0x03FFFF00, true}}));
}

TEST_F(SocketCanOverUnixDatagrams, BusOffAndRestart) {
  plug_in();
  start();
  ASSERT_TRUE(heard_.wait_for(LinkState{Link::can, true, 0}));
  send(raw_frame(CAN_ERR_FLAG | error_bus_off, {0, 0, 0, 0, 0, 0, 0, 0}));
  ASSERT_TRUE(heard_.wait_for(LinkState{Link::can, false, 0}));
  EXPECT_THAT(source_->health_line(), HasSubstr("restart-ms"));
  send(raw_frame(CAN_ERR_FLAG | error_restarted, {0, 0, 0, 0, 0, 0, 0, 0}));
  ASSERT_TRUE(heard_.wait([](const auto& all) { return all.size() == 3; }));
  EXPECT_EQ(heard_.all().back().what, What(LinkState{Link::can, true, 0}));
  EXPECT_EQ(source_->counters().bus_off, 1U);
  EXPECT_EQ(source_->counters().error_frames, 2U);
}

TEST_F(SocketCanOverUnixDatagrams, WhatIsNoFrameIsCounted) {
  plug_in();
  start();
  ASSERT_TRUE(heard_.wait_for(LinkState{Link::can, true, 0}));
  {
    const std::lock_guard lock(state_->mutex);
    ASSERT_EQ(write(state_->other_end, "short", 5), 5);
  }
  send(speed_frame(7));
  ASSERT_TRUE(heard_.wait_for(CanSignal{3, SignalState::ok, 7}));
  source_->stop();
  EXPECT_EQ(source_->counters().unreadable, 1U);
}

TEST(SocketCanKernel, WhereThereIsNoSuchInterfaceTheRefusalSaysWhatToDo) {
  const auto opened = kernel_can_sockets()->open("nocan77", {});
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().what(), HasSubstr("nocan77: "));
  EXPECT_THAT(opened.error().what(),
              ::testing::AnyOf(HasSubstr("modprobe can_raw"), HasSubstr("no such interface"),
                               HasSubstr("no CAN socket")));
}

}  // namespace
}  // namespace lujing::hal::can
