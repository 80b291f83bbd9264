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

std::string fences(const char* id) {
  return std::string(R"({"type":"FeatureCollection","version":1,"features":[{"type":"Feature",)") +
         R"("properties":{"id":")" + id + R"(","zone":"unloading","radius_m":80},)" +
         R"("geometry":{"type":"Point","coordinates":[114.3,30.6]}}]})";
}

TEST(DirectiveCheck, APermitForSitesThatNobodyHasDrawnIsTold) {
  ASSERT_TRUE(check_directive_body(DirectiveKind::fences, fences("dump-1")));
  EXPECT_EQ(warn_of_unknown_fences(permits(1), {fences("site-1"), fences("dump-1")}), "");
  for (const std::vector<std::string>& drawn : {std::vector<std::string>{}, {fences("site-1")}}) {
    const std::string warning = warn_of_unknown_fences(permits(1), drawn);
    EXPECT_NE(warning.find("HZ-1: dump-1"), std::string::npos) << warning;
    EXPECT_NE(warning.find("put them, too"), std::string::npos) << warning;
  }
}

TEST(DirectiveCheck, FencesWithoutAnyAreTold) {
  const std::string none = R"({"type":"FeatureCollection","version":2,"features":[]})";
  EXPECT_NE(warn_of_directive_body(DirectiveKind::fences, none).find("no fence in it"),
            std::string::npos);
  EXPECT_EQ(warn_of_directive_body(DirectiveKind::fences, fences("dump-1")), "");
}

}  // namespace
}  // namespace lujing::ctl
