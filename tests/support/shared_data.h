// Where the real recordings are, if this machine has them.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace lujing::test_support {

/// LUJING_SHARED_DATA, otherwise ../shared/data beside the sources. A test without it skips itself.
inline std::optional<std::filesystem::path> shared_data() {
  const char* named = std::getenv("LUJING_SHARED_DATA");
  const std::filesystem::path folder =
      named != nullptr ? std::filesystem::path(named)
                       : std::filesystem::path(LUJING_SOURCE_DIR) / ".." / "shared" / "data";
  std::error_code problem;
  if (!std::filesystem::is_directory(folder, problem)) return std::nullopt;
  return folder;
}

}  // namespace lujing::test_support
