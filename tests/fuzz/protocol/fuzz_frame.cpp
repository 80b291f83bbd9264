// FrameReader over any stream cut anywhere. The first byte says how long the cuts are.
#include "protocol/framing.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

using lujing::protocol::append_frame;
using lujing::protocol::FrameReader;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t cut = 1 + data[0];
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  FrameReader reader(4096);
  std::string again;
  for (std::size_t at = 0; at < stream.size(); at += cut) {
    reader.feed(stream.substr(at, cut));
    for (;;) {
      const auto body = reader.next();
      if (!body) return 0;
      if (!*body) break;
      if ((*body)->size() > 4096) std::abort();
      append_frame(**body, again);
    }
  }
  // What came out is what went in, as far as it was whole.
  if (again.size() + reader.buffered() != stream.size()) std::abort();
  if (stream.substr(0, again.size()) != again) std::abort();
  return 0;
}
