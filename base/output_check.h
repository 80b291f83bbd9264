// Before a program writes where it was told: would that destroy what it reads?
#pragma once

#include "base/result.h"

#include <string>
#include <vector>

namespace lujing {

/// Empty names are outputs that nobody asked for. An output is refused that is the same file as an
/// input or as another output (by whatever name or link), or that is a folder. Looks; changes
/// nothing.
Result<void> check_outputs(const std::vector<std::string>& inputs,
                           const std::vector<std::string>& outputs);

/// An output that takes its place whole, by rename: besides, it may be no device or pipe, which a
/// rename would replace.
Result<void> check_whole_output(const std::vector<std::string>& inputs, const std::string& output);

}  // namespace lujing
