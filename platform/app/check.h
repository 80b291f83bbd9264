// What a platform's file names, looked at before the platform runs: `lujing-platform --check`.
#pragma once

#include "platform/app/config.h"

#include <string>
#include <vector>

namespace lujing::platform {

/// One line for each thing that is missing, unreadable or does not belong together, each with what
/// to do about it; empty: the platform can run. Changes nothing.
std::vector<std::string> check_surroundings(const Config& config);

}  // namespace lujing::platform
