// The core's configuration as TOML text and back: what a journal's header carries, so that a replay
// needs nothing else. Every number comes back with the same bits.
#pragma once

#include "base/result.h"
#include "terminal/core/config.h"

#include <string>

namespace lujing::config {

std::string to_toml(const core::CoreConfig& config);
/// `name` is what messages call the text. A key that is missing has CoreConfig's own default.
Result<core::CoreConfig> core_config_from_toml(const std::string& name, const std::string& text);

}  // namespace lujing::config
