// What is read is not written over, whatever name it goes by.
#include "base/output_check.h"

#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace lujing {
namespace {

std::string refused(const Result<void>& result) {
  return result ? "" : result.error().what();
}

TEST(OutputCheck, RefusesTheInputByAnyName) {
  const tests::TempDir folder;
  const std::string input = folder.path("city.osm");
  std::ofstream(input) << "streets";
  std::filesystem::create_symlink(input, folder.path("link"));
  std::filesystem::create_hard_link(input, folder.path("twin"));
  for (const std::string& name : {input, folder.path("link"), folder.path("twin"),
                                  folder.path("./city.osm"), folder.path("nowhere/../city.osm")}) {
    EXPECT_NE(refused(check_outputs({"", input}, {"", name})).find("is what is read"),
              std::string::npos)
        << name;
    EXPECT_FALSE(check_whole_output({input}, name)) << name;
  }
  EXPECT_TRUE(check_outputs({input}, {folder.path("city.roads")}));
  EXPECT_TRUE(check_whole_output({input}, folder.path("city.roads")));
}

TEST(OutputCheck, RefusesTwoOutputsInOneFileAndFolders) {
  const tests::TempDir folder;
  const std::string one = folder.path("a.csv");
  EXPECT_NE(refused(check_outputs({}, {one, folder.path("./a.csv")})).find("two outputs"),
            std::string::npos);
  EXPECT_TRUE(check_outputs({}, {one, folder.path("b.csv"), ""}));
  EXPECT_NE(refused(check_outputs({}, {folder.path()})).find("is a folder"), std::string::npos);
}

TEST(OutputCheck, ADeviceMayBeWrittenToButNotReplaced) {
  EXPECT_TRUE(check_outputs({"/dev/null"}, {"/dev/null", "/dev/null"}));
  EXPECT_NE(refused(check_whole_output({}, "/dev/null")).find("device"), std::string::npos);
}

}  // namespace
}  // namespace lujing
