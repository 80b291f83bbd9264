#include "tests/support/ascii_roads.h"

#include "platform/roads/build.h"
#include "platform/roads/tags.h"

#include <cctype>
#include <stdexcept>

namespace lujing::tests {
namespace {

roads::TagLookup lookup(const Tags& tags) {
  return [&tags](std::string_view key) -> std::string_view {
    for (const auto& [name, value] : tags)
      if (name == key) return value;
    return {};
  };
}

roads::RawTurn turn_of(const AsciiTurn& drawn) {
  roads::RawTurn turn;
  turn.only =
      roads::turn_kind(lookup({{"restriction", drawn.restriction}})) == roads::TurnKind::only;
  turn.from_way = drawn.from_way;
  turn.to_way = drawn.to_way;
  if (!drawn.via.starts_with('#')) {
    turn.via_node = static_cast<unsigned char>(drawn.via.at(0));
    return turn;
  }
  for (std::size_t at = 0; at != std::string::npos; at = drawn.via.find('#', at + 1))
    turn.via_ways.push_back(std::stoll(drawn.via.substr(at + 1)));
  return turn;
}

std::map<char, GeoPoint> places_of(std::string_view picture, double metres, GeoPoint top_left) {
  std::map<char, GeoPoint> places;
  double column = 0;
  double row = 0;
  for (const char c : picture) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      const bool fresh =
          places.emplace(c, moved(top_left, {column * metres, -row * metres})).second;
      if (!fresh) throw std::runtime_error(std::string("drawn twice: ") + c);
    }
    ++column;
    if (c == '\n') {
      column = 0;
      ++row;
    }
  }
  return places;
}

}  // namespace

roads::RawNetwork ascii_network(std::string_view picture, double metres,
                                const std::vector<AsciiWay>& ways,
                                const std::vector<AsciiTurn>& turns, GeoPoint top_left) {
  roads::RawNetwork raw;
  raw.name = "drawn";
  for (const auto& [letter, at] : places_of(picture, metres, top_left))
    raw.nodes.push_back({static_cast<unsigned char>(letter), at});
  std::int64_t id = 0;
  for (const AsciiWay& drawn : ways) {
    auto way = roads::fold_tags(lookup(drawn.tags));
    ++id;
    if (!way) continue;
    way->id = id;
    for (const char letter : drawn.nodes) way->nodes.push_back(static_cast<unsigned char>(letter));
    raw.ways.push_back(std::move(*way));
  }
  for (const AsciiTurn& turn : turns) raw.turns.push_back(turn_of(turn));
  return raw;
}

AsciiRoads::AsciiRoads(std::string_view picture, double metres, const std::vector<AsciiWay>& ways,
                       const std::vector<AsciiTurn>& turns, GeoPoint top_left)
    : places_(places_of(picture, metres, top_left)) {
  auto built = roads::build(ascii_network(picture, metres, ways, turns, top_left));
  if (!built) throw std::runtime_error(built.error().what());
  bytes_ = std::move(built->bytes);
  auto opened = core::RoadNetwork::open(bytes_);
  if (!opened) throw std::runtime_error(opened.error().what());
  roads_ = *opened;
}

GeoPoint AsciiRoads::at(char letter) const {
  const auto it = places_.find(letter);
  if (it == places_.end()) throw std::runtime_error(std::string("not drawn: ") + letter);
  return it->second;
}

GeoPoint AsciiRoads::between(char from, char to, double share, double right_m) const {
  const Offset whole = offset(at(from), at(to));
  const double length = distance_m(at(from), at(to));
  return moved(at(from), {whole.east_m * share + right_m * whole.north_m / length,
                          whole.north_m * share - right_m * whole.east_m / length});
}

core::EdgeId AsciiRoads::edge(std::string_view letters_of_edge) const {
  for (const bool whole : {true, false}) {
    for (core::LinkId link = 0; link < roads_.link_count(); ++link) {
      for (const bool backward : {false, true}) {
        const core::EdgeId edge = core::EdgeId::of(link, backward);
        const std::string is = letters(edge);
        const bool ends_match =
            is.front() == letters_of_edge.front() && is.back() == letters_of_edge.back();
        if (whole ? is == letters_of_edge : ends_match && letters_of_edge.size() == 2) return edge;
      }
    }
  }
  throw std::runtime_error("no such edge: " + std::string(letters_of_edge));
}

core::NodeId AsciiRoads::node(char letter) const {
  for (core::NodeId node = 0; node < roads_.node_count(); ++node)
    if (roads_.node(node) == at(letter)) return node;
  throw std::runtime_error(std::string("no junction and no end: ") + letter);
}

std::string AsciiRoads::letters(core::EdgeId edge) const {
  std::string text;
  for (std::size_t i = 0; i < roads_.points(edge.link()).size(); ++i)
    text.push_back(static_cast<char>(roads_.osm_node(edge.link(), i)));
  return edge.backward() ? std::string(text.rbegin(), text.rend()) : text;
}

}  // namespace lujing::tests
