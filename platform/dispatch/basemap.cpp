#include "platform/dispatch/api.h"

#include <nlohmann/json.hpp>

namespace lujing::dispatch {

Result<Basemap> Basemap::read(const std::string& path) {
  constexpr std::size_t max_bytes = 64u << 20;
  std::string text = R"({"type":"FeatureCollection","features":[]})";
  if (!path.empty()) {
    auto bytes = read_file(path, max_bytes);
    if (!bytes) {
      return bytes.error().in("reading the street map");
    }
    const auto json = nlohmann::json::parse(*bytes, nullptr, false);
    const bool collection = json.is_object() && json.contains("type") &&
                            json["type"] == "FeatureCollection" && json.contains("features") &&
                            json["features"].is_array();
    if (!collection) {
      return Error(path +
                   ": is no GeoJSON FeatureCollection; dispatch.basemap wants streets as "
                   "LineString features with the properties class and name");
    }
    text = std::move(*bytes);
  }
  Basemap map;
  map.etag = etag_of(text);
  map.body = std::make_shared<const std::string>(std::move(text));
  return map;
}

}  // namespace lujing::dispatch
