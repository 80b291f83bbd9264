// Two terminals on one data_dir: the second refuses, and the first does not notice.

#include "tests/support/system.h"

#include <gtest/gtest.h>

namespace lujing::testing {
namespace {

using std::chrono::seconds;

TEST(TwoTerminals, TheSecondRefusesAndTheFirstGoesOn) {
  const TempDir dir;
  const PlatformUnderTest platform(dir);
  TerminalUnderTest first(dir, platform, {});
  first.start();
  ASSERT_TRUE(wait_until([&] { return first.status_number("outbox.next_seq") > 1; }, seconds(20)));
  Process second({program("lujing-terminal"), "--config", first.config_path()}, dir / "second.log");
  EXPECT_EQ(second.wait(seconds(20)), 1);
  EXPECT_NE(second.log().find("in use by another lujing-terminal"), std::string::npos)
      << second.log();
  EXPECT_GT(first.status_number("outbox.next_seq"), 1) << "its status socket is still its own";
  EXPECT_EQ(first.stop(), 0);
}

}  // namespace
}  // namespace lujing::testing
