// What a library promises, and the list of what is not kept yet.
#include "sim/score/promises.h"

#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <fstream>

namespace lujing::score {
namespace {

class Promises : public testing::Test {
 protected:
  Promises() {
    truth_.vehicles["M-001"].violations = {{"MT-01", 10'000, 30'000, true},
                                           {"MT-03", 10'000, 10'500, false}};
  }
  void alarm(const std::string& rule, std::int64_t since_ms, bool suppressed = false) {
    found_["M-001"].alarms.push_back({rule, since_ms, since_ms, since_ms + 5000, suppressed, {}});
  }
  Verdict verdict(const std::string& rule, bool raise) const {
    return judge({"s", "M-001", rule, raise}, truth_, found_);
  }
  std::string file(const std::string& text) const {
    std::ofstream(dir_.path("open.txt")) << text;
    return dir_.path("open.txt");
  }
  tests::TempDir dir_;
  Truth truth_;
  Found found_;
};

TEST_F(Promises, ARaiseIsKeptByAnAlarmDuringTheViolationOnly) {
  EXPECT_EQ(verdict("MT-01", true), Verdict::missed);
  alarm("MT-01", 90'000);
  EXPECT_EQ(verdict("MT-01", true), Verdict::missed);
  alarm("MT-01", 15'000, true);
  EXPECT_EQ(verdict("MT-01", true), Verdict::missed);
  alarm("MT-01", 15'000);
  EXPECT_EQ(verdict("MT-01", true), Verdict::kept);
}

TEST_F(Promises, SilenceIsBrokenByAnyAlarmOfTheRule) {
  EXPECT_EQ(verdict("MT-03", false), Verdict::kept);
  alarm("MT-01", 10'000);
  EXPECT_EQ(verdict("MT-03", false), Verdict::kept);
  alarm("MT-03", 90'000);
  EXPECT_EQ(verdict("MT-03", false), Verdict::false_alarm);
}

TEST_F(Promises, TheOpenListGivesReasonsAndKnowsWhatNobodyAsked) {
  auto open =
      OpenPromises::read(file("# why\n\nmt-01-raise MT-01 the switch is not there\nx AC-01 y\n"));
  ASSERT_TRUE(open) << open.error().what();
  EXPECT_EQ(open->find("mt-01-raise", "MT-03"), nullptr);
  const std::string* reason = open->find("mt-01-raise", "MT-01");
  ASSERT_NE(reason, nullptr);
  EXPECT_EQ(*reason, "the switch is not there");
  EXPECT_EQ(open->unused(), std::vector<std::string>{"x AC-01"});
}

TEST_F(Promises, AnEntryWithoutAReasonIsRefusedWithItsLine) {
  const auto open = OpenPromises::read(file("# why\nmt-01-raise MT-01\n"));
  ASSERT_FALSE(open);
  EXPECT_NE(open.error().what().find("open.txt:2"), std::string::npos);
  EXPECT_TRUE(OpenPromises::read(dir_.path("none.txt")));
}

}  // namespace
}  // namespace lujing::score
