#include "ctl/trace.h"
#include "platform/roads/unpack.h"

#include <fstream>
#include <sstream>

namespace lujing::ctl {

Result<Trace> read_trace(const std::string& path) {
  if (path.ends_with(".xz")) {
    auto text = roads::unpack_xz(path);
    if (!text) return text.error();
    return parse_trace(path, *text);
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return Error(path + ": cannot be read, or is empty");
  return parse_trace(path, text.str());
}

}  // namespace lujing::ctl
