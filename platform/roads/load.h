// Roads for programs that take either: a road file, or an extract that is built in memory first.
#pragma once

#include "base/mapped_file.h"
#include "base/result.h"
#include "terminal/core/roads/network.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace lujing::roads {

/// Keeps the bytes that the network looks into. Moves, and the network stays where it is.
class LoadedRoads {
 public:
  /// By its first bytes: a road file is mapped, anything else is read as an extract.
  static Result<LoadedRoads> open(const std::string& path);

  const core::RoadNetwork& network() const { return network_; }
  /// The road file, as a terminal would map it.
  std::span<const std::byte> bytes() const { return was_extract() ? built_ : file_.bytes(); }
  bool was_extract() const { return !built_.empty(); }

 private:
  MappedFile file_;
  std::vector<std::byte> built_;
  core::RoadNetwork network_;
};

}  // namespace lujing::roads
