#include "terminal/config/values.h"

#include "protocol/work_records.h"
#include "terminal/core/clock/windows.h"

#include <array>
#include <charconv>
#include <cstddef>

namespace lujing::config {
namespace {

std::optional<int> two_digits(std::string_view text) {
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
  }
  return (text[0] - '0') * 10 + (text[1] - '0');
}

}  // namespace

std::string exact(double number) {
  std::array<char, 40> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  std::string text(digits.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::optional<std::uint16_t> minute_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = two_digits(text.substr(0, 2));
  const auto minute = two_digits(text.substr(3));
  if (!hour || !minute || *minute > 59) return std::nullopt;
  if (*hour * 60 + *minute > core::minutes_of_a_day) return std::nullopt;
  return static_cast<std::uint16_t>(*hour * 60 + *minute);
}

const std::vector<std::string>& work_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < protocol::work_kinds; ++i) {
      all.emplace_back(to_string(static_cast<protocol::Work>(i)));
    }
    return all;
  }();
  return names;
}

}  // namespace lujing::config
