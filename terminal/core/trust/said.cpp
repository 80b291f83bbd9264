#include "terminal/core/trust/rules.h"

#include <algorithm>
#include <cmath>

namespace lujing::core::trust {

std::string said(const char* name, std::optional<double> value, const char* unit) {
  std::string text = std::string(name) + "=";
  if (!value || !std::isfinite(*value)) return text + "-";
  const long long tenths = std::llround(std::clamp(*value, -1e12, 1e12) * 10);
  const long long size = tenths < 0 ? -tenths : tenths;
  if (tenths < 0) text += "-";
  return text + std::to_string(size / 10) + "." + std::to_string(size % 10) + unit;
}

}  // namespace lujing::core::trust
