// The way from one place on the roads to another that is at most some hundred metres off.
#include "sim/score/ways.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <unordered_map>
#include <utility>

namespace lujing::score {
namespace {

/// Lengths of truth and road file differ by their rounding.
constexpr double same_place_m = 2;

/// A place on a link, and the link's two ends as seen from one who drives there.
struct OnLink {
  const WayStretch* link = nullptr;
  double at_m = 0;  ///< along the way
  GeoPoint behind;
  GeoPoint ahead;
  double to_ahead_m = 0;
  double to_behind_m = 0;
};

OnLink on_link(const Ways& ways, const PlaceOnWay& place) {
  OnLink best;
  double best_off_m = same_place_m;
  for (const std::uint32_t id : ways.links_of(place.way)) {
    const WayStretch* link = ways.find(id);
    const double end_m = link->from_m + link->length_m;
    const double at_m = std::clamp(place.at_m, link->from_m, end_m);
    const double off_m = std::abs(at_m - place.at_m);
    if (off_m > best_off_m || link->line.size() < 2) continue;
    best_off_m = off_m;
    best = {link, at_m, link->line.front(), link->line.back(), end_m - at_m, at_m - link->from_m};
    if (!place.along) {
      std::swap(best.behind, best.ahead);
      std::swap(best.to_behind_m, best.to_ahead_m);
    }
  }
  return best;
}

struct Reached {
  double m = 0;
  const WayStretch* over = nullptr;  ///< none: the begin
  GeoPoint from;
};

/// The shortest drive from junction to junction; empty where none is short enough.
std::unordered_map<std::uint64_t, Reached> search(const Ways& ways, GeoPoint begin, GeoPoint goal,
                                                  double most_m) {
  std::unordered_map<std::uint64_t, Reached> reached;
  using Open = std::pair<double, std::pair<std::int32_t, std::int32_t>>;
  std::priority_queue<Open, std::vector<Open>, std::greater<>> open;
  reached[Ways::key(begin)] = {};
  open.push({0, {begin.lat_e7, begin.lon_e7}});
  while (!open.empty()) {
    const auto [m, place] = open.top();
    open.pop();
    const GeoPoint at{place.first, place.second};
    if (at == goal) return reached;
    if (m > reached[Ways::key(at)].m) continue;
    for (const std::uint32_t id : ways.links_at(at)) {
      const WayStretch* link = ways.find(id);
      const double far_m = m + link->length_m;
      if (far_m > most_m) continue;
      const GeoPoint next = link->line.front() == at ? link->line.back() : link->line.front();
      const auto [known, fresh] = reached.try_emplace(Ways::key(next), Reached{far_m, link, at});
      if (!fresh && known->second.m <= far_m) continue;
      known->second = {far_m, link, at};
      open.push({far_m, {next.lat_e7, next.lon_e7}});
    }
  }
  return {};
}

}  // namespace

std::vector<WayPart> Ways::between(const PlaceOnWay& from, const PlaceOnWay& to,
                                   double most_m) const {
  const OnLink a = on_link(*this, from);
  const OnLink b = on_link(*this, to);
  if (a.link == nullptr || b.link == nullptr) return {};
  const double left_m = most_m - a.to_ahead_m - b.to_behind_m;
  if (left_m < 0) return {};
  const auto reached = search(*this, a.ahead, b.behind, left_m);
  if (reached.empty()) return {};
  std::vector<WayPart> parts;
  const double leaves_m = from.along ? a.at_m + a.to_ahead_m : a.at_m - a.to_ahead_m;
  const double enters_m = to.along ? b.at_m - b.to_behind_m : b.at_m + b.to_behind_m;
  parts.push_back({from.way, std::min(from.at_m, leaves_m), std::max(from.at_m, leaves_m)});
  for (const Reached* at = &reached.at(key(b.behind)); at->over != nullptr;
       at = &reached.at(key(at->from))) {
    parts.push_back({at->over->way, at->over->from_m, at->over->from_m + at->over->length_m});
  }
  parts.push_back({to.way, std::min(to.at_m, enters_m), std::max(to.at_m, enters_m)});
  return parts;
}

}  // namespace lujing::score
