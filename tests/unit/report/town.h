// The streets that the reports' tests sweep: a long road of two links, and a back lane off it.
#pragma once

#include "tests/support/ascii_roads.h"

namespace lujing::report {

inline tests::AsciiRoads long_road_and_back_lane() {
  return tests::AsciiRoads(R"(
          A------B------C
                 |
                 D
          )",
                           50,
                           {{"ABC", {{"highway", "primary"}, {"name", "Long Road"}}},
                            {"BD", {{"highway", "living_street"}, {"name", "Back Lane"}}}});
}

}  // namespace lujing::report
