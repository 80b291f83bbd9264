// A file in memory, read-only, for as long as the object lives. Whoever writes such a file must
// write another one and rename it: a file that shrinks while it is mapped kills its reader.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <span>
#include <string>

namespace lujing {

class MappedFile {
 public:
  static Result<MappedFile> open(const std::string& path);

  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  /// Begins at a page's start. Empty for an empty file.
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace lujing
