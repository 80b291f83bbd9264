// Any line as a line of a candump log. What is a frame survives being written and read again.
#include "hal/can/candump.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lujing::hal::can;  // NOLINT(google-build-using-namespace)
  std::string_view text(reinterpret_cast<const char*>(data), size);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const auto read = parse_candump_line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!read || !read->has_frame) continue;
    CanFrame frame = read->frame;
    if (frame.len > (frame.fd ? max_fd_bytes : max_classic_bytes)) std::abort();
    frame.at.ns -= frame.at.ns % 1000;  // it writes microseconds
    const auto again = parse_candump_line(to_candump_line(frame, "can0"));
    if (!again || again->frame != frame) std::abort();
  }
  return 0;
}
