#include "terminal/directives/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace lujing::directives {
namespace {

class File {
 public:
  File(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }
  bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

Error failed(const std::string& path) {
  return Error(path + ": " + std::strerror(errno));
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

Result<void> write_whole(const std::string& path, std::string_view content) {
  const std::string beside = path + std::string(unfinished_suffix);
  {
    const File file(beside, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.open()) return failed(beside);
    if (!write_all(file.fd(), content) || ::fsync(file.fd()) != 0) {
      Error error = failed(beside);
      ::unlink(beside.c_str());
      return error;
    }
  }
  if (std::rename(beside.c_str(), path.c_str()) != 0) return failed(path);
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const File folder(parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY);
  if (!folder.open() || ::fsync(folder.fd()) != 0) return failed(path);
  return {};
}

Result<std::string> read_whole(const std::string& path, std::uint64_t most) {
  auto begin = read_begin(path, most);
  if (!begin) return begin.error();
  if (begin->size > most) {
    return Error(path + ": has " + std::to_string(begin->size) + " bytes; at most " +
                 std::to_string(most) + " belong there");
  }
  return std::move(begin->bytes);
}

Result<FileBegin> read_begin(const std::string& path, std::uint64_t most) {
  const File file(path, O_RDONLY);
  struct stat info {};
  if (!file.open() || ::fstat(file.fd(), &info) != 0) return failed(path);
  if (!S_ISREG(info.st_mode)) return Error(path + ": is not a file");
  FileBegin begin;
  begin.size = static_cast<std::uint64_t>(info.st_size);
  begin.bytes.resize(std::min(begin.size, most));
  std::size_t have = 0;
  while (have < begin.bytes.size()) {
    const ssize_t n = ::read(file.fd(), begin.bytes.data() + have, begin.bytes.size() - have);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed(path);
    if (n == 0) break;
    have += static_cast<std::size_t>(n);
  }
  begin.bytes.resize(have);
  return begin;
}

std::string move_aside(const std::string& path) {
  constexpr int most = 1000;
  for (int n = 1; n < most; ++n) {
    const std::string aside = path + ".damaged-" + std::to_string(n);
    if (::access(aside.c_str(), F_OK) == 0) continue;
    return std::rename(path.c_str(), aside.c_str()) == 0 ? aside : path;
  }
  ::unlink(path.c_str());
  return path;
}

}  // namespace lujing::directives
