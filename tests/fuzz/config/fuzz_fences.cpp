// Fence files and permits: whatever the bytes are, an answer; a set that is taken can be used.
#include "terminal/config/fences.h"
#include "terminal/config/permits.h"
#include "terminal/core/fence/index.h"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lujing;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  config::FenceFileOptions lenient;
  lenient.lenient = true;
  (void)config::parse_permits(bytes);
  const auto file = config::parse_fence_file("f", bytes, lenient);
  if (!file || file->set.fences.size() > 20) return 0;
  const core::FenceShapes shapes(file->set.fences);
  for (std::uint32_t i = 0; i < shapes.size(); ++i) {
    const auto bounds = shapes.bounds(i);
    core::FencePlace place{bounds.west, bounds.south, core::Metric::at(bounds.south)};
    const double there = shapes.signed_distance_m(i, place);
    if (!(there == there)) __builtin_trap();
  }
  return 0;
}
