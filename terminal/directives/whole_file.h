// Files that appear whole or not at all, also through a power cut.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace lujing::directives {

/// What write_whole() leaves behind where it was cut short.
inline constexpr std::string_view unfinished_suffix = ".new";

/// Writes beside the target, syncs, renames over it, syncs the folder. After an error the old file
/// is there as it was.
Result<void> write_whole(const std::string& path, std::string_view content);
/// A file of at most `most` bytes.
Result<std::string> read_whole(const std::string& path, std::uint64_t most);
/// Its first bytes, at most so many, and the size of all of it.
struct FileBegin {
  std::string bytes;
  std::uint64_t size = 0;
};
Result<FileBegin> read_begin(const std::string& path, std::uint64_t most);
/// Renames to PATH.damaged-N, N the first number that is free; the new path.
std::string move_aside(const std::string& path);

}  // namespace lujing::directives
