// `lujing-ctl fence test`, beside what `directive put` makes of the same fences.
#include "base/directive_kind.h"
#include "ctl/directive_check.h"
#include "ctl/fence.h"
#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace lujing::ctl {
namespace {

using ::testing::HasSubstr;

std::string document(const std::string& version, const std::string& properties,
                     const std::string& ring) {
  return R"({"type":"FeatureCollection",)" + version +
         R"("features":[{"type":"Feature","properties":{)" + properties +
         R"(},"geometry":{"type":"Polygon","coordinates":[)" + ring + "]}}]}";
}

constexpr const char* square = "[[114.0,30.0],[114.01,30.0],[114.01,30.01],[114.0,30.01]]";

struct FenceCommand : ::testing::Test {
  tests::TempDir folder;
  std::ostringstream out, err;

  int run(const std::string& fences, bool any_map = false,
          const std::string& points = "id,lat,lon\nin,30.005,114.005\nout,31,114\n") {
    std::ofstream(folder.path("f.geojson"), std::ios::binary) << fences;
    std::ofstream(folder.path("p.csv"), std::ios::binary) << points;
    FenceTestArgs args;
    args.fences = folder.path("f.geojson");
    args.points = folder.path("p.csv");
    args.any_map = any_map;
    out.str("");
    err.str("");
    return run_fence_test(args, out, err);
  }
};

TEST_F(FenceCommand, TellsWhoIsInsideWhat) {
  EXPECT_EQ(run(document("\"version\":1,", "\"id\":\"A\"", square)), 0) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("point,seq,fence,signed_m\nin,2,A,-4"));
  EXPECT_THAT(out.str(), ::testing::Not(HasSubstr("out,")));
}

TEST_F(FenceCommand, RefusesWhatADirectiveRefusesInTheSameWords) {
  for (const std::string& bad :
       {document("", "\"id\":\"A\"", square),
        document("\"version\":1,", "\"id\":\"A\",\"zon\":1", square),
        document("\"version\":1,", "", square),
        document("\"version\":1,", "\"id\":\"A\",\"speed_limit_kmh\":-3", square),
        document("\"version\":1,", "\"id\":\"A\"",
                 "[[114.0,30.0],[114.01,30.01],[114.01,30.0],[114.0,30.01]]")}) {
    const auto put = check_directive_body(DirectiveKind::fences, bad);
    ASSERT_FALSE(put) << bad;
    EXPECT_EQ(run(bad), 1) << bad;
    const std::string words = put.error().what();
    EXPECT_THAT(err.str(), HasSubstr(words.substr(words.find(": ") + 2))) << bad;
  }
}

TEST_F(FenceCommand, TakesAnyMapWhereThatIsAskedFor) {
  const std::string map = document("", "\"id\":\"A\",\"highway\":\"no\"", square);
  EXPECT_EQ(run(map), 1);
  EXPECT_THAT(err.str(), HasSubstr("--any-map tries it all the same"));
  EXPECT_EQ(run(map, true), 0) << err.str();
  EXPECT_EQ(run("\xEF\xBB\xBF" + map, true, "\xEF\xBB\xBFlat,lon\n30.005,114.005\n"), 0)
      << err.str();
  EXPECT_EQ(run("{}", true), 1);
  EXPECT_THAT(err.str(), ::testing::Not(HasSubstr("--any-map")));
}

}  // namespace
}  // namespace lujing::ctl
