#include "terminal/config/fences.h"

#include "terminal/config/fences_csv.h"
#include "terminal/config/hours.h"

#include <boost/json.hpp>
#include <boost/json/src.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace lujing::config {
namespace {

namespace json = boost::json;
using core::Fence;

constexpr std::size_t deepest = 16;
constexpr std::array<std::string_view, 14> known{
    "id",          "name",     "zone",    "hours",           "hours_mean", "load",        "dwell_s",
    "tolerated_s", "radius_m", "width_m", "speed_limit_kmh", "valid_from", "valid_until", "note"};

std::string_view text_of(const json::value* value) {
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

std::optional<double> number_of(const json::value& value) {
  if (value.is_double()) return value.get_double();
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  return std::nullopt;
}

/// Reads one feature. A message names the property.
class FeatureReader {
 public:
  FeatureReader(const json::object& feature, const FenceFileOptions& options)
      : feature_(feature), options_(options) {
    if (const json::value* held = feature.if_contains("properties"); held && held->is_object()) {
      properties_ = &held->get_object();
    }
  }

  Result<void> read(std::vector<Fence>& fences) {
    if (auto bad = read_properties(); !bad) return bad.error().in(called());
    if (auto bad = read_geometry(fences); !bad) return bad.error().in(called());
    return {};
  }

 private:
  std::string called() const { return "fence \"" + fence_.id + "\""; }

  const json::value* property(std::string_view key) const {
    return properties_ == nullptr ? nullptr : properties_->if_contains(key);
  }

  Result<void> read_number(std::string_view key, double& to, double factor = 1) {
    const json::value* held = property(key);
    if (held == nullptr) return {};
    const auto number = number_of(*held);
    if (!number) return Error(std::string(key) + ": expected a number");
    to = *number * factor;
    return {};
  }

  Result<void> read_time(std::string_view key, std::optional<UtcTime>& to) {
    const json::value* held = property(key);
    if (held == nullptr || held->is_null()) return {};
    to = from_iso8601(text_of(held));
    if (!to) return Error(std::string(key) + ": expected a time like 2026-05-01T00:00:00Z");
    return {};
  }

  void read_id() {
    const json::value* id = property("id");
    if (id == nullptr) id = feature_.if_contains("id");
    if (id == nullptr && options_.lenient) id = property("osm");
    if (id != nullptr && id->is_int64()) {
      fence_.id = std::to_string(id->get_int64());
    } else {
      fence_.id = std::string(text_of(id));
    }
  }

  Result<void> read_hours() {
    const std::string_view mean = text_of(property("hours_mean"));
    if (mean == "spares") {
      fence_.hours.sense = core::WindowSense::spares;
    } else if (property("hours_mean") != nullptr && mean != "applies") {
      return Error("hours_mean: expected applies or spares");
    }
    const json::value* held = property("hours");
    if (held == nullptr) return {};
    if (!held->is_array() || held->get_array().size() > 100) {
      return Error("hours: expected an array of at most 100 texts");
    }
    for (const json::value& item : held->get_array()) {
      const auto window = parse_window(text_of(&item));
      if (!window) return window.error().in("hours");
      fence_.hours.windows.push_back(*window);
    }
    return {};
  }

  Result<void> read_words() {
    fence_.name = std::string(text_of(property("name")));
    if (fence_.name.size() > 200) return Error("name: expected at most 200 bytes");
    if (property("zone") != nullptr) {
      const auto kind = read_zone(text_of(property("zone")));
      if (!kind) return kind.error();
      fence_.kind = *kind;
    }
    const std::string_view load = text_of(property("load"));
    if (load == "laden") {
      fence_.load = core::LoadCondition::laden;
    } else if (load == "empty") {
      fence_.load = core::LoadCondition::empty;
    } else if (property("load") != nullptr && load != "any") {
      return Error("load: expected any, laden or empty");
    }
    return {};
  }

  Result<void> read_properties() {
    read_id();
    if (!options_.lenient && properties_ != nullptr) {
      for (const auto& item : *properties_) {
        const std::string_view key(item.key().data(), item.key().size());
        if (std::find(known.begin(), known.end(), key) == known.end()) {
          return Error("\"" + std::string(key.substr(0, 60)) + "\" is no property of a fence");
        }
      }
    }
    if (options_.lenient && properties_ == nullptr) return {};
    double tolerated_s = -1;
    for (const Result<void>& bad :
         {read_words(), read_hours(), read_number("dwell_s", fence_.dwell_s),
          read_number("tolerated_s", tolerated_s),
          read_number("speed_limit_kmh", fence_.speed_limit_mps, 1 / 3.6),
          read_number("radius_m", radius_m_), read_number("width_m", width_m_),
          read_time("valid_from", fence_.valid_from),
          read_time("valid_until", fence_.valid_until)}) {
      if (!bad) return bad;
    }
    if (property("tolerated_s") != nullptr) fence_.tolerated_s = tolerated_s;
    return {};
  }

  Result<GeoPoint> place_of(const json::value& value) const {
    const json::array* pair = value.if_array();
    if (pair == nullptr || pair->size() < 2) return Error("expected [longitude, latitude]");
    const auto x = number_of((*pair)[0]);
    const auto y = number_of((*pair)[1]);
    if (!x || !y) return Error("expected [longitude, latitude] as numbers");
    const GeoPoint point = options_.planar ? from_mercator(*x, *y) : GeoPoint::from_degrees(*y, *x);
    if (!point.valid())
      return Error("a place that is not on the earth; longitude (-180 to 180) stands first");
    return point;
  }

  Result<core::Ring> ring_of(const json::value& value) const {
    const json::array* places = value.if_array();
    if (places == nullptr) return Error("expected an array of places");
    if (places->size() > core::max_corners_of_fence) return Error("too many corners");
    core::Ring ring;
    for (std::size_t i = 0; i < places->size(); ++i) {
      const auto place = place_of((*places)[i]);
      if (!place) return place.error().in("corner " + std::to_string(i + 1));
      ring.push_back(*place);
    }
    return ring;
  }

  Result<core::Polygon> polygon_of(const json::value& value) const {
    const json::array* rings = value.if_array();
    if (rings == nullptr || rings->empty()) return Error("a polygon without rings");
    core::Polygon polygon;
    for (std::size_t i = 0; i < rings->size(); ++i) {
      auto ring = ring_of((*rings)[i]);
      if (!ring) return i == 0 ? ring.error() : ring.error().in("hole " + std::to_string(i));
      if (i == 0) {
        polygon.outer = std::move(*ring);
      } else {
        polygon.holes.push_back(std::move(*ring));
      }
    }
    return polygon;
  }

  Result<void> read_geometry(std::vector<Fence>& fences) {
    const json::value* geometry = feature_.if_contains("geometry");
    if (geometry == nullptr || !geometry->is_object()) return Error("no geometry");
    const std::string_view type = text_of(geometry->get_object().if_contains("type"));
    const json::value* coordinates = geometry->get_object().if_contains("coordinates");
    if (coordinates == nullptr) return Error("a geometry without coordinates");
    if (type == "MultiPolygon") return read_parts(*coordinates, fences);
    if (type == "Polygon") {
      auto polygon = polygon_of(*coordinates);
      if (!polygon) return polygon.error();
      fence_.shape = std::move(*polygon);
    } else if (type == "Point") {
      const auto centre = place_of(*coordinates);
      if (!centre) return centre.error();
      fence_.shape = core::Circle{*centre, radius_m_};
    } else if (type == "LineString") {
      auto line = ring_of(*coordinates);
      if (!line) return line.error();
      fence_.shape = core::Corridor{std::move(*line), width_m_};
    } else {
      return Error("expected a Polygon, MultiPolygon, Point or LineString");
    }
    fences.push_back(fence_);
    return {};
  }

  Result<void> read_parts(const json::value& coordinates, std::vector<Fence>& fences) {
    const json::array* parts = coordinates.if_array();
    if (parts == nullptr) return Error("a MultiPolygon without parts");
    for (std::size_t i = 0; i < parts->size(); ++i) {
      auto polygon = polygon_of((*parts)[i]);
      if (!polygon) return polygon.error().in("part " + std::to_string(i + 1));
      Fence part = fence_;
      part.id += "/" + std::to_string(i + 1);
      part.shape = std::move(*polygon);
      fences.push_back(std::move(part));
    }
    return {};
  }

  const json::object& feature_;
  const FenceFileOptions& options_;
  const json::object* properties_ = nullptr;
  Fence fence_;
  double radius_m_ = 0;
  double width_m_ = 0;
};

Result<FenceFile> parse_geojson(std::string_view bytes, const FenceFileOptions& options) {
  json::parse_options limits;
  limits.max_depth = deepest;
  json::error_code problem;
  const json::value root = json::parse({bytes.data(), bytes.size()}, problem, {}, limits);
  if (problem) return Error("not JSON: " + problem.message());
  if (!root.is_object()) return Error("expected a FeatureCollection");
  const json::value* features = root.get_object().if_contains("features");
  if (text_of(root.get_object().if_contains("type")) != "FeatureCollection" ||
      features == nullptr || !features->is_array()) {
    return Error("expected a FeatureCollection");
  }
  FenceFile file;
  if (const json::value* version = root.get_object().if_contains("version")) {
    if (!version->is_int64() || version->get_int64() < 0) {
      return Error("version: expected a whole number that is not negative");
    }
    file.set.version = version->get_int64();
  } else if (!options.lenient) {
    return Error("version: missing; expected a whole number");
  }
  std::size_t number = 0;
  for (const json::value& feature : features->get_array()) {
    ++number;
    const std::string called = "feature " + std::to_string(number);
    if (!feature.is_object()) return Error(called + ": expected an object");
    if (file.set.fences.size() >= core::max_fences) return Error(called + ": too many fences");
    auto bad = FeatureReader(feature.get_object(), options).read(file.set.fences);
    if (!bad) return bad.error().in(called);
  }
  return file;
}

}  // namespace

Result<FenceFile> parse_fence_file(const std::string& name, std::string_view bytes,
                                   const FenceFileOptions& options) {
  if (bytes.size() > max_fence_file_bytes) return Error(name + ": over 64 MiB");
  bytes = without_byte_order_mark(bytes);
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  const bool braced = first != std::string_view::npos && bytes[first] == '{';
  Result<FenceFile> file =
      braced ? parse_geojson(bytes.substr(first), options) : parse_fence_csv(bytes, options);
  if (!file) return file.error().in(name);
  if (auto bad = core::check(file->set); !bad) return bad.error().in(name);
  return file;
}

Result<core::FenceSet> parse_fences(std::string_view bytes) {
  bytes = without_byte_order_mark(bytes);
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || bytes[first] != '{') {
    return Error("fences: expected GeoJSON");
  }
  auto file = parse_fence_file("fences", bytes, {});
  if (!file) return file.error();
  return std::move(file->set);
}

}  // namespace lujing::config
