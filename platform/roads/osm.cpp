// The one file that knows libosmium.
#include "platform/roads/osm.h"

#include "platform/roads/length.h"
#include "platform/roads/unpack.h"

#include <osmium/io/bzip2_compression.hpp>
#include <osmium/io/gzip_compression.hpp>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <osmium/io/xml_input.hpp>
#include <osmium/osm/node.hpp>
#include <osmium/osm/relation.hpp>
#include <osmium/osm/way.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <unordered_map>

namespace lujing::roads {
namespace {

TagLookup lookup(const osmium::TagList& tags) {
  return [&tags](std::string_view key) -> std::string_view {
    for (const osmium::Tag& tag : tags)
      if (key == tag.key()) return tag.value();
    return {};
  };
}

std::vector<std::int64_t> refs_of(const osmium::Way& way) {
  std::vector<std::int64_t> refs;
  refs.reserve(way.nodes().size());
  for (const osmium::NodeRef& node : way.nodes()) refs.push_back(node.ref());
  return refs;
}

/// A district's border before its ways and nodes are known.
struct Boundary {
  std::string name;
  std::vector<std::int64_t> ways;
};

/// Reads an extract two or three times: ways and relations, the boundaries' ways, nodes.
class OsmReader {
 public:
  OsmReader(osmium::io::File file, const OsmOptions& options)
      : file_(std::move(file)), options_(options) {}

  OsmRoads run() {
    using osmium::osm_entity_bits::node;
    using osmium::osm_entity_bits::relation;
    using osmium::osm_entity_bits::way;
    pass("ways", way | relation, [this](const osmium::OSMEntity& item) {
      if (item.type() == osmium::item_type::way)
        take_way(static_cast<const osmium::Way&>(item));
      else if (item.type() == osmium::item_type::relation)
        take_relation(static_cast<const osmium::Relation&>(item));
    });
    if (!boundary_ways_.empty())
      pass("boundaries", way, [this](const osmium::OSMEntity& item) {
        const auto& one = static_cast<const osmium::Way&>(item);
        const auto wanted = boundary_ways_.find(one.id());
        if (wanted != boundary_ways_.end()) wanted->second = refs_of(one);
      });
    want_nodes();
    pass("nodes", node, [this](const osmium::OSMEntity& item) {
      take_node(static_cast<const osmium::Node&>(item));
    });
    index_nodes();
    measure();
    close_boundaries();
    return std::move(out_);
  }

 private:
  template <class Take>
  void pass(const char* what, osmium::osm_entity_bits::type entities, Take take) {
    osmium::io::Reader reader(file_, entities);
    while (const osmium::memory::Buffer buffer = reader.read()) {
      for (const auto& item : buffer.select<osmium::OSMEntity>()) take(item);
      if (options_.progress && reader.file_size() > 0)
        options_.progress(
            what, static_cast<double>(reader.offset()) / static_cast<double>(reader.file_size()));
    }
    reader.close();
  }

  void take_way(const osmium::Way& way) {
    ++out_.summary.ways;
    const TagLookup tag = lookup(way.tags());
    const std::string_view highway = tag("highway");
    if (highway.empty()) return;
    ++out_.summary.highway_ways[std::string(highway)];
    auto raw = fold_tags(tag, options_.defaults);
    if (!raw) return;
    constexpr std::array<std::string_view, 4> oneway = {"yes", "true", "1", "-1"};
    if (std::find(oneway.begin(), oneway.end(), tag("oneway")) != oneway.end())
      ++out_.summary.oneway_ways;
    raw->id = way.id();
    raw->nodes = refs_of(way);
    (tag("area") == "yes" ? areas_ : out_.raw.ways).push_back(std::move(*raw));
  }

  void take_relation(const osmium::Relation& relation) {
    ++out_.summary.relations;
    const TagLookup tag = lookup(relation.tags());
    const std::string_view type = tag("type");
    if (type == "restriction" || type.starts_with("restriction:")) take_turn(relation, tag);
    if (tag("boundary") == "administrative" && !tag("name").empty() &&
        tag("admin_level") == std::to_string(options_.district_level))
      take_boundary(relation, tag("name"));
  }

  void take_turn(const osmium::Relation& relation, const TagLookup& tag) {
    const TurnKind kind = turn_kind(tag);
    if (kind == TurnKind::none) ++out_.summary.turns_for_others;
    if (kind == TurnKind::sometimes) ++out_.summary.turns_at_times;
    if (kind != TurnKind::no && kind != TurnKind::only) return;
    RawTurn turn;
    turn.relation = relation.id();
    turn.only = kind == TurnKind::only;
    std::vector<std::int64_t> from;
    std::vector<std::int64_t> to;
    bool has_node = false;
    for (const osmium::RelationMember& member : relation.members()) {
      const std::string_view role = member.role();
      const bool is_way = member.type() == osmium::item_type::way;
      if (role == "from" && is_way) from.push_back(member.ref());
      if (role == "to" && is_way) to.push_back(member.ref());
      if (role == "via" && is_way) turn.via_ways.push_back(member.ref());
      if (role == "via" && member.type() == osmium::item_type::node) {
        turn.via_node = member.ref();
        has_node = true;
      }
    }
    // Several from or to: no_entry and no_exit, each pair for itself.
    const bool whole = !from.empty() && !to.empty() && (has_node || !turn.via_ways.empty());
    if (!whole) ++out_.summary.turns_incomplete;
    if (!whole) return;
    for (const std::int64_t from_way : from) {
      for (const std::int64_t to_way : to) {
        turn.from_way = from_way;
        turn.to_way = to_way;
        out_.raw.turns.push_back(turn);
      }
    }
  }

