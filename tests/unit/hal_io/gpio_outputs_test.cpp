// Output lines: what is wanted of them reaches a chip that the test plays, and the real libgpiod
// says plainly that this machine has none.
#include "hal/io/gpio_outputs.h"

#include "tests/support/heard.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace lujing::hal::io {
namespace {

using test_support::contains;
using test_support::eventually;
using test_support::Heard;

struct Relays {
  std::mutex mutex;
  bool present = true;
  int opened = 0;
  std::vector<std::uint32_t> lines;
  std::vector<bool> high;
};

class PlayedLines final : public GpioLines {
 public:
  explicit PlayedLines(Relays& relays) : relays_(relays) {}
  Result<void> open(const std::vector<std::uint32_t>& lines,
                    const std::vector<bool>& high) override {
    const std::lock_guard lock(relays_.mutex);
    if (!relays_.present) return Error("No such file or directory");
    ++relays_.opened;
    relays_.lines = lines;
    relays_.high = high;
    return {};
  }
  void close() override {}
  Result<void> set(std::size_t line, bool high) override {
    const std::lock_guard lock(relays_.mutex);
    if (!relays_.present) return Error("No such device");
    relays_.high[line] = high;
    return {};
  }

 private:
  Relays& relays_;
};

std::shared_ptr<OutputBoard> two_relays() {
  return std::make_shared<OutputBoard>(
      std::vector<OutputConfig>{{"lock", OutputKind::gpio, 17, false, "board"},
                                {"speed_limit", OutputKind::modbus_coil, 3, false},
                                {"hoist_limit", OutputKind::gpio, 4, true, "board"},
                                {"speed_limit", OutputKind::gpio, 5, false, "another"}});
}

bool holds(Relays& relays, const std::vector<bool>& high) {
  return eventually([&] {
    const std::lock_guard lock(relays.mutex);
    return relays.high == high;
  });
}

TEST(GpioOutputs, FollowWhatIsWantedAndTakeNoLineBefore) {
  Relays relays;
  Heard heard;
  const auto board = two_relays();
  const auto source = make_gpio_outputs("board", std::make_unique<PlayedLines>(relays), board, 2,
                                        std::make_shared<Totals>());
  source->start(heard.sink());
  board->want("lock", 0);
  EXPECT_TRUE(
      eventually([&] { return contains(source->health_line(), "nothing is wanted of them"); }));
  EXPECT_EQ(relays.opened, 0) << "half of what is wanted would let a relay click";
  board->want("hoist_limit", 1);
  EXPECT_TRUE(holds(relays, {false, false})) << "the second is inverted";
  EXPECT_EQ(relays.lines, (std::vector<std::uint32_t>{17, 4}));
  board->want("lock", 1);
  EXPECT_TRUE(holds(relays, {true, false}));
  board->want("hoist_limit", 0);
  EXPECT_TRUE(holds(relays, {true, true}));
  EXPECT_TRUE(heard.wait_last(LinkState{Link::io, true, 2}));
  EXPECT_EQ(relays.opened, 1);
  source->stop();
}

TEST(GpioOutputs, AreWrittenAnewAfterTheChipWasAway) {
  Relays relays;
  relays.present = false;
  Heard heard;
  const auto board = two_relays();
  const auto source = make_gpio_outputs("board", std::make_unique<PlayedLines>(relays), board, 0,
                                        std::make_shared<Totals>());
  source->start(heard.sink());
  board->want("lock", 1);
  board->want("hoist_limit", 1);
  EXPECT_TRUE(heard.wait_last(LinkState{Link::io, false, 0}));
  {
    const std::lock_guard lock(relays.mutex);
    relays.present = true;
  }
  EXPECT_TRUE(holds(relays, {true, false}));
  EXPECT_TRUE(heard.wait_last(LinkState{Link::io, true, 0}));
  source->stop();
}

TEST(GpioOutputs, OfAChipThatIsNotThereSaySo) {
  const auto lines = kernel_gpio_lines("no-such-gpiochip");
  const auto opened = lines->open({1}, {true});
  ASSERT_FALSE(opened);
  EXPECT_FALSE(lines->set(0, true));
  IoConfig config;
  config.outputs = two_relays();
  EXPECT_FALSE(open_io(config)) << "a coil, and no module";
  config.outputs = std::make_shared<OutputBoard>(
      std::vector<OutputConfig>{{"lock", OutputKind::gpio, 17, false, "no-such-gpiochip"}});
  const auto sources = open_io(config);
  ASSERT_TRUE(sources) << sources.error().what();
  EXPECT_EQ(sources->size(), 1U);
}

}  // namespace
}  // namespace lujing::hal::io
