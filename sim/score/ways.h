// The road file's links as stretches of OpenStreetMap ways, the terms in which the truth speaks.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lujing::score {

struct WayStretch {
  std::int64_t way = 0;
  double from_m = 0;  ///< of the link's first point, along the way
  double length_m = 0;
  std::string road_class;
  bool sweepable = false;
  bool left_kerb = false;
  bool right_kerb = false;
};

class Ways {
 public:
  /// By link number.
  explicit Ways(std::vector<WayStretch> links) : links_(std::move(links)) {}
  /// Reads a road file (protocol/ROADS.md).
  static Result<Ways> read(const std::string& road_file);

  const std::vector<WayStretch>& links() const { return links_; }
  /// nullptr: the records name a link that this file does not have.
  const WayStretch* find(std::uint32_t link) const {
    return link < links_.size() ? &links_[link] : nullptr;
  }

 private:
  std::vector<WayStretch> links_;
};

}  // namespace lujing::score
