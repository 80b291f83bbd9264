#include "platform/dispatch/target.h"

#include <gtest/gtest.h>

#include <random>

namespace lujing::dispatch {
namespace {

TEST(Target, IsTakenApart) {
  const auto target = parse_target("/api/vehicles/M%2D003/track?minutes=60&x=a+b%26&flag");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/api/vehicles/M-003/track");
  EXPECT_EQ(target->segments.size(), 4U);
  EXPECT_EQ(target->get("minutes"), "60");
  EXPECT_EQ(target->get("x"), "a b&");
  EXPECT_EQ(target->get("flag"), "");
  EXPECT_EQ(target->get("none"), std::nullopt);
  EXPECT_EQ(target->other_than({"minutes", "x"}), "flag");
  EXPECT_EQ(parse_target("/")->path, "/");
}

TEST(Target, WhateverIsSentStaysBelowTheRoot) {
  std::mt19937 random(7);
  const std::string letters = "/.%2eEfF\\ab?&=5c0";
  for (int round = 0; round < 200'000; ++round) {
    std::string text = "/";
    for (auto n = random() % 16; n > 0; --n) {
      text.push_back(letters[random() % letters.size()]);
    }
    if (const auto target = parse_target(text)) {
      std::string joined;
      for (const auto& segment : target->segments) {
        ASSERT_NE(segment, "..") << text;
        ASSERT_EQ(segment.find_first_of(std::string("/\\\0", 3)), std::string::npos) << text;
        joined += "/" + segment;
      }
      ASSERT_EQ(target->path, joined.empty() ? "/" : joined) << text;
    }
  }
}

}  // namespace
}  // namespace lujing::dispatch
