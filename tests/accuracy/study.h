// A study: how right the product is, as a table that a person reads. Unlike a test it does not
// judge; unlike a benchmark it measures no time. A study_*.cpp file in this folder registers
// itself.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::accuracy {

struct Study {
  std::string_view name;   ///< "matching-simulated"
  std::string_view about;  ///< one line
  std::string_view usage;  ///< its own arguments, with an example
  /// Prints its table on standard output; returns the exit code: 0, or 1 where it could not be
  /// done.
  int (*run)(std::span<const std::string_view> arguments);
};

/// At namespace scope: `const bool registered = add({...});`
bool add(Study study);
const std::vector<Study>& studies();

}  // namespace lujing::accuracy
