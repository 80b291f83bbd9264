// The rules of cleaning in a city profile, and in the core's configuration text: the same keys in
// both (deploy/profiles/default.toml shows them all).
#pragma once

#include "terminal/config/toml_reader.h"
#include "terminal/core/alarm/cleaning_config.h"

#include <cstddef>
#include <string>

namespace lujing::config {

/// "SW-01", by core::CleaningRule.
const char* cleaning_rule_name(std::size_t rule);

/// `rules` is [rules]: a rule that it does not name is off.
void read_cleaning(Section& rules, core::CleaningConfig& cleaning);
void write_cleaning(const core::CleaningConfig& cleaning, std::string& out);

}  // namespace lujing::config
