#include "base/folder.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace lujing {

namespace fs = std::filesystem;

Result<void> check_own_folder(const std::string& folder, const std::string& user) {
  std::error_code failed;
  if (fs::exists(folder, failed)) {
    if (!fs::is_directory(folder, failed)) return Error("is no folder; name another one");
    if (access(folder.c_str(), R_OK | W_OK | X_OK) == 0) return {};
    return Error(std::string(std::strerror(errno)) +
                 "; give it to the user that the program runs as: chown " + user + " " + folder);
  }
  fs::path parent = fs::absolute(folder, failed).parent_path();
  while (parent != parent.root_path() && !fs::exists(parent, failed)) parent = parent.parent_path();
  if (fs::is_directory(parent, failed) && access(parent.c_str(), W_OK | X_OK) == 0) return {};
  return Error("is not there and cannot be made; as root: install -d -m 0750 -o " + user + " " +
               folder);
}

}  // namespace lujing
