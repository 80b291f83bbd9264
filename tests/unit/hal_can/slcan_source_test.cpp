// An slcan adapter, played by the test on the other side of a real pseudo-terminal.
#include "hal/can/slcan.h"
#include "hal/can/source.h"
#include "hal/can/wake.h"
#include "tests/unit/hal_can/collector.h"
#include "tests/unit/hal_can/temp_dir.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace lujing::hal::can {
namespace {

using ::testing::HasSubstr;

/// Answers commands as a Lawicel adapter does, and keeps them.
class Adapter {
 public:
  struct Manner {
    bool answers = true;
    char refuses = '\0';        ///< this command gets a BEL
    std::string flags = "F00";  ///< answer to F
  };

  explicit Adapter(const std::string& link) : Adapter(link, Manner()) {}
  Adapter(const std::string& link, Manner manner) : manner_(std::move(manner)), link_(link) {
    std::array<char, 128> name{};
    if (openpty(&master_, &slave_, name.data(), nullptr, nullptr) != 0) std::abort();
    std::filesystem::create_symlink(name.data(), link_);
    thread_ = std::thread([this] { serve(); });
  }
  ~Adapter() { unplug(); }

  void unplug() {
    done_.ring();
    if (thread_.joinable()) thread_.join();
    if (master_ < 0) return;
    std::filesystem::remove(link_);
    close(slave_);
    close(master_);
    master_ = -1;
  }
  void send(std::string_view text) const {
    ASSERT_EQ(write(master_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  bool wait_for_commands(const std::string& wanted) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::seconds(30),
                          [&] { return commands_.find(wanted) != std::string::npos; });
  }
  void set_flags(const std::string& flags) {
    const std::lock_guard lock(mutex_);
    manner_.flags = flags;
  }

 private:
  void serve() {
    std::string line;
    while (!has_rung(done_.fd())) {
      if (!wait_readable(master_, done_.fd(), 1000)) continue;
      std::array<char, 256> bytes{};
      const ssize_t count = ::read(master_, bytes.data(), bytes.size());
      for (ssize_t i = 0; i < count; ++i) {
        const char c = bytes[static_cast<std::size_t>(i)];
        if (c != '\r') {
          line += c;
        } else if (!line.empty()) {
          answer(line);
          line.clear();
        }
      }
    }
  }
  void answer(const std::string& command) {
    const std::lock_guard lock(mutex_);
    commands_ += command + ' ';
    came_.notify_all();
    if (!manner_.answers) return;
    if (command[0] == manner_.refuses) {
      send("\a");
    } else {
      send(command == "F" ? manner_.flags + "\r" : "\r");
    }
  }

  Manner manner_;
  std::string link_;
  int master_ = -1;
  int slave_ = -1;  ///< kept open: a pseudo-terminal without a reader loses what is written
  Wake done_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::string commands_;
  std::thread thread_;
};

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
