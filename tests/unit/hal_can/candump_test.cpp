// Lines of a candump log.
#include "hal/can/candump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace lujing::hal::can {
namespace {

CandumpLine read(std::string_view line) {
  auto result = parse_candump_line(line);
  EXPECT_TRUE(result.ok()) << line << ": " << result.error().what();
  return result ? *result : CandumpLine{};
}

TEST(Candump, AStandardFrame) {
  const CandumpLine line = read("(1436509052.249713) vcan0 044#2A366C2BBA\n");
  ASSERT_TRUE(line.has_frame);
  EXPECT_EQ(line.channel, "vcan0");
  EXPECT_EQ(line.frame.at.ns, 1436509052249713000);
  EXPECT_EQ(line.frame.id, 0x44U);
  EXPECT_FALSE(line.frame.extended);
  EXPECT_EQ(line.frame.len, 5);
  EXPECT_EQ(line.frame.data[4], 0xBA);
}

TEST(Candump, ExtendedRemoteFdAndErrorFrames) {
  EXPECT_TRUE(read("(0.5) can0 18FEF100#").frame.extended);
  const CanFrame remote = read("(0) can0 123#R8").frame;
  EXPECT_TRUE(remote.remote);
  EXPECT_EQ(remote.len, 8);
  EXPECT_EQ(read("(0) can0 123#R").frame.len, 0);
  const CanFrame fd = read("(0) can0 213##3" + std::string(128, '7')).frame;
  EXPECT_TRUE(fd.fd);
  EXPECT_EQ(fd.len, 64);
  EXPECT_EQ(fd.data[63], 0x77);
  const CanFrame error = read("(0) can0 20000040#0000000000000000").frame;
  EXPECT_TRUE(error.error);
  EXPECT_FALSE(error.extended);
  EXPECT_EQ(error.id & error_bus_off, error_bus_off);
}

TEST(Candump, WhatNewerToolsAddIsUnderstood) {
  EXPECT_EQ(read("(0.1) can0 123#1122 R").frame.len, 2);
  EXPECT_EQ(read("(0.1) can0 123#11.22.33").frame.len, 3);
  EXPECT_EQ(read("(0.1) can0 123#1122334455667788_B").frame.len, 8);
  EXPECT_EQ(read("(0.123456789) can0 123#").frame.at.ns, 123456789);
  EXPECT_FALSE(read("").has_frame);
  EXPECT_FALSE(read(" \r\n").has_frame);
}

class NoCandump : public ::testing::TestWithParam<const char*> {};
TEST_P(NoCandump, IsRefused) {
  EXPECT_FALSE(parse_candump_line(GetParam()).ok());
}
INSTANTIATE_TEST_SUITE_P(
    Candump, NoCandump,
    ::testing::Values("can0 123#11", "(x) can0 123#11", "(99999999999.0) can0 123#11", "(1.0)",
                      "(1.0) can0", "(1.0) can0 123", "(1.0) can0 12#11", "(1.0) can0 800#11",
                      "(1.0) can0 FFFFFFFF#11", "(1.0) can0 123#1", "(1.0) can0 123#1G",
                      "(1.0) can0 123#112233445566778899", "(1.0) can0 123#R9",
                      "(1.0) can0 123#R88", "(1.0) can0 123##", "(1.0) can0 123#11_B",
                      "(1.0) can0 123#11 R more", "(1.-5) can0 123#11"));

TEST(Candump, AnyFrameSurvivesWritingAndReading) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 5000; ++i) {
    CanFrame f;
    f.extended = random() % 2 == 0;
    f.id = static_cast<std::uint32_t>(random()) & (f.extended ? max_extended_id : max_standard_id);
    f.fd = random() % 3 == 0;
    f.remote = !f.fd && random() % 5 == 0;
    f.len = static_cast<std::uint8_t>(random() % (f.fd ? 65 : 9));
    for (std::size_t b = 0; b < f.len && !f.remote; ++b) {
      f.data[b] = static_cast<std::uint8_t>(random());
    }
    f.at.ns = static_cast<std::int64_t>(random() % 4'000'000'000'000'000) * 1000;
    EXPECT_EQ(read(to_candump_line(f, "can1")).frame, f);
  }
}

}  // namespace
}  // namespace lujing::hal::can
