// What is done with whole files: the reserve beside the outbox, and damaged files moved aside. All
// of it goes through the SQLite VFS, so that a test's disk takes part in it.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace lujing::outbox {

/// So many damaged files are kept whole; older ones are emptied, their names stay and are counted.
inline constexpr std::uint64_t damaged_files_kept = 2;

/// PATH.reserve: bytes that are given back when the disk is full, so that what matters still fits.
class Reserve {
 public:
  Reserve(std::string outbox_path, std::string vfs, std::uint64_t bytes);
  bool held() const { return held_; }
  /// Looks for it, makes it where it is missing. False: there is no room for it now.
  bool hold();
  void give_back();

 private:
  std::string path_;
  std::string vfs_;
  std::uint64_t bytes_;
  bool held_ = false;
};

/// How many files were moved aside since the terminal was set up: the greatest N of PATH.damaged-N.
std::uint64_t moved_aside(const std::string& path, const std::string& vfs);
/// Moves PATH and its log to PATH.damaged-N and gives that name.
Result<std::string> move_aside(const std::string& path, const std::string& vfs);

}  // namespace lujing::outbox
