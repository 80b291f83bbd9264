#include "platform/pki/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace lujing::pki {

namespace {

Error failed(const std::string& path) {
  return Error(path + ": " + std::strerror(errno) + "; check that the folder may be written");
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(fd) == 0;
}

}  // namespace

Result<void> write_whole(const std::string& path, std::string_view content, mode_t mode) {
  const std::string draft = path + ".new";
  ::unlink(draft.c_str());
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return failed(draft);
  // fchmod: the mode as asked for, whatever the umask.
  const bool written = ::fchmod(fd, mode) == 0 && write_all(fd, content);
  if (::close(fd) != 0 || !written || ::rename(draft.c_str(), path.c_str()) != 0) {
    auto error = failed(path);
    ::unlink(draft.c_str());
    return error;
  }
  auto folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  const int dir = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir >= 0) {
    (void)::fsync(dir);
    ::close(dir);
  }
  return {};
}

Result<std::string> read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error(path + ": " + std::strerror(errno));
  return std::string(std::istreambuf_iterator<char>(in), {});
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<void> make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Error(path + ": the folder cannot be made: " + error.message());
  return {};
}

}  // namespace lujing::pki
