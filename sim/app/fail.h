// How a command ends that could not do what it was asked.
#pragma once

#include "base/result.h"

namespace lujing::sim {

/// Says why on standard error. The exit code, 1.
int fail(const Error& error);

}  // namespace lujing::sim
