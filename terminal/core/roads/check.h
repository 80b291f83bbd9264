// What is proved about a road file before it is used.
#pragma once

#include "base/result.h"
#include "protocol/road_file.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace lujing::core {

/// Checksum, every offset, every index, and that the parts agree with each other. The message names
/// the section and the element. Allocates a little while it runs.
Result<void> check_road_file(std::span<const std::byte> file);

/// One section as the header tells it, for people.
struct RoadSectionInfo {
  std::string_view name;
  std::uint32_t offset = 0;
  std::uint32_t count = 0;
  std::size_t bytes = 0;
};
/// Empty where the header itself cannot be read. The sections of a damaged file may be nonsense.
std::vector<RoadSectionInfo> road_sections(std::span<const std::byte> file);

/// Where a section's elements lie, of a file whose layout has been checked.
template <class T>
const T* road_section(std::span<const std::byte> file, protocol::RoadSection section) {
  const auto* header = reinterpret_cast<const protocol::RoadHeader*>(file.data());
  return reinterpret_cast<const T*>(file.data() +
                                    header->sections[static_cast<std::size_t>(section)].offset);
}

}  // namespace lujing::core
