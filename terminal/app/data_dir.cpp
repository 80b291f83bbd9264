#include "terminal/app/data_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace lujing::app {

namespace fs = std::filesystem;

Result<int> take_data_dir(const std::string& data_dir) {
  std::error_code problem;
  fs::create_directories(data_dir, problem);
  if (problem) return Error("data_dir " + data_dir + ": " + problem.message());
  const std::string path = data_dir + "/lock";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return Error("data_dir: " + path + ": " + std::strerror(errno));
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  close(fd);
  return Error("data_dir " + data_dir +
               " is in use by another lujing-terminal; stop that one, or give this one a folder of "
               "its own");
}

}  // namespace lujing::app
