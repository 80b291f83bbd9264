// The packed extracts that libosmium does not unpack itself.
#pragma once

#include "base/result.h"

#include <string>

namespace lujing::roads {

/// A whole .xz file, unpacked in memory: at most 4 GiB, checked.
Result<std::string> unpack_xz(const std::string& path);

}  // namespace lujing::roads
