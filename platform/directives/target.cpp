#include "platform/directives/target.h"

#include <algorithm>
#include <array>

namespace lujing::directives {
namespace {

constexpr std::string_view type_mark = "type:";
constexpr std::string_view group_mark = "group:";
constexpr std::array<std::string_view, 4> types{"sweeper", "sprinkler", "garbage", "muck"};

bool is_word(std::string_view text) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), good);
}

bool is_target(std::string_view text) {
  if (text.starts_with(type_mark)) {
    return std::find(types.begin(), types.end(), text.substr(type_mark.size())) != types.end();
  }
  if (text.starts_with(group_mark)) return is_word(text.substr(group_mark.size()));
  return is_word(text);
}

}  // namespace

Result<std::vector<std::string>> parse_targets(std::string_view text) {
  std::vector<std::string> targets;
  for (std::size_t from = 0; from <= text.size();) {
    const auto comma = std::min(text.find(',', from), text.size());
    const auto part = text.substr(from, comma - from);
    if (!is_target(part)) {
      return Error("'" + std::string(part.substr(0, 64)) +
                   "' is nobody that a directive can be for: expected all, type:muck (sweeper, "
                   "sprinkler, garbage, muck), group:NAME or a terminal's id, several with commas");
    }
    targets.emplace_back(part);
    from = comma + 1;
  }
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  return targets;
}

std::string to_text(const std::vector<std::string>& targets) {
  std::string text;
  for (const auto& target : targets) text += (text.empty() ? "" : ",") + target;
  return text;
}

bool is_meant_for(const std::vector<std::string>& targets, const Addressee& who) {
  return std::any_of(targets.begin(), targets.end(), [&](const std::string& target) {
    if (target == "all" || target == who.terminal_id) return true;
    if (target.starts_with(type_mark)) return target.substr(type_mark.size()) == who.vehicle_type;
    return target.starts_with(group_mark) && who.groups.contains(target.substr(group_mark.size()));
  });
}

}  // namespace lujing::directives
