#include "platform/dispatch/page_files.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <utility>

namespace lujing::dispatch {

namespace fs = std::filesystem;

std::string content_type_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 14> types = {{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".geojson", "application/geo+json"},
      {".map", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".webp", "image/webp"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".wasm", "application/wasm"},
  }};
  for (const auto& [ending, type] : types) {
    if (name.ends_with(ending)) {
      return type;
    }
  }
  return "application/octet-stream";
}

std::string etag_of(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  std::string out = "\"";
  for (std::size_t i = 0; i < 12; ++i) {
    out += fmt::format("{:02x}", digest[i]);
  }
  return out + '"';
}

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  std::error_code failed;
  const auto size = fs::file_size(path, failed);
  if (failed) {
    return Error(path + ": cannot be read (" + failed.message() + ")");
  }
  if (size > max_bytes) {
    return Error(fmt::format("{}: has {} bytes, at most {} are taken", path, size, max_bytes));
  }
  std::string bytes(size, '\0');
  std::ifstream in(path, std::ios::binary);
  if (!in.read(bytes.data(), static_cast<std::streamsize>(size)) && size != 0) {
    return Error(path + ": cannot be read whole; check its permissions");
  }
  return bytes;
}

namespace {

bool inside(const fs::path& file, const fs::path& root) {
  const auto relative = file.lexically_relative(root);
  return !relative.empty() && *relative.begin() != "..";
}

/// The file's place in the page, "/assets/a.js"; empty where it is not part of it.
std::string page_path(const fs::path& file, const fs::path& root) {
  std::string out;
  for (const auto& part : file.lexically_relative(root)) {
    if (part.string().starts_with('.')) {
      return "";
    }
    out += "/" + part.string();
  }
  return out;
}

}  // namespace

Result<PageFiles> PageFiles::read(const std::string& root_name) {
  std::error_code failed;
  const auto root = fs::canonical(root_name, failed);
  if (failed) {
    return Error(root_name + ": " + failed.message() +
                 "; build the page (cmake --build ... --target web) or set dispatch.web_root");
  }
  PageFiles page;
  std::size_t total = 0;
  fs::recursive_directory_iterator walk(root, failed);
  for (; !failed && walk != fs::recursive_directory_iterator(); walk.increment(failed)) {
    std::error_code unreadable;
    const auto real = fs::canonical(walk->path(), unreadable);
    const auto path = page_path(walk->path(), root);
    if (unreadable || path.empty() || !inside(real, root) || !fs::is_regular_file(real)) {
      continue;
    }
    auto bytes = read_file(real.string(), max_total_bytes - total);
    if (!bytes) {
      return bytes.error().in("reading the page");
    }
    total += bytes->size();
    PageFile file;
    file.etag = etag_of(*bytes);
    file.content_type = content_type_of(path);
    file.immutable = path.starts_with("/assets/");
    file.body = std::make_shared<const std::string>(std::move(*bytes));
    page.files_.insert_or_assign(path, std::move(file));
  }
  const auto index = page.files_.find("/index.html");
  if (index == page.files_.end()) {
    return Error(root_name +
                 ": has no index.html; build the page (cmake --build ... --target "
                 "web) or set dispatch.web_root to the folder of the built one");
  }
  page.files_.emplace("/", index->second);
  return page;
}

const PageFile* PageFiles::find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

}  // namespace lujing::dispatch
