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

/// [exceptions]: how far one mark of a driver reaches, and the `share_max` of a plan's length from
/// which on excuses are told apart (the platform's; nullptr: not asked).
void read_exceptions(Section section, core::CleaningConfig& cleaning, double* share);
/// Nothing where all is as it is without a word.
void write_exceptions(const core::CleaningConfig& cleaning, std::string& out);

}  // namespace lujing::config
