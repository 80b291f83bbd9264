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

/// deploy/ of the clone that one stands in; else the installed folder; else the clone's that this
/// program was built in.
std::string share() {
  std::error_code error;
  const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& place :
       {fs::path("deploy"), here / "../share/lujing", here / "../../../../deploy"}) {
    if (fs::exists(place / "profiles/default.toml", error) &&
        fs::exists(place / "vehicles", error)) {
      return place.lexically_normal().string();
    }
  }
  return "deploy";
}

}  // namespace

std::string usual_share() {
  return share();
}

std::string usual_ctl() {
  return beside("lujing-ctl", "../../ctl");
}

std::string usual_terminal() {
  return beside("lujing-terminal", "../../terminal/app");
}

}  // namespace lujing::sim
