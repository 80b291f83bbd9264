#include "platform/roads/draft.h"

#include <algorithm>
#include <map>

namespace lujing::roads {
namespace {

struct Border {
  const RawDistrict* district = nullptr;
  GeoPoint least;
  GeoPoint most;
};

Border border_of(const RawDistrict& district) {
  Border border{&district, {INT32_MAX, INT32_MAX}, {INT32_MIN, INT32_MIN}};
  for (const auto& ring : district.rings) {
    for (const GeoPoint p : ring) {
      border.least = {std::min(border.least.lat_e7, p.lat_e7),
                      std::min(border.least.lon_e7, p.lon_e7)};
      border.most = {std::max(border.most.lat_e7, p.lat_e7),
                     std::max(border.most.lon_e7, p.lon_e7)};
    }
  }
  return border;
}

/// Even and odd: how often a line from the place to the east crosses the rings.
bool inside(const Border& border, GeoPoint at) {
  if (at.lat_e7 < border.least.lat_e7 || at.lat_e7 > border.most.lat_e7 ||
      at.lon_e7 < border.least.lon_e7 || at.lon_e7 > border.most.lon_e7)
    return false;
  bool odd = false;
  for (const auto& ring : border.district->rings) {
    for (std::size_t i = 0, k = ring.size() - 1; i < ring.size(); k = i++) {
      const GeoPoint a = ring[i];
      const GeoPoint b = ring[k];
      if ((a.lat_e7 > at.lat_e7) == (b.lat_e7 > at.lat_e7)) continue;
      const double share =
          (static_cast<double>(at.lat_e7) - a.lat_e7) / (static_cast<double>(b.lat_e7) - a.lat_e7);
      if (at.lon_e7 < a.lon_e7 + share * (static_cast<double>(b.lon_e7) - a.lon_e7)) odd = !odd;
    }
  }
  return odd;
}

}  // namespace

void fill_districts(const std::vector<RawDistrict>& districts, Draft& draft) {
  std::vector<Border> borders;
  borders.reserve(districts.size());
  for (const RawDistrict& district : districts) borders.push_back(border_of(district));
  std::vector<std::string> names(draft.links.size());
  std::map<std::string, std::uint16_t> numbers;
  for (std::size_t i = 0; i < draft.links.size(); ++i) {
    const DraftLink& link = draft.links[i];
    names[i] = draft.way_of(link).district;
    const auto shape = draft.shape(link);
    for (const Border& border : borders) {
      if (!names[i].empty()) break;
      if (inside(border, shape[shape.size() / 2])) names[i] = border.district->name;
    }
    if (!names[i].empty()) numbers.try_emplace(names[i], std::uint16_t{0});
  }
  for (auto& [name, number] : numbers) {
    if (draft.districts.size() >= 65'535)
      break;  // no country has as many; the rest has no district
    number = static_cast<std::uint16_t>(draft.districts.size());
    draft.districts.push_back(name);
  }
  for (std::size_t i = 0; i < draft.links.size(); ++i)
    if (!names[i].empty()) draft.links[i].district = numbers.at(names[i]);
}

}  // namespace lujing::roads
