// The muck-truck rules and what hauling is judged by, in a profile and in a journal's header.
// Internal to terminal/config.
#pragma once

#include "terminal/config/toml_reader.h"
#include "terminal/core/config.h"

#include <string>

namespace lujing::config {

/// The tables [rules.MT-03] ... of a profile: km/h, and numbers within bounds.
void read_profile_mt(Section& rules, core::MtConfig& mt);
/// The same as a journal's header has them: m/s, whatever the core was given.
void read_exact_mt(Section& rules, core::MtConfig& mt);
std::string to_toml(const core::MtConfig& mt);

/// [control] of a profile (km/h).
void read_profile_control(Section section, core::ControlConfig& control);

/// [haul] of a journal's header.
void read_haul(Section section, core::HaulConfig& haul);
std::string to_toml(const core::HaulConfig& haul);

}  // namespace lujing::config
