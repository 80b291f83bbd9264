#include "ctl/match_advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace lujing::ctl {
namespace {

constexpr double margin_deg = 0.01;  // a kilometre: no road is looked for so far away

struct Degrees {
  double lat = 0;
  double lon = 0;
};

struct Box {
  Degrees low{1e9, 1e9};
  Degrees high{-1e9, -1e9};
  void add(Degrees at) {
    low = {std::min(low.lat, at.lat), std::min(low.lon, at.lon)};
    high = {std::max(high.lat, at.lat), std::max(high.lon, at.lon)};
  }
  bool holds(Degrees at) const {
    return at.lat > low.lat - margin_deg && at.lat < high.lat + margin_deg &&
           at.lon > low.lon - margin_deg && at.lon < high.lon + margin_deg;
  }
  std::string text() const {
    return fmt::format("lat {:.3f} to {:.3f}, lon {:.3f} to {:.3f}", low.lat, high.lat, low.lon,
                       high.lon);
  }
};

/// "lat,lon" as it was written, also where no such place is on the earth.
std::optional<Degrees> written(std::string_view place) {
  const std::size_t comma = place.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view text) {
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size() ? value : std::nan("");
  };
  const Degrees at{number(place.substr(0, comma)), number(place.substr(comma + 1))};
  if (!(std::fabs(at.lat) <= 180) || !(std::fabs(at.lon) <= 180)) return std::nullopt;
  return at;
}

Box box_of(const core::RoadNetwork& roads) {
  Box box;
  for (core::LinkId link = 0; link < roads.link_count(); ++link) {
    for (const GeoPoint point : roads.points(link)) box.add({point.lat_deg(), point.lon_deg()});
  }
  return box;
}

}  // namespace

std::vector<std::string> match_advice(const core::RoadNetwork& roads, const FixesFile& file,
                                      std::size_t unknown) {
  std::vector<std::string> advice;
  if (unknown == 0 || 2 * unknown < file.fixes) return advice;
  if (2 * file.in_milliseconds > file.fixes) {
    advice.emplace_back(
        "t_unix has 13 digits, as milliseconds have: it is in seconds, divide it by 1000");
  }
  const Box network = box_of(roads);
  Box fixes;
  std::size_t places = 0;
  std::size_t inside = 0;
  std::size_t inside_if_swapped = 0;
  for (const FixesTrack& track : file.tracks) {
    for (const std::string& place : track.places) {
      const auto at = written(place);
      if (!at) continue;
      ++places;
      fixes.add(*at);
      if (network.holds(*at)) ++inside;
      if (network.holds({at->lon, at->lat})) ++inside_if_swapped;
    }
  }
  if (places == 0 || 2 * inside > places) return advice;
  if (2 * inside_if_swapped > places) {
    advice.emplace_back(
        "lat and lon look swapped: the other way round the fixes lie on the network; exchange the "
        "two names in the header");
  } else {
    advice.push_back(
        fmt::format("most fixes lie outside the network (fixes: {}; roads: {}): give --roads of "
                    "the place where they were taken",
                    fixes.text(), network.text()));
  }
  return advice;
}

}  // namespace lujing::ctl
