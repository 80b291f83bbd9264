#include "sim/app/beside.h"

#include <filesystem>

namespace lujing::sim {
namespace {

namespace fs = std::filesystem;

std::string beside(const char* name, const char* in_build) {
  std::error_code error;
  const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& place : {here / name, here / in_build / name}) {
    if (fs::exists(place, error)) {
      return place.lexically_normal().string();
    }
  }
  return std::string("/usr/bin/") + name;
}

}  // namespace

std::string usual_ctl() {
  return beside("lujing-ctl", "../../ctl");
}

std::string usual_terminal() {
  return beside("lujing-terminal", "../../terminal/app");
}

}  // namespace lujing::sim
