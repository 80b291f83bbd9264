#include "ctl/doctor_listen.h"

#include "ctl/doctor_checks.h"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>

namespace lujing::ctl {

namespace fs = std::filesystem;

void listen(const std::vector<hal::Source*>& sources, double wait_s,
            const std::function<bool(const hal::Observation&)>& enough) {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  for (hal::Source* source : sources) {
    source->start([&](const hal::Observation& observation) {
      const std::lock_guard lock(mutex);
      if (!done && enough(observation)) {
        done = true;
        changed.notify_all();
      }
    });
  }
  {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::duration<double>(wait_s), [&] { return done; });
  }
  for (hal::Source* source : sources) source->stop();
}

std::string holder_of(const std::string& device) {
  std::error_code problem;
  const fs::path wanted = fs::canonical(device, problem);
  if (problem) return {};
  for (const auto& process : fs::directory_iterator("/proc", problem)) {
    const std::string pid = process.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    if (pid == std::to_string(getpid())) continue;
    std::error_code denied;
    for (const auto& file : fs::directory_iterator(process.path() / "fd", denied)) {
      if (fs::read_symlink(file.path(), denied) != wanted) continue;
      std::string name;
      std::getline(std::ifstream(process.path() / "comm"), name);
      return name.append(" (process ").append(pid).append(")");
    }
  }
  return {};
}

}  // namespace lujing::ctl
