// A scenario in both modes: journals written straight, and a minute in real time with a real gpsd
// and a real terminal on each of six vehicles' lines. What the core makes of either must be the
// same: rules of trucks, sweepers, sprinklers and trust, raised and near misses.
#include "tests/support/process.h"
#include "tests/support/system.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

namespace lujing::testing {
namespace {

using nlohmann::json;
using std::chrono::seconds;

const std::string source = LUJING_SOURCE_DIR;

int count = 0;

std::string sim(const tests::TempDir& dir, std::vector<std::string> words, seconds limit) {
  words.insert(words.begin(), program("lujing-sim"));
  Process process(words, dir.path("said-" + std::to_string(++count) + ".log"));
  EXPECT_EQ(process.wait(limit), 0) << process.log();
  return process.log();
}

/// Alarms by rule (true ones, found, missed, false) and trips, without what is measured in metres.
json verdict(const tests::TempDir& dir, const std::string& mode,
             const std::vector<std::string>& more) {
  std::vector<std::string> words = {"run",     source + "/tests/e2e/device/handful.toml",
                                    "--out",   dir.path(mode),
                                    "--share", source + "/deploy"};
  words.insert(words.end(), more.begin(), more.end());
  sim(dir, words, seconds(180));
  const json score = json::parse(sim(dir, {"score", dir.path(mode), "--json"}, seconds(60)));
  json told;
  for (const auto& [rule, alarm] : score.at("alarms").items()) {
    for (const char* key : {"truths", "found", "missed", "false"}) told[rule][key] = alarm.at(key);
  }
  for (const char* key : {"truths", "right", "missed", "invented"})
    told["trips"][key] = score.at("trips").at(key);
  return told;
}

TEST(BothModes, GiveTheSameVerdict) {
  if (::access("/usr/sbin/gpsd", X_OK) != 0) GTEST_SKIP() << "gpsd is not installed";
  const tests::TempDir dir;
  const json core = verdict(dir, "core", {});
  for (const char* rule : {"MT-01", "SW-02", "SP-01", "SP-06", "AC-02", "AC-09"}) {
    EXPECT_GE(core[rule]["truths"], 1) << rule << core;
    EXPECT_EQ(core[rule]["found"], core[rule]["truths"]) << rule << core;
    EXPECT_EQ(core[rule]["false"], 0) << rule << core;
  }
  const json device = verdict(dir, "device", {"--mode", "device", "--terminals"});
  EXPECT_EQ(device, core);
}

}  // namespace
}  // namespace lujing::testing