  void take_boundary(const osmium::Relation& relation, std::string_view name) {
    Boundary boundary{std::string(name), {}};
    for (const osmium::RelationMember& member : relation.members()) {
      if (member.type() != osmium::item_type::way) continue;
      const std::string_view role = member.role();
      if (role != "outer" && role != "inner" && !role.empty()) continue;
      boundary.ways.push_back(member.ref());
      boundary_ways_[member.ref()];
    }
    boundaries_.push_back(std::move(boundary));
  }

  void want_nodes() {
    const auto want = [this](const std::vector<std::int64_t>& refs) {
      wanted_.insert(wanted_.end(), refs.begin(), refs.end());
    };
    for (const RawWay& way : out_.raw.ways) want(way.nodes);
    for (const RawWay& way : areas_) want(way.nodes);
    for (const auto& [id, refs] : boundary_ways_) want(refs);
    std::sort(wanted_.begin(), wanted_.end());
    wanted_.erase(std::unique(wanted_.begin(), wanted_.end()), wanted_.end());
  }

  void take_node(const osmium::Node& node) {
    ++out_.summary.nodes;
    if (!node.location().valid()) return;
    if (!std::binary_search(wanted_.begin(), wanted_.end(), node.id())) return;
    out_.raw.nodes.push_back({node.id(), {node.location().y(), node.location().x()}});
    if (lookup(node.tags())("highway") == "traffic_signals") out_.signals.push_back(node.id());
  }

  void index_nodes() {
    std::sort(out_.signals.begin(), out_.signals.end());
    auto& nodes = out_.raw.nodes;
    std::stable_sort(nodes.begin(), nodes.end(),
                     [](const RawNode& a, const RawNode& b) { return a.id < b.id; });
  }

  const RawNode* find(std::int64_t id) const {
    const auto& nodes = out_.raw.nodes;
    const auto it = std::lower_bound(nodes.begin(), nodes.end(), id,
                                     [](const RawNode& n, std::int64_t v) { return n.id < v; });
    return it != nodes.end() && it->id == id ? &*it : nullptr;
  }

  double km_of(const RawWay& way) const {
    double km = 0;
    const RawNode* before = nullptr;
    for (const std::int64_t id : way.nodes) {
      const RawNode* here = find(id);
      if (before != nullptr && here != nullptr) km += haversine_km(before->at, here->at);
      before = here;
    }
    return km;
  }

  void measure() {
    const auto count = [this](const RawWay& way) {
      auto& of_class = out_.summary.drivable[static_cast<std::size_t>(way.highway)];
      ++of_class.ways;
      of_class.km += km_of(way);
    };
    for (const RawWay& way : out_.raw.ways) count(way);
    for (const RawWay& way : areas_) {
      count(way);
      ++out_.summary.areas.ways;
      out_.summary.areas.km += km_of(way);
    }
  }

  void close_boundaries() {
    for (const Boundary& boundary : boundaries_) {
      RawDistrict district{boundary.name, {}};
      std::vector<std::vector<RawNode>> ways;
      bool whole = true;
      for (const std::int64_t id : boundary.ways) {
        auto& way = ways.emplace_back();
        for (const std::int64_t ref : boundary_ways_[id]) {
          const RawNode* node = find(ref);
          if (node != nullptr) way.push_back(*node);
          whole = whole && node != nullptr;
        }
      }
      // Half a border would put half a city into the wrong district.
      whole = whole && close_rings(std::move(ways), district.rings) && !district.rings.empty();
      if (whole)
        out_.raw.districts.push_back(std::move(district));
      else
        ++out_.summary.districts_open;
    }
  }

  osmium::io::File file_;
  const OsmOptions& options_;
  OsmRoads out_;
  std::vector<RawWay> areas_;
  std::vector<Boundary> boundaries_;
  std::unordered_map<std::int64_t, std::vector<std::int64_t>> boundary_ways_;
  std::vector<std::int64_t> wanted_;
};

bool known_suffix(const std::string& path) {
  constexpr std::array<std::string_view, 5> known = {".pbf", ".osm", ".osm.gz", ".osm.bz2",
                                                     ".osm.xz"};
  return std::any_of(known.begin(), known.end(),
                     [&](std::string_view suffix) { return path.ends_with(suffix); });
}

}  // namespace

Result<OsmRoads> read_osm(const std::string& path, const OsmOptions& options) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(path, problem))
    return Error(path + ": there is no such file");
  if (!known_suffix(path))
    return Error(path +
                 ": not a name of an extract (.osm.pbf, .osm, .osm.gz, .osm.bz2, .osm.xz); "
                 "a table of fixes or of stops has no streets to build from");
  std::string text;
  if (path.ends_with(".xz")) {
    auto unpacked = unpack_xz(path);
    if (!unpacked) return unpacked.error();
    text = std::move(*unpacked);
  }
  try {
    osmium::io::File file = path.ends_with(".xz")
                                ? osmium::io::File(text.data(), text.size(), "osm")
                                : osmium::io::File(path);
    OsmRoads roads = OsmReader(std::move(file), options).run();
    roads.raw.name =
        options.name.empty() ? std::filesystem::path(path).filename().string() : options.name;
    return roads;
  } catch (const std::exception& e) {
    return Error(path + ": the extract is damaged or cut short: " + e.what());
  }
}

}  // namespace lujing::roads
