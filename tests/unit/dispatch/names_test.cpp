// A dispatcher reads what an alarm is, not its number: the page has a name for each rule that a
// profile can speak of, in both languages.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace lujing::dispatch {
namespace {

std::string text_of(const std::string& name) {
  std::ifstream file(std::string(LUJING_SOURCE_DIR) + "/" + name);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST(PageNames, EachRuleHasOneInBothLanguages) {
  const std::string profile = text_of("deploy/profiles/default.toml");
  const std::string page = text_of("platform/web/src/alarm_names.ts");
  const std::size_t english = page.find("alarmsEn");
  ASSERT_NE(english, std::string::npos);
  const std::regex section(R"(\[rules\.([A-Z]{2}-\d\d)\])");
  std::set<std::string> rules;
  for (std::sregex_iterator at(profile.begin(), profile.end(), section), end; at != end; ++at) {
    rules.insert((*at)[1]);
  }
  EXPECT_GT(rules.size(), 50U);
  for (const std::string& rule : rules) {
    const std::string key = "\"rule." + rule + "\": \"";
    EXPECT_LT(page.find(key), english) << rule;
    EXPECT_NE(page.find(key, english), std::string::npos) << rule;
  }
}

}  // namespace
}  // namespace lujing::dispatch
