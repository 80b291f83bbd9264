#include "protocol/framing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace lujing::protocol {
namespace {

std::string taken(FrameReader& reader) {
  const auto body = reader.next();
  EXPECT_TRUE(body);
  return body && *body ? **body : "nothing";
}

TEST(Framing, TheLengthIsFourBytesBigEndian) {
  std::string out;
  append_frame("abc", out);
  EXPECT_EQ(out, std::string("\0\0\0\3abc", 7));
}

TEST(Framing, FramesComeOutWholeHoweverTheStreamIsCut) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> bodies(1 + random() % 20);
    std::string stream;
    for (std::string& body : bodies) {
      body.assign(random() % 3 == 0 ? 0 : random() % 3000, static_cast<char>(random()));
      append_frame(body, stream);
    }
    FrameReader reader;
    std::vector<std::string> got;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 2000, stream.size() - at);
      reader.feed(std::string_view(stream).substr(at, size));
      at += size;
      for (;;) {
        auto body = reader.next();
        ASSERT_TRUE(body);
        if (!*body) break;
        got.push_back(**body);
      }
    }
    EXPECT_EQ(got, bodies);
    EXPECT_EQ(reader.buffered(), 0U);
  }
}

TEST(Framing, AnOverLongFrameIsRefusedForEver) {
  FrameReader reader(10);
  reader.feed(std::string("\0\0\0\2ok\0\0\0\13", 10));
  EXPECT_EQ(taken(reader), "ok");
  EXPECT_FALSE(reader.next());
  reader.feed(std::string("\0\0\0\1a", 5));
  const auto again = reader.next();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().what(), "frame of 11 bytes announced; the limit is 10");
}

TEST(Framing, ALengthAloneTakesNoMemory) {
  FrameReader reader;
  reader.feed(std::string("\0\x0F\xFF\xFF", 4));
  const auto body = reader.next();
  ASSERT_TRUE(body);
  EXPECT_FALSE(*body);
  EXPECT_EQ(reader.buffered(), 4U);
}

}  // namespace
}  // namespace lujing::protocol
