// What a scenario cannot mean is refused, with line and remedy.
#include "tests/unit/sim/scenario_support.h"

#include <sstream>

namespace lujing::sim {
namespace {

TEST(Scenario, ATypoIsRefusedWithLineAndNearestKey) {
  const auto bad = parse_scenario("a.toml",
                                  "seed = 3\n[[vehicle]]\nid = \"M-1\"\ntype = \"muck\"\n"
                                  "[[vehicle.task]]\ndo = \"haul\"\nsael = false\n",
                                  ".");
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().what().find("a.toml:7:"), std::string::npos) << bad.error().what();
  EXPECT_NE(bad.error().what().find("did you mean seal?"), std::string::npos);
}

TEST(Scenario, AStartIsATimeInQuotationMarksOfOurCentury) {
  for (const char* start : {"1200-01-01T00:00:00Z", "\"1200-01-01T00:00:00Z\"", "\"tomorrow\"",
                            "2026-04-15T03:00:00Z"}) {
    const auto bad = parse_scenario(
        "a.toml",
        std::string("seed = 3\nstart = ") + start + "\n[[vehicle]]\nid = \"M\"\ntype = \"muck\"\n",
        ".");
    ASSERT_FALSE(bad) << start;
    EXPECT_NE(bad.error().what().find("a.toml:2: start: expected a UTC time in quotation marks"),
              std::string::npos)
        << bad.error().what();
  }
}

std::string refused(const std::string& text) {
  const auto scenario = parse_scenario("a.toml", text, ".");
  if (!scenario) {
    return scenario.error().what();
  }
  const auto city = make_city(*scenario);
  return city ? "" : city.error().what();
}

TEST(Scenario, APlaceThatIsNotThereIsRefusedWithLineAndRemedy) {
  EXPECT_EQ(refused("[[vehicle]]\nid = \"M\"\ntype = \"muck\"\nstart = \"depot 9\"\n"),
            "a.toml:4: there is no depot 9 in this city; take depot 1 to 1");
  EXPECT_NE(refused("[[vehicle]]\nid = \"M\"\ntype = \"muck\"\n[vehicle.permit]\ndisposal = 3\n")
                .find("there is no disposal 3"),
            std::string::npos);
  EXPECT_NE(refused("[[vehicle]]\nid = \"S\"\ntype = \"sweeper\"\n[[vehicle.task]]\n"
                    "do = \"work\"\nat = \"secondary 99\"\n")
                .find("a.toml:6: there is no secondary 99 of 600 m"),
            std::string::npos);
  EXPECT_NE(refused("[[vehicle]]\nid = \"S\"\ntype = \"sweeper\"\nstart = \"depot 0\"\n")
                .find("counted from 1"),
            std::string::npos);
}

TEST(Scenario, WhatAVehicleCannotDoIsRefused) {
  const auto task = [](const std::string& type, const std::string& rest) {
    return refused("[[vehicle]]\nid = \"V\"\ntype = \"" + type + "\"\n[[vehicle.task]]\n" + rest);
  };
  EXPECT_NE(task("muck", "do = \"work\"\n").find("a.toml:5: "), std::string::npos);
  EXPECT_NE(task("muck", "do = \"work\"\n").find("a muck cannot work; it can: drive, stand"),
            std::string::npos);
  EXPECT_NE(task("sweeper", "do = \"work\"\nwork = \"flush\"\n").find("one of sweep"),
            std::string::npos);
  EXPECT_NE(task("sweeper", "do = \"work\"\nat = \"depot\"\n").find("along a street"),
            std::string::npos);
  EXPECT_NE(
      task("sweeper", "do = \"work\"\n[[vehicle.task.deed]]\ndo = \"hoist\"\n").find("no hoist"),
      std::string::npos);
  EXPECT_NE(task("muck", "do = \"stand\"\nat = \"depot\"\n").find("at"), std::string::npos);
  EXPECT_NE(
      task("sweeper", "do = \"stand\"\n[[vehicle.fault]]\nwhat = \"io_off\"\n").find("collector"),
      std::string::npos);
}

TEST(Scenario, WhatCannotBeMeantIsRefusedWithLineRangeAndRemedy) {
  const auto says = [](const std::string& text, const std::string& line, const std::string& what) {
    const std::string found = refused("duration_s = 600\n[[vehicle]]\nid = \"V\"\n" + text);
    EXPECT_NE(found.find("a.toml:" + line + ": "), std::string::npos) << text << "\n" << found;
    EXPECT_NE(found.find(what), std::string::npos) << text << "\n" << found;
  };
  const auto deed = [&](const std::string& type, const std::string& rest, const std::string& line,
                        const std::string& what) {
    says(
        "type = \"" + type + "\"\n[[vehicle.task]]\ndo = \"stand\"\n[[vehicle.task.deed]]\n" + rest,
        line, what);
  };
  deed("muck", "do = \"load\"\nvalue = -4\n", "9", "a number from 0 to 2, found -4");
  deed("muck", "do = \"hoist\"\nvalue = 900\n", "9", "a number from 0 to 45, found 900");
  deed("sweeper", "do = \"brush\"\nvalue = 7\n", "9", "a number from 0 to 1, found 7");
  deed("sweeper", "do = \"brush\"\nvalue = 0.4\n", "9", "1 (on) or 0 (off)");
  deed("muck", "do = \"speed\"\n", "7", "value is missing: expected a number from 1 to 120");
  deed("muck", "do = \"stop\"\nafter_s = 600\n", "9", "0 to below duration_s (600), found 600");
  const std::string fault = "type = \"muck\"\n[[vehicle.fault]]\n";
  says(fault + "what = \"switch_stuck_on\"\n", "6", "input: one of cover_closed");
  says(fault + "what = \"bus_off\"\nat_s = 700\n", "7", "set a longer duration_s");
  says(fault + "what = \"bus_off\"\nvalue = 3\n", "7", "a number from 0 to 0, found 3");
  says("type = \"sweeper\"\n[vehicle.permit]\nconstruction = 1\n", "5", "needs no permit");
  says("type = \"sweeper\"\n[[vehicle.task]]\ndo = \"work\"\nlength_m = 60000\n", "7",
       "no secondary street of this city has 60000 m; take a number from 20 to ");
  says("type = \"muck\"\n[limits]\nunsealed_s = -3\n", "6", "a number from 0 to 3600, found -3");
}

}  // namespace
}  // namespace lujing::sim
