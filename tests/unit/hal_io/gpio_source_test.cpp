// The logic above the kernel's GPIO lines, with a chip that the test plays (this kind of machine
// has none), and the real libgpiod where there is no chip.
#include "hal/io/gpio_source.h"

#include "tests/support/heard.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace lujing::hal::io {
namespace {

using test_support::contains;
using test_support::eventually;
using test_support::Heard;

/// What the test and the played chip share.
struct Board {
  std::mutex mutex;
  std::condition_variable changed;
  bool present = true;
  std::vector<std::uint32_t> opened;
  std::vector<bool> level = std::vector<bool>(32, false);
  std::vector<GpioEdge> edges;

  void set_present(bool here) {
    const std::lock_guard lock(mutex);
    present = here;
    changed.notify_all();
  }
  void set(std::uint32_t number, bool high) {
    const std::lock_guard lock(mutex);
    level[number] = high;
    for (std::size_t i = 0; i < opened.size(); ++i) {
      if (opened[i] == number) edges.push_back({i, high});
    }
    changed.notify_all();
  }
};

class PlayedChip final : public GpioChip {
 public:
  explicit PlayedChip(Board& board) : board_(board) {}
  Result<void> open(const std::vector<std::uint32_t>& lines) override {
    const std::lock_guard lock(board_.mutex);
    if (!board_.present) return Error("No such file or directory");
    board_.opened = lines;
    return {};
  }
  void close() override {
    const std::lock_guard lock(board_.mutex);
    board_.opened.clear();
  }
  Result<std::vector<GpioEdge>> wait(int timeout_ms) override {
    std::unique_lock lock(board_.mutex);
    board_.changed.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                            [this] { return !board_.edges.empty() || !board_.present; });
    if (!board_.present) return Error("No such device");
    return std::exchange(board_.edges, {});
  }
  Result<std::vector<bool>> levels() override {
    const std::lock_guard lock(board_.mutex);
    if (!board_.present) return Error("No such device");
    std::vector<bool> all;
    for (const std::uint32_t number : board_.opened) all.push_back(board_.level[number]);
    return all;
  }

 private:
  Board& board_;
};

std::vector<InputConfig> two_inputs() {
  InputConfig hoist;
  hoist.id = 1;
  hoist.kind = InputKind::gpio;
  hoist.chip = "board";
  hoist.number = 17;
  hoist.debounce_ms = 50;
  InputConfig cover = hoist;
  cover.id = 2;
  cover.number = 4;
  cover.invert = true;
  return {hoist, cover};
}

/// Until the newest word about that input is this state.
bool told(Heard& heard, InputId id, SwitchState state) {
  return heard.wait<Switch>([&](const std::vector<Switch>& all) {
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
      if (it->id == id) return it->state == state;
    }
    return false;
  });
}

TEST(GpioSource, FollowsTheLines) {
  Board board;
  Heard heard;
  const auto source = make_gpio_source("board", std::make_unique<PlayedChip>(board), two_inputs(),
                                       1, std::make_shared<Totals>());
  source->start(heard.sink());
  EXPECT_TRUE(told(heard, 1, SwitchState::off));
  EXPECT_TRUE(told(heard, 2, SwitchState::on)) << "inverted";
  board.set(17, true);
  EXPECT_TRUE(told(heard, 1, SwitchState::on));
  board.set(17, false);
  EXPECT_TRUE(told(heard, 1, SwitchState::off));
  EXPECT_EQ(source->health_line(), "GPIO chip board: ok");
  source->stop();
  EXPECT_EQ(heard.of<LinkState>(), (std::vector<LinkState>{{Link::io, true, 1}}));
}

TEST(GpioSource, AChipThatGoesAwayIsAFaultUntilItComesBack) {
  Board board;
  Heard heard;
  const auto source = make_gpio_source("board", std::make_unique<PlayedChip>(board), two_inputs(),
                                       0, std::make_shared<Totals>());
  source->start(heard.sink());
  ASSERT_TRUE(told(heard, 1, SwitchState::off));
  board.set_present(false);
  EXPECT_TRUE(told(heard, 1, SwitchState::fault));
  EXPECT_TRUE(told(heard, 2, SwitchState::fault));
  EXPECT_TRUE(eventually([&] { return contains(source->health_line(), "No such"); }));
  board.set_present(true);
  EXPECT_TRUE(told(heard, 1, SwitchState::off));
  source->stop();
  const std::vector<LinkState> expected = {
      {Link::io, true, 0}, {Link::io, false, 0}, {Link::io, true, 0}};
  EXPECT_EQ(heard.of<LinkState>(), expected);
}

TEST(GpioSource, AMissingChipOfTheRealKernelIsSaidClearly) {
  Heard heard;
  IoConfig config;
  config.inputs = two_inputs();
  for (InputConfig& input : config.inputs) input.chip = "no-such-gpiochip";
  auto sources = open_io(config);
  ASSERT_TRUE(sources);
  ASSERT_EQ(sources->size(), 1U);
  Source& source = *sources->front();
  source.start(heard.sink());
  EXPECT_TRUE(told(heard, 1, SwitchState::fault));
  EXPECT_TRUE(eventually([&] { return contains(source.health_line(), "gpiodetect"); }));
  EXPECT_TRUE(contains(source.health_line(), "no-such-gpiochip")) << source.health_line();
  source.stop();
}

}  // namespace
}  // namespace lujing::hal::io
