#include "platform/roads/draft.h"

#include <algorithm>
#include <utility>

namespace lujing::roads {
namespace {

constexpr std::uint32_t segments_a_run = 6;
constexpr std::uint32_t curve_side = 1U << 15;

/// Position of a cell on Hilbert's curve over a square of curve_side cells.
std::uint32_t hilbert(std::uint32_t x, std::uint32_t y) {
  std::uint32_t d = 0;
  for (std::uint32_t s = curve_side / 2; s > 0; s /= 2) {
    const std::uint32_t right = (x & s) != 0 ? 1 : 0;
    const std::uint32_t up = (y & s) != 0 ? 1 : 0;
    d += s * s * ((3 * right) ^ up);
    if (up == 0) {
      if (right == 1) {
        x = curve_side - 1 - x;
        y = curve_side - 1 - y;
      }
      std::swap(x, y);
    }
  }
  return d;
}

std::uint32_t cell(std::int64_t value, std::int64_t least, std::int64_t most) {
  const std::int64_t span = std::max<std::int64_t>(most - least, 1);
  return static_cast<std::uint32_t>((value - least) * (curve_side - 1) / span);
}

std::uint32_t box_shift(const Draft& draft) {
  const std::int64_t tall = std::int64_t{draft.most.lat_e7} - draft.least.lat_e7;
  const std::int64_t wide = std::int64_t{draft.most.lon_e7} - draft.least.lon_e7;
  std::uint32_t shift = 0;
  while ((std::max(tall, wide) >> shift) > 65'535) ++shift;
  return shift;
}

void widen(protocol::RoadBox& box, const protocol::RoadBox& by) {
  box.south = std::min(box.south, by.south);
  box.west = std::min(box.west, by.west);
  box.north = std::max(box.north, by.north);
  box.east = std::max(box.east, by.east);
}

}  // namespace

std::uint32_t along_curve(GeoPoint least, GeoPoint most, GeoPoint at) {
  return hilbert(cell(at.lon_e7, least.lon_e7, most.lon_e7),
                 cell(at.lat_e7, least.lat_e7, most.lat_e7));
}

DraftIndex make_index(const Draft& draft) {
  DraftIndex index;
  index.shift = box_shift(draft);
  const auto unit = [&](std::int64_t value, std::int64_t least) {
    return static_cast<std::uint16_t>((value - least) >> index.shift);
  };
  struct Leaf {
    std::uint32_t curve;
    protocol::RoadRun run;
    protocol::RoadBox box;
  };
  std::vector<Leaf> leaves;
  for (std::uint32_t id = 0; id < draft.links.size(); ++id) {
    const auto shape = draft.shape(draft.links[id]);
    for (std::uint32_t first = 0; first + 1 < shape.size(); first += segments_a_run) {
      const auto count =
          std::min(segments_a_run, static_cast<std::uint32_t>(shape.size()) - 1 - first);
      Leaf leaf{0, {id, static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(count)}, {}};
      leaf.box = {65'535, 65'535, 0, 0};
      for (std::uint32_t i = first; i <= first + count; ++i) {
        const std::uint16_t north = unit(shape[i].lat_e7, draft.least.lat_e7);
        const std::uint16_t east = unit(shape[i].lon_e7, draft.least.lon_e7);
        widen(leaf.box, {north, east, north, east});
      }
      leaf.curve = along_curve(draft.least, draft.most, shape[first + count / 2]);
      leaves.push_back(leaf);
    }
  }
  std::stable_sort(leaves.begin(), leaves.end(),
                   [](const Leaf& a, const Leaf& b) { return a.curve < b.curve; });
  for (const Leaf& leaf : leaves) {
    index.runs.push_back(leaf.run);
    index.boxes.push_back(leaf.box);
  }
  std::size_t begin = 0;
  for (std::size_t level = index.runs.size(); level > protocol::road_index_fanout;) {
    const std::size_t end = begin + level;
    for (std::size_t i = begin; i < end; i += protocol::road_index_fanout) {
      protocol::RoadBox above = index.boxes[i];
      for (std::size_t k = i; k < std::min(end, i + protocol::road_index_fanout); ++k)
        widen(above, index.boxes[k]);
      index.boxes.push_back(above);
    }
    begin = end;
    level = index.boxes.size() - end;
  }
  return index;
}

}  // namespace lujing::roads
