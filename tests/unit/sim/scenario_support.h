// What the tests of scenarios and of core mode share.
#pragma once

#include "sim/core/run.h"

#include <gtest/gtest.h>

#include <string>

namespace lujing::sim {

inline const std::string source = LUJING_SOURCE_DIR;

inline Scenario scenario_of(const std::string& text) {
  auto scenario = parse_scenario("test.toml", text, ".");
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().what());
  return *scenario;
}

inline CoreOptions options_for(const std::string& folder, unsigned jobs) {
  CoreOptions options;
  options.folder = folder;
  options.jobs = jobs;
  options.terminal.share = source + "/deploy";
  options.terminal.pki = folder + "/pki";
  return options;
}

}  // namespace lujing::sim
