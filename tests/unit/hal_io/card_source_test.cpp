// The card reader: frames as bytes, and the driver on a real serial line (a pseudo-terminal).
#include "hal/io/card_frames.h"
#include "hal/io/io.h"
#include "tests/support/heard.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

namespace lujing::hal::io {
namespace {

using test_support::contains;
using test_support::eventually;
using test_support::Heard;

/// 0A 00 B1 C2 D3, XOR AA.
const std::string good_frame =
    "\x02"
    "0A00B1C2D3AA\r\n\x03";
constexpr std::uint64_t good_card = 0x0A00B1C2D3;

std::vector<std::uint64_t> cards_in(const std::string& bytes, std::uint64_t* bad = nullptr) {
  CardFrames frames;
  std::vector<std::uint64_t> cards;
  for (const char c : bytes) {
    if (const auto card = frames.take(static_cast<std::uint8_t>(c))) cards.push_back(*card);
  }
  if (bad != nullptr) *bad = frames.bad();
  return cards;
}

TEST(CardFrames, AreReadWithAndWithoutALineEnd) {
  EXPECT_EQ(cards_in(good_frame), std::vector<std::uint64_t>{good_card});
  EXPECT_EQ(cards_in("\x02"
                     "0a00b1c2d3aa\x03"),
            std::vector<std::uint64_t>{good_card});
  EXPECT_EQ(cards_in(good_frame + good_frame), (std::vector<std::uint64_t>{good_card, good_card}));
}

TEST(CardFrames, ThatDoNotReadAreNoCard) {
  const std::string all_zero =
      "\x02"
      "000000000000\x03";
  const std::string wrong_check =
      "\x02"
      "0A00B1C2D3AB\x03";
  const std::string too_short =
      "\x02"
      "0A00B1C2D3\x03";
  const std::string too_long =
      "\x02"
      "0A00B1C2D3AA0\x03";
  const std::string no_digits =
      "\x02"
      "0A00B1C2G3AA\x03";
  for (const std::string& bytes : {all_zero, wrong_check, too_short, too_long, no_digits}) {
    std::uint64_t bad = 0;
    EXPECT_TRUE(cards_in(bytes, &bad).empty()) << bytes;
    EXPECT_EQ(bad, 1U) << bytes;
    EXPECT_EQ(cards_in(bytes + good_frame), std::vector<std::uint64_t>{good_card}) << bytes;
  }
  // Noise between frames, and a frame that was cut off by the next.
  EXPECT_EQ(cards_in("\xff\x03 0A\x02"
                     "0A00" +
                     good_frame),
            std::vector<std::uint64_t>{good_card});
}

TEST(CardFrames, ASingleFlippedBitIsNoOtherCard) {
  for (std::size_t byte = 0; byte < good_frame.size(); ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bytes = good_frame;
      bytes[byte] = static_cast<char>(bytes[byte] ^ (1 << bit));
      for (const std::uint64_t card : cards_in(bytes)) EXPECT_EQ(card, good_card) << byte;
    }
  }
}

class SerialLine {
 public:
  SerialLine() {
    std::array<char, 128> name{};
    termios raw{};
    cfmakeraw(&raw);
    if (openpty(&near_, &far_, name.data(), &raw, nullptr) != 0) {
      throw std::runtime_error("no pseudo-terminal");
    }
    name_ = name.data();
  }
  ~SerialLine() {
    unplug();
    ::close(far_);
  }
  SerialLine(const SerialLine&) = delete;
  SerialLine& operator=(const SerialLine&) = delete;
  const std::string& device() const { return name_; }
  void send(const std::string& bytes) const {
    ASSERT_EQ(::write(near_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void unplug() {
    if (near_ >= 0) ::close(near_);
    near_ = -1;
  }

 private:
  int near_ = -1;
  int far_ = -1;  // held open, so that the reader's end never hangs up by itself
  std::string name_;
};

IoConfig reader_at(const std::string& device) {
  InputConfig input;
  input.id = 3;
  input.name = "driver_card";
  input.kind = InputKind::card;
  input.chip = device;
  input.analog = true;
  IoConfig config;
  config.inputs = {input};
  return config;
}

TEST(CardSource, TellsACardAndThatItHasGone) {
  const SerialLine line;
  Heard heard;
  auto sources = open_io(reader_at(line.device()));
  ASSERT_TRUE(sources) << sources.error().what();
  ASSERT_EQ(sources->size(), 1U);
  Source& source = *sources->front();
  source.start(heard.sink());
  EXPECT_TRUE(heard.wait_last(Analog{3, SwitchState::on, 0}));
  line.send(good_frame.substr(0, 5));
  line.send(good_frame.substr(5));
  EXPECT_TRUE(heard.wait_last(Analog{3, SwitchState::on, static_cast<double>(good_card)}));
  EXPECT_TRUE(heard.wait_last(Analog{3, SwitchState::on, 0})) << "two seconds later";
  EXPECT_TRUE(eventually([&] { return contains(source.health_line(), ": ok"); }));
  line.send(
      "\x02"
      "0A00B1C2D3AB\x03" +
      good_frame);
  EXPECT_TRUE(heard.wait_last(Analog{3, SwitchState::on, static_cast<double>(good_card)}));
  source.stop();
  EXPECT_EQ(heard.of<LinkState>(), (std::vector<LinkState>{{Link::io, true, 0}}));
}

TEST(CardSource, ThatIsUnpluggedIsAFault) {
  SerialLine line;
  Heard heard;
  auto sources = open_io(reader_at(line.device()));
  Source& source = *sources->front();
  source.start(heard.sink());
  EXPECT_TRUE(heard.wait_last(Analog{3, SwitchState::on, 0}));
  line.unplug();
  EXPECT_TRUE(heard.wait_last(Analog{3, SwitchState::fault, 0}));
  EXPECT_TRUE(heard.wait_last(LinkState{Link::io, false, 0}));
  EXPECT_TRUE(eventually([&] { return contains(source.health_line(), "is it plugged in?"); }))
      << source.health_line();
  source.stop();
}

TEST(CardSource, OfALineThatIsNotThereIsAFault) {
  Heard heard;
  auto sources = open_io(reader_at("/dev/no-such-reader"));
  sources->front()->start(heard.sink());
  EXPECT_TRUE(heard.wait_last(Analog{3, SwitchState::fault, 0}));
  sources->front()->stop();
}

}  // namespace
}  // namespace lujing::hal::io
