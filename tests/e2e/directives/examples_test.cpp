// deploy/DIRECTIVES.md is what a city's engineer writes by: each of its examples is put as it
// stands there, with the real command.
#include "tests/support/system.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace lujing::testing {
namespace {

struct Example {
  std::string form;
  std::string kind;
  std::string body;
};

std::vector<Example> examples() {
  std::ifstream page(std::string(LUJING_SOURCE_DIR) + "/deploy/DIRECTIVES.md");
  std::vector<Example> found;
  bool within = false;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("```", 0) != 0) {
      if (within) found.back().body += line + "\n";
      continue;
    }
    within = !within;
    if (!within) continue;
    const std::size_t space = line.find(' ');
    found.push_back({line.substr(3, space - 3), line.substr(space + 1), ""});
  }
  return found;
}

TEST(DirectivesPage, EachExampleIsTaken) {
  const TempDir dir;
  ctl({"enroll", "--ca", dir / "ca", "--gateway", "--host", "localhost", "--out", dir / "gateway"});
  const auto put = [&](const std::string& kind, const std::string& file) {
    return ctl({"directive", "put", kind, file, "--for", "all", "--authority", dir / "ca",
                "--data-dir", dir.path()});
  };
  std::set<std::string> kinds;
  for (const Example& one : examples()) {
    const std::string file = dir / ("example." + one.form);
    std::string body = one.body;
    if (one.form == "text") body.pop_back();
    std::ofstream(file) << body;
    SCOPED_TRACE(one.kind + "\n" + body);
    if (one.form == "csv") {
      std::ofstream(dir / "points.csv") << "id,lat,lon\na,30.005,114.005\n";
      EXPECT_NE(
          ctl({"fence", "test", "--fences", file, "--points", dir / "points.csv"}).find("N-1"),
          std::string::npos);
      continue;
    }
    kinds.insert(one.kind);
    EXPECT_NO_THROW(put(one.kind, file));
  }
  EXPECT_EQ(kinds, (std::set<std::string>{"plan", "fences", "permits", "control", "rule_set",
                                          "driver_text"}));
  const std::string deploy = std::string(LUJING_SOURCE_DIR) + "/deploy/";
  EXPECT_NO_THROW(put("plan", deploy + "examples/plan.toml"));
  EXPECT_NO_THROW(put("rule_set", deploy + "profiles/default.toml"));
}

}  // namespace
}  // namespace lujing::testing
