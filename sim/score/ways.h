// The road file's links as stretches of OpenStreetMap ways, the terms in which the truth speaks.
#pragma once

#include "base/geo.h"
#include "base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace lujing::score {

struct WayStretch {
  std::int64_t way = 0;
  double from_m = 0;  ///< of the link's first point, along the way
  double length_m = 0;
  std::string road_class;
  bool sweepable = false;
  bool left_kerb = false;
  bool right_kerb = false;
  std::vector<GeoPoint> line{};  ///< in the order of the way's points
  /// The part of it between two places along the way; empty where it has none there.
  std::vector<GeoPoint> part(double begin_m, double end_m) const;
};

struct PlaceOnWay {
  std::int64_t way = 0;
  double at_m = 0;
  bool along = true;  ///< driven in the order of the way's points
};

struct WayPart {
  std::int64_t way = 0;
  double from_m = 0;  ///< at most to_m
  double to_m = 0;
};

class Ways {
 public:
  /// By link number.
  explicit Ways(std::vector<WayStretch> links);
  /// Reads a road file (protocol/ROADS.md).
  static Result<Ways> read(const std::string& road_file);

  const std::vector<WayStretch>& links() const { return links_; }
  /// The links of a way; empty: the map does not have it (a yard's own road, say).
  std::vector<std::uint32_t> links_of(std::int64_t way) const;
  /// nullptr: the records name a link that this file does not have.
  const WayStretch* find(std::uint32_t link) const {
    return link < links_.size() ? &links_[link] : nullptr;
  }
  /// The links that begin or end at this junction.
  std::vector<std::uint32_t> links_at(GeoPoint junction) const;
  /// The shortest drive from one place to another over at least one junction; empty: none is as
  /// short as that. Blind for one-way streets: who really drove there broke no rule of the score.
  std::vector<WayPart> between(const PlaceOnWay& from, const PlaceOnWay& to, double most_m) const;
  /// Of a junction: all that end in it have that very point.
  static std::uint64_t key(GeoPoint junction) {
    return std::uint64_t{static_cast<std::uint32_t>(junction.lat_e7)} << 32 |
           static_cast<std::uint32_t>(junction.lon_e7);
  }

 private:
  std::vector<WayStretch> links_;
  std::multimap<std::int64_t, std::uint32_t> by_way_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> by_junction_;
};

}  // namespace lujing::score
