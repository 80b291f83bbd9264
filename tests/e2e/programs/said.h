// A program run to its end: what it said, and how it ended.
#pragma once

#include "tests/support/system.h"

#include <string>
#include <vector>

namespace lujing::testing {

struct Said {
  int code = -1;
  std::string text;  ///< both outputs
  bool has(const std::string& words) const { return text.find(words) != std::string::npos; }
};

/// `name` as testing::program() knows it.
Said run_program(const std::string& name, const std::vector<std::string>& words);

}  // namespace lujing::testing
