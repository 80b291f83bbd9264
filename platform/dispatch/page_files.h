// The built page, read into memory once: no request ever reaches the file system, so none can
// climb out of the folder. Changed files are seen after a restart.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace lujing::dispatch {

struct PageFile {
  std::shared_ptr<const std::string> body;
  std::string content_type;
  std::string etag;        ///< strong: of the bytes
  bool immutable = false;  ///< its name carries a hash of its bytes
};

class PageFiles {
 public:
  static constexpr std::size_t max_total_bytes = 128u << 20;

  PageFiles() = default;
  /// Reads every file below `root`; names that begin with a dot and links that lead elsewhere are
  /// passed over. Fails where there is no index.html.
  static Result<PageFiles> read(const std::string& root);
  /// By path ("/", "/assets/index-1a2b.js"); nullptr: there is none.
  const PageFile* find(std::string_view path) const;
  bool empty() const { return files_.empty(); }

 private:
  std::map<std::string, PageFile, std::less<>> files_;
};

/// "text/html; charset=utf-8" for "index.html"; "application/octet-stream" where it is not known.
std::string content_type_of(std::string_view name);
/// Strong entity tag of these bytes, quotes included.
std::string etag_of(std::string_view bytes);
/// A whole file, at most `max_bytes`.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes);

}  // namespace lujing::dispatch
