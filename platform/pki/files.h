// Files that appear whole or not at all.
#pragma once

#include "base/result.h"

#include <sys/types.h>

#include <string>
#include <string_view>

namespace lujing::pki {

/// Writes beside the target, syncs, renames over it.
Result<void> write_whole(const std::string& path, std::string_view content, mode_t mode);
Result<std::string> read_whole(const std::string& path);
bool exists(const std::string& path);
Result<void> make_folder(const std::string& path);

}  // namespace lujing::pki
