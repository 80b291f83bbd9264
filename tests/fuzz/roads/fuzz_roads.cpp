// RoadNetwork::open() over any bytes, then over the same bytes with the header's sizes and the
// checksum put right, so that what is behind them is reached. What it takes can be used to the end.
#include "protocol/chain.h"
#include "protocol/road_file.h"
#include "terminal/core/roads/check.h"
#include "terminal/core/roads/network.h"

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <vector>

using namespace lujing;
using namespace lujing::core;

namespace {

void use(const RoadNetwork& roads) {
  std::array<Candidate, 5> found;
  std::size_t sum = roads.name().size() + roads.district_name(0).size();
  for (LinkId id = 0; id < roads.link_count(); ++id) {
    const Link link = roads.link(id);
    sum += roads.road_name(id).size() + roads.district_name(link.district).size();
    const auto shape = roads.points(id);
    if (roads.node(link.from) != shape.front() || roads.node(link.to) != shape.back()) std::abort();
    for (std::size_t i = 0; i < shape.size(); ++i) {
      sum += static_cast<std::size_t>(roads.osm_node(id, i));
      // Whatever was taken into the index is found again where it lies.
      if (roads.near(shape[i], 1, found) == 0 && shape[i].lat_e7 < 890'000'000 &&
          shape[i].lat_e7 > -890'000'000)
        std::abort();
    }
    for (const bool backward : {false, true}) {
      const EdgeId edge = EdgeId::of(id, backward);
      for (const EdgeId next : roads.leaving(roads.end(edge)))
        sum += roads.turn_allowed(edge, next) ? 1 : 0;
    }
    sum += static_cast<std::size_t>(roads.bearing_rad(id, roads.length_m(id) / 2));
    if (!roads.place(id, roads.length_m(id) * 2).valid()) std::abort();
  }
  if (sum == SIZE_MAX) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::vector<std::byte> file(size);
  if (size > 0) std::memcpy(file.data(), data, size);
  static_cast<void>(road_sections(file));
  if (const auto roads = RoadNetwork::open(file)) use(*roads);
  if (size < sizeof(protocol::RoadHeader)) return 0;
  protocol::RoadHeader header;
  std::memcpy(&header, file.data(), sizeof(header));
  header.magic = protocol::road_magic;
  header.format = protocol::road_format;
  header.reserved = 0;
  header.file_bytes = size;
  std::memcpy(file.data(), &header, sizeof(header));
  header.sha256 =
      protocol::sha256({reinterpret_cast<const char*>(file.data()) + protocol::road_hashed_from,
                        size - protocol::road_hashed_from});
  std::memcpy(file.data(), &header, sizeof(header));
  if (const auto roads = RoadNetwork::open(file)) use(*roads);
  return 0;
}
