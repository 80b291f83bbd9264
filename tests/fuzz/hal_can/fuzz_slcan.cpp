// Any bytes from an adapter, in pieces: the pieces make no difference, and frames are frames.
#include "hal/can/slcan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lujing::hal::can;  // NOLINT(google-build-using-namespace)
  if (size == 0) return 0;
  const std::size_t piece = data[0] % 40U + 1U;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  SlcanParser whole;
  SlcanParser pieces;
  std::vector<CanFrame> at_once;
  std::vector<CanFrame> piecemeal;
  whole.feed(text, {}, at_once);
  for (std::size_t i = 0; i < text.size(); i += piece) {
    pieces.feed(text.substr(i, piece), {}, piecemeal);
  }
  if (at_once != piecemeal || whole.unreadable() != pieces.unreadable()) std::abort();
  for (const CanFrame& frame : at_once) {
    if (frame.len > max_classic_bytes || frame.id > max_extended_id) std::abort();
    std::vector<CanFrame> again;
    SlcanParser parser;
    parser.feed(to_slcan(frame), {}, again);
    if (again.size() != 1 || again[0] != frame) std::abort();
  }
  return 0;
}
