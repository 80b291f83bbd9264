// The adapter's ASCII protocol, byte by byte.
#include "hal/can/slcan.h"

#include <gtest/gtest.h>

#include <random>

namespace lujing::hal::can {
namespace {

constexpr BootTime at{42};

std::vector<CanFrame> feed(SlcanParser& parser, std::string_view bytes) {
  std::vector<CanFrame> frames;
  parser.feed(bytes, at, frames);
  return frames;
}

TEST(Slcan, FramesOfEachKind) {
  SlcanParser parser;
  const auto frames = feed(parser, "t1232AABB\rT18FEF1008FFC3D4FFFFFFFFFF\rr4568\rR000000010\r");
  ASSERT_EQ(frames.size(), 4U);
  EXPECT_EQ(frames[0].id, 0x123U);
  EXPECT_EQ(frames[0].len, 2);
  EXPECT_EQ(frames[0].data[1], 0xBB);
  EXPECT_EQ(frames[0].at, at);
  EXPECT_TRUE(frames[1].extended);
  EXPECT_EQ(frames[1].id, 0x18FEF100U);
  EXPECT_TRUE(frames[2].remote);
  EXPECT_EQ(frames[2].len, 8);
  EXPECT_TRUE(frames[3].remote && frames[3].extended);
  EXPECT_EQ(parser.unreadable(), 0U);
}

TEST(Slcan, ATimeStampBehindTheDataIsAllowed) {
  SlcanParser parser;
  EXPECT_EQ(feed(parser, "t1232AABB1F40\r").size(), 1U);
  EXPECT_TRUE(feed(parser, "t1232AABB1F4\r").empty());
  EXPECT_EQ(parser.unreadable(), 1U);
}

TEST(Slcan, ALineMayComeInPieces) {
  SlcanParser parser;
  EXPECT_TRUE(feed(parser, "t12").empty());
  EXPECT_TRUE(feed(parser, "32AAB").empty());
  EXPECT_EQ(feed(parser, "B\rt1").size(), 1U);
}

TEST(Slcan, AnswersAreCountedAndFlagsAreKeptOnce) {
  SlcanParser parser;
  EXPECT_TRUE(feed(parser, "\r\a\rF88\rV1013\rz\r").empty());
  EXPECT_EQ(parser.done_answers(), 2U);
  EXPECT_EQ(parser.refused_answers(), 1U);
  EXPECT_EQ(parser.take_flags(), slcan_bus_error | slcan_overrun);
  EXPECT_EQ(parser.take_flags(), std::nullopt);
  EXPECT_EQ(parser.unreadable(), 0U);
}

TEST(Slcan, GarbageIsCountedAndTheNextLineIsRead) {
  SlcanParser parser;
  const std::string garbage =
      "t8001AA\r"                  // an id of 12 bits
      "t1239001122334455667788\r"  // nine bytes
      "t1232AA\r"                  // one byte missing
      "T28FEF1000\r"               // an id of 30 bits
      "Fzz\rx\r";
  EXPECT_TRUE(feed(parser, garbage).empty());
  EXPECT_EQ(parser.unreadable(), 6U);
  EXPECT_TRUE(feed(parser, std::string(5000, 't') + "\r").empty());
  EXPECT_EQ(parser.unreadable(), 7U);
  EXPECT_EQ(feed(parser, "t1230\r").size(), 1U);
}

TEST(Slcan, ARefusalInTheMiddleOfALineDropsThatLine) {
  SlcanParser parser;
  EXPECT_EQ(feed(parser, "t123\at1230\r").size(), 1U);
}

TEST(Slcan, BitratesOfTheProtocol) {
  EXPECT_EQ(slcan_bitrate_code(250'000), '5');
  EXPECT_EQ(slcan_bitrate_code(1'000'000), '8');
  EXPECT_EQ(slcan_bitrate_code(333'333), std::nullopt);
}

TEST(Slcan, AnyFrameSurvivesWritingAndReading) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 5000; ++i) {
    CanFrame f;
    f.extended = random() % 2 == 0;
    f.id = static_cast<std::uint32_t>(random()) & (f.extended ? max_extended_id : max_standard_id);
    f.remote = random() % 5 == 0;
    f.len = static_cast<std::uint8_t>(random() % 9);
    for (std::size_t b = 0; b < f.len && !f.remote; ++b) {
      f.data[b] = static_cast<std::uint8_t>(random());
    }
    f.at = at;
    SlcanParser parser;
    const auto frames = feed(parser, to_slcan(f));
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0], f);
  }
  CanFrame fd;
  fd.fd = true;
  EXPECT_EQ(to_slcan(fd), "");
}

}  // namespace
}  // namespace lujing::hal::can
