#include "platform/roads/draft.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace lujing::roads {
namespace {

struct Place {
  std::int64_t id = 0;
  GeoPoint at;
};

/// A way's run of places that are there, without doubled ones.
struct Stretch {
  std::uint32_t way = 0;
  std::vector<Place> places;
};

/// Where a link begins and ends in its stretch, and where on the curve it lies.
struct Cut {
  const Stretch* stretch = nullptr;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t curve = 0;
};

class Cutter {
 public:
  Cutter(const RawNetwork& raw, BuildSummary& summary) : raw_(raw), summary_(summary) {}

  Draft run() {
    draft_.name = raw_.name;
    sort_input();
    for (std::uint32_t way = 0; way < draft_.ways.size(); ++way) take_way(way);
    measure_extent();
    for (const Stretch& stretch : stretches_) cut(stretch);
    std::sort(cuts_.begin(), cuts_.end(), [](const Cut& a, const Cut& b) {
      return std::tuple(a.curve, a.stretch->way, a.stretch->places[a.first].id, a.first) <
             std::tuple(b.curve, b.stretch->way, b.stretch->places[b.first].id, b.first);
    });
    for (const Cut& one : cuts_) make_link(one);
    return std::move(draft_);
  }

 private:
  void sort_input() {
    nodes_.reserve(raw_.nodes.size());
    for (const RawNode& node : raw_.nodes)
      if (node.at.valid()) nodes_.push_back({node.id, node.at});
    std::stable_sort(nodes_.begin(), nodes_.end(),
                     [](const Place& a, const Place& b) { return a.id < b.id; });
    for (const RawWay& way : raw_.ways) draft_.ways.push_back(&way);
    std::stable_sort(draft_.ways.begin(), draft_.ways.end(),
                     [](const RawWay* a, const RawWay* b) { return a->id < b->id; });
    const auto twice = std::unique(draft_.ways.begin(), draft_.ways.end(),
                                   [](const RawWay* a, const RawWay* b) { return a->id == b->id; });
    summary_.ways_twice += static_cast<std::uint64_t>(draft_.ways.end() - twice);
    draft_.ways.erase(twice, draft_.ways.end());
  }

  const Place* find(std::int64_t id) const {
    const auto it = std::lower_bound(nodes_.begin(), nodes_.end(), id,
                                     [](const Place& p, std::int64_t v) { return p.id < v; });
    return it != nodes_.end() && it->id == id ? &*it : nullptr;
  }

  void take_way(std::uint32_t index) {
    const std::size_t before = stretches_.size();
    Stretch stretch{index, {}};
    for (const std::int64_t id : draft_.ways[index]->nodes) {
      const Place* place = find(id);
      if (place == nullptr) {
        ++summary_.nodes_missing;
        finish(stretch);
      } else if (stretch.places.empty() || stretch.places.back().id != id) {
        stretch.places.push_back(*place);
      }
    }
    finish(stretch);
    if (stretches_.size() == before) ++summary_.ways_too_short;
  }

  void finish(Stretch& stretch) {
    if (stretch.places.size() >= 2) {
      for (const Place& place : stretch.places) ++uses_[place.id];
      ++uses_[stretch.places.front().id];
      ++uses_[stretch.places.back().id];
      stretches_.push_back(stretch);
    }
    stretch.places.clear();
  }

  void measure_extent() {
    bool first = true;
    for (const Stretch& stretch : stretches_) {
      for (const Place& place : stretch.places) {
        const GeoPoint p = place.at;
        if (first) draft_.least = draft_.most = p;
        first = false;
        draft_.least.lat_e7 = std::min(draft_.least.lat_e7, p.lat_e7);
        draft_.least.lon_e7 = std::min(draft_.least.lon_e7, p.lon_e7);
        draft_.most.lat_e7 = std::max(draft_.most.lat_e7, p.lat_e7);
        draft_.most.lon_e7 = std::max(draft_.most.lon_e7, p.lon_e7);
      }
    }
  }

  /// Ends count twice, so that whatever is used more than once is a junction or an end.
  void cut(const Stretch& stretch) {
    std::uint32_t first = 0;
    for (std::uint32_t i = 1; i < stretch.places.size(); ++i) {
      const bool full = i - first + 1 >= protocol::road_max_points;
      if (uses_[stretch.places[i].id] < 2 && !full) continue;
      const GeoPoint middle = stretch.places[(first + i) / 2].at;
      cuts_.push_back({&stretch, first, i, along_curve(draft_.least, draft_.most, middle)});
      first = i;
    }
  }

  std::uint32_t node_of(const Place& place) {
    const auto [it, made] =
        node_index_.try_emplace(place.id, static_cast<std::uint32_t>(draft_.nodes.size()));
    if (made) {
      draft_.nodes.push_back(place.at);
      draft_.node_ids.push_back(place.id);
    }
    return it->second;
  }

  void make_link(const Cut& one) {
    const std::vector<Place>& places = one.stretch->places;
    DraftLink link;
    link.way = one.stretch->way;
    link.from = node_of(places[one.first]);
    link.to = node_of(places[one.last]);
    link.first_point = static_cast<std::uint32_t>(draft_.points.size());
    link.point_count = one.last - one.first + 1;
    link.flags = draft_.ways[link.way]->flags;
    for (std::uint32_t i = one.first; i <= one.last; ++i) {
      draft_.points.push_back(places[i].at);
      draft_.ids.push_back(places[i].id);
    }
    draft_.links.push_back(link);
  }

  const RawNetwork& raw_;
  BuildSummary& summary_;
  Draft draft_;
  std::vector<Place> nodes_;
  std::vector<Stretch> stretches_;
  std::vector<Cut> cuts_;
  std::unordered_map<std::int64_t, std::uint32_t> uses_;
  std::unordered_map<std::int64_t, std::uint32_t> node_index_;
};

}  // namespace

Draft cut_into_links(const RawNetwork& raw, BuildSummary& summary) {
  return Cutter(raw, summary).run();
}

void fill_leaving(Draft& draft) {
  std::vector<std::uint32_t> first(draft.nodes.size() + 1, 0);
  const auto edges = static_cast<std::uint32_t>(draft.links.size() * 2);
  for (std::uint32_t edge = 0; edge < edges; ++edge)
    if (draft.drivable(edge)) ++first[draft.start(edge) + 1];
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  draft.leaving.resize(first.back());
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  for (std::uint32_t edge = 0; edge < edges; ++edge)
    if (draft.drivable(edge)) draft.leaving[next[draft.start(edge)]++] = edge;
  draft.leaving_first = std::move(first);
}

}  // namespace lujing::roads
