#include "platform/roads/load.h"

#include "platform/roads/build.h"
#include "platform/roads/osm.h"
#include "protocol/road_file.h"

#include <cstring>

namespace lujing::roads {

Result<LoadedRoads> LoadedRoads::open(const std::string& path) {
  LoadedRoads loaded;
  auto file = MappedFile::open(path);
  if (!file) return file.error();
  loaded.file_ = std::move(*file);
  std::span<const std::byte> bytes = loaded.file_.bytes();
  const auto& magic = protocol::road_magic;
  if (bytes.size() < magic.size() || std::memcmp(bytes.data(), magic.data(), magic.size()) != 0) {
    auto osm = read_osm(path);
    if (!osm) return osm.error();
    auto built = build(osm->raw);
    if (!built) return built.error().in(path);
    loaded.built_ = std::move(built->bytes);
    bytes = loaded.built_;
  }
  auto network = core::RoadNetwork::open(bytes);
  if (!network) return network.error().in(path);
  loaded.network_ = *network;
  return loaded;
}

}  // namespace lujing::roads
