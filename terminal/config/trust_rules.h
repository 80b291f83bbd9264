// The trust rules, AC-01 to AC-12, in a profile and in a journal's header. Internal to
// terminal/config.
#pragma once

#include "terminal/config/toml_reader.h"
#include "terminal/core/trust/config.h"

#include <string>

namespace lujing::config {

/// The tables [rules.AC-01] ... of a profile: km/h, and numbers within bounds.
void read_profile_trust(Section& rules, core::TrustConfig& trust);
/// The same as a journal's header has them: m/s, whatever the core was given.
void read_exact_trust(Section& rules, core::TrustConfig& trust);
std::string to_toml(const core::TrustConfig& trust);

}  // namespace lujing::config
