#include "platform/roads/osm.h"

#include <algorithm>

namespace lujing::roads {

bool close_rings(std::vector<std::vector<RawNode>> ways,
                 std::vector<std::vector<GeoPoint>>& rings) {
  bool whole = true;
  while (!ways.empty()) {
    std::vector<RawNode> ring = std::move(ways.back());
    ways.pop_back();
    if (ring.size() < 2) {
      whole = false;
      continue;
    }
    while (ring.front().id != ring.back().id) {
      const std::int64_t end = ring.back().id;
      const auto next = std::find_if(ways.begin(), ways.end(), [&](const auto& way) {
        return !way.empty() && (way.front().id == end || way.back().id == end);
      });
      if (next == ways.end()) break;
      if (next->front().id != end) std::reverse(next->begin(), next->end());
      ring.insert(ring.end(), next->begin() + 1, next->end());
      ways.erase(next);
    }
    if (ring.front().id != ring.back().id || ring.size() < 4) {
      whole = false;
      continue;
    }
    auto& closed = rings.emplace_back();
    for (const RawNode& node : ring) closed.push_back(node.at);
  }
  return whole;
}

}  // namespace lujing::roads
