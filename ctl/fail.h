// How a command ends that could not do what it was asked.
#pragma once

#include "base/result.h"

#include <string_view>

namespace lujing::ctl {

/// Says on standard error which command and why, as "lujing-ctl replay: why". The exit code.
int fail(std::string_view command, const Error& error, int exit_code = 1);

}  // namespace lujing::ctl
