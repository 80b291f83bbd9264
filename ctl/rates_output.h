// Rates as a table and as JSON: the same of every command that prints some.
#pragma once

#include "platform/report/rates.h"
#include "terminal/config/terminal_config.h"

#include <nlohmann/json_fwd.hpp>

#include <iosfwd>
#include <vector>

namespace lujing::ctl {

/// `targets`: percents that the profile asks for.
nlohmann::ordered_json row_json(const report::Row& row, const std::vector<int>& targets);
/// Kilometres of that row: whole, covered, ... and the rate.
nlohmann::ordered_json length_json(const report::Row& row);
/// All rows but those of single roads.
void print_rates(const report::Report& report, const config::Profile& profile, std::ostream& out);

}  // namespace lujing::ctl
