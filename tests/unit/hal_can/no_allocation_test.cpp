// The decoder takes no memory: every operator new of this program is counted.
#include "hal/can/decoder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

namespace {
thread_local std::uint64_t news = 0;
}

// The compiler pairs these with the library's own and warns; here they belong together.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) {
  ++news;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
#pragma GCC diagnostic pop

namespace lujing::hal::can {
namespace {

TEST(DecoderMemory, DecodingAllocatesNothing) {
  const auto database = parse_dbc(
      "BO_ 2364540158 EEC1: 8 E\n SG_ Speed : 24|16@1+ (0.125,0) [0|0] \"rpm\" X\n"
      "BO_ 5 M: 8 X\n SG_ A M : 0|4@1+ (1,0) [0|0] \"\" X\n"
      " SG_ B m3 : 8|16@0+ (1,0) [0|0] \"\" X\n SG_ C : 56|8@1+ (1,0) [0|0] \"\" X\n",
      "a.dbc");
  ASSERT_TRUE(database.ok());
  auto decoder = Decoder::compile_all(*database);
  ASSERT_TRUE(decoder.ok());
  CanFrame frame;
  std::size_t told = 0;
  const std::uint64_t before = news;
  for (std::uint32_t i = 0; i < 30'000; ++i) {
    frame.extended = i % 2 == 0;
    frame.id = frame.extended ? 0x0CF00400 + i % 512 : 5;
    frame.len = static_cast<std::uint8_t>(i % 9);
    frame.data[0] = static_cast<std::uint8_t>(i);
    told += decoder->decode(frame).size();
  }
  EXPECT_EQ(news - before, 0U);
  EXPECT_GT(told, 10'000U);
  EXPECT_GT(decoder->short_frames(), 1'000U);
}

}  // namespace
}  // namespace lujing::hal::can
