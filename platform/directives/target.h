// Whom a directive is meant for.
//
//   "all"           every terminal
//   "type:muck"     every terminal of a vehicle type: sweeper, sprinkler, garbage, muck
//   "group:night"   the terminals that the group has at the moment
//   "M-003"         one terminal
//
// Of several that are meant for a terminal the newest version counts, however it was addressed.
#pragma once

#include "base/result.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::directives {

/// "all", or a list with commas. An error names the part and what would be right.
Result<std::vector<std::string>> parse_targets(std::string_view text);
std::string to_text(const std::vector<std::string>& targets);

/// Who a terminal is, as far as directives are addressed by it.
struct Addressee {
  std::string terminal_id;
  std::string vehicle_type;
  std::set<std::string> groups;
};
bool is_meant_for(const std::vector<std::string>& targets, const Addressee& who);

}  // namespace lujing::directives
