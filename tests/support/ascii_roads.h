// A street map drawn as letters. Each letter or digit is a place, named by it; ways are words:
//
//   const AsciiRoads town(R"(
//       A----B----C
//            |
//            D
//   )", 50, {{"ABC", {{"highway", "primary"}, {"name", "Long Road"}}},
//            {"BD", {{"highway", "residential"}, {"oneway", "yes"}}}});
//   town.edge("AB"), town.at('D'), town.roads().near(...)
//
// Only letters and digits count; one character to the right is `metres` to the east, one line down
// is `metres` to the south. Ways are numbered 1, 2, ... and nodes have the letter's code as their
// OpenStreetMap id. Only junctions and ends are nodes of the network: an edge is named by the two
// junctions at its ends, or by all of its letters where two links join the same ones.
#pragma once

#include "platform/roads/raw.h"
#include "terminal/core/roads/network.h"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lujing::tests {

using Tags = std::vector<std::pair<std::string, std::string>>;

struct AsciiWay {
  std::string nodes;
  Tags tags = {{"highway", "residential"}};
};

/// As a relation says it: {"no_left_turn", 1, "B", 2}; `via` is one letter, or "#3#4" for ways.
struct AsciiTurn {
  std::string restriction;
  std::int64_t from_way = 0;
  std::string via;
  std::int64_t to_way = 0;
};

class AsciiRoads {
 public:
  /// Throws std::runtime_error where the drawing makes no network.
  AsciiRoads(std::string_view picture, double metres, const std::vector<AsciiWay>& ways,
             const std::vector<AsciiTurn>& turns = {},
             GeoPoint top_left = GeoPoint::from_degrees(39.9, 116.4));

  const core::RoadNetwork& roads() const { return roads_; }
  /// The file, for whoever opens it himself.
  std::span<const std::byte> file() const { return bytes_; }
  GeoPoint at(char letter) const;
  /// A place on the straight line between two letters, and so many metres to the right of it.
  GeoPoint between(char from, char to, double share, double right_m = 0) const;
  /// Driving from the first letter to the last; whether it may be driven is another question.
  core::EdgeId edge(std::string_view letters) const;
  core::NodeId node(char letter) const;
  /// "AB", "BCD": the letters of an edge in the direction driven.
  std::string letters(core::EdgeId edge) const;

 private:
  std::map<char, GeoPoint> places_;
  std::vector<std::byte> bytes_;
  core::RoadNetwork roads_;
};

/// What AsciiRoads builds from, for tests of the builder.
roads::RawNetwork ascii_network(std::string_view picture, double metres,
                                const std::vector<AsciiWay>& ways,
                                const std::vector<AsciiTurn>& turns, GeoPoint top_left);

}  // namespace lujing::tests
