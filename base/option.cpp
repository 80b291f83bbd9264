#include "base/option.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace lujing {

std::string number_problem(const std::string& text, double low, double high) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, value);
  if (failed == std::errc() && stop == end && std::isfinite(value) && value >= low && value <= high)
    return {};
  char words[96];
  std::snprintf(words, sizeof words, "a number from %g to %g is wanted, not ", low, high);
  return words + ("\"" + text + "\"");
}

}  // namespace lujing
