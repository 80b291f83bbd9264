// What is looked at before an authority signs it.
#include "ctl/directive_check.h"

#include <gtest/gtest.h>

namespace lujing::ctl {
namespace {

std::string permits(int version, const char* unloading = "dump-1") {
  return "version = " + std::to_string(version) +
         "\n[[permit]]\nid = \"HZ-1\"\nvehicles = [\"all\"]\nunloading = [\"" + unloading + "\"]\n";
}

TEST(DirectiveCheck, ADocumentsOwnVersionRises) {
  const auto why = [](const std::string& body, const std::string& older) {
    const auto good = check_follows(DirectiveKind::permits, body, older);
    return good ? std::string() : std::string(good.error().what());
  };
  EXPECT_EQ(why(permits(2, "dump-2"), permits(1)), "");
  EXPECT_EQ(why(permits(1), permits(1)), "") << "the same again";
  EXPECT_NE(why(permits(0), permits(1)).find("sent version 1 before"), std::string::npos);
  EXPECT_NE(why(permits(1, "dump-2"), permits(1)).find("give it a version above"),
            std::string::npos);
  EXPECT_EQ(why(permits(1), ""), "") << "the first";
}

}  // namespace
}  // namespace lujing::ctl
