// What a command of the simulator makes goes to a file, or to standard output.
#pragma once

#include "base/result.h"

#include <functional>
#include <iosfwd>
#include <string>

namespace lujing::sim {

/// To the file, or to standard output for "-"; nowhere where nobody named one.
Result<void> write_output(const std::string& path, const std::function<void(std::ostream&)>& write);

}  // namespace lujing::sim
