#include "sim/app/output.h"

#include <fstream>
#include <iostream>

namespace lujing::sim {

Result<void> write_output(const std::string& path,
                          const std::function<void(std::ostream&)>& write) {
  if (path.empty()) return {};
  if (path == "-") {
    write(std::cout);
    std::cout.flush();
    return {};
  }
  std::ofstream file(path);
  write(file);
  file.close();
  if (!file) return Error("cannot write " + path + ": is the folder there and writable?");
  return {};
}

}  // namespace lujing::sim
