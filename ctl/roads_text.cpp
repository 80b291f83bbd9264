#include "ctl/roads_text.h"

#include "terminal/core/roads/check.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <iostream>
#include <ostream>

namespace lujing::ctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 7> class_names = {
    "expressway", "arterial", "secondary", "branch", "lane", "service", "ramp"};

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string hex(std::uint64_t version) {
  return fmt::format("{:016x}", version);
}

struct ClassSum {
  std::uint64_t links = 0;
  double km = 0;
  double sweepable_km = 0;
};

std::array<ClassSum, class_names.size()> by_class(const core::RoadNetwork& network) {
  std::array<ClassSum, class_names.size()> sums = {};
  for (core::LinkId id = 0; id < network.link_count(); ++id) {
    const core::Link link = network.link(id);
    ClassSum& sum = sums[static_cast<std::size_t>(link.road_class)];
    ++sum.links;
    sum.km += network.length_m(id) / 1000;
    if (link.has(core::link_flag::sweepable)) sum.sweepable_km += network.length_m(id) / 1000;
  }
  return sums;
}

Json classes_json(const core::RoadNetwork& network) {
  Json json = Json::object();
  const auto sums = by_class(network);
  for (std::size_t i = 0; i < sums.size(); ++i)
    if (sums[i].links > 0)
      json[std::string(class_names[i])] = {
          {"links", sums[i].links}, {"km", sums[i].km}, {"sweepable_km", sums[i].sweepable_km}};
  return json;
}

Json sections_json(std::span<const std::byte> file) {
  Json sections = Json::array();
  for (const core::RoadSectionInfo& section : core::road_sections(file))
    sections.push_back({{"section", section.name},
                        {"offset", section.offset},
                        {"count", section.count},
                        {"bytes", section.bytes}});
  return sections;
}

/// What was left out, each with its reason.
std::vector<std::pair<std::string, std::uint64_t>> left_out(const RoadsBuilt& what) {
  const roads::OsmSummary& e = what.extract;
  const roads::BuildSummary& b = what.built;
  std::uint64_t highways = 0;
  for (const auto& [value, count] : e.highway_ways) highways += count;
  std::uint64_t drivable = 0;
  for (const auto& one : e.drivable) drivable += one.ways;
  return {{"ways of a highway class on which no vehicle drives", highways - drivable},
          {"areas (area=yes: the border of a square is no road)", e.areas.ways},
          {"ways with fewer than two places in the extract", b.ways_too_short},
          {"ways with an id for the second time", b.ways_twice},
          {"nodes that a way names and the extract lacks (the way is cut there)", b.nodes_missing},
          {"turn restrictions that hold at some hours only", e.turns_at_times},
          {"turn restrictions for others, or of an unknown kind", e.turns_for_others},
          {"turn restrictions without from, via or to", e.turns_incomplete},
          {"turn restrictions whose ways are not here, or do not meet", b.turns_broken},
          {"turn restrictions through a way, not to be said at a node", b.turns_through_ways},
          {"boundaries that the extract does not hold whole", e.districts_open}};
}

Json highways_json(const RoadsBuilt& what) {
  Json json = Json::object();
  for (std::size_t i = 0; i < roads::highway_count; ++i) {
    const auto& found = what.extract.drivable[i];
    const auto& kept = what.built.classes[i];
    if (found.ways == 0) continue;
    json[std::string(roads::highway_name(static_cast<roads::Highway>(i)))] = {
        {"ways", found.ways}, {"km", found.km}, {"links", kept.links}, {"links_km", kept.km}};
  }
  return json;
}

}  // namespace

std::string_view class_name(core::RoadClass road_class) {
  return class_names[static_cast<std::size_t>(road_class)];
}

void print_built(const RoadsBuilt& what, const std::string& output) {
  const roads::BuildSummary& b = what.built;
  std::cout << fmt::format("{:<16}{:>9}{:>12}{:>9}\n", "highway", "ways", "km", "links");
  std::uint64_t ways = 0;
  double km = 0;
  for (std::size_t i = 0; i < roads::highway_count; ++i) {
    const auto& found = what.extract.drivable[i];
    if (found.ways == 0) continue;
    ways += found.ways;
    km += found.km;
    std::cout << fmt::format("{:<16}{:>9}{:>12.3f}{:>9}\n",
                             roads::highway_name(static_cast<roads::Highway>(i)), found.ways,
                             found.km, b.classes[i].links);
  }
  std::cout << fmt::format("{:<16}{:>9}{:>12.3f}{:>9}\n\n", "all", ways, km, b.links);
  std::cout << fmt::format(
      "nodes {}, points {}, one-way links {}, on divided roads {}, named {}\n"
      "to be swept by machine {} links, {:.3f} km; forbidden turns {}; districts {}\n",
      b.nodes, b.points, b.oneway_links, b.divided_links, b.named_links, b.sweepable_links,
      b.sweepable_km, b.turns, b.districts);
  bool any = false;
  for (const auto& [reason, count] : left_out(what)) {
    if (count == 0) continue;
    if (!any) std::cout << "left out:\n";
    any = true;
    std::cout << fmt::format("{:>9} {}\n", count, reason);
  }
  std::cout << fmt::format("{}: {} bytes ({:.1f} a link), version {}, in {:.2f} s\n", output,
                           what.bytes,
                           static_cast<double>(what.bytes) / static_cast<double>(b.links),
                           hex(what.network.version()), what.seconds);
}

std::string built_json(const RoadsBuilt& what, const std::string& output) {
  const roads::BuildSummary& b = what.built;
  Json json;
  json["file"] = output;
  json["name"] = what.network.name();
  json["version"] = hex(what.network.version());
  json["bytes"] = what.bytes;
  json["seconds"] = what.seconds;
  json["extract"] = {{"nodes", what.extract.nodes},
                     {"ways", what.extract.ways},
                     {"relations", what.extract.relations},
                     {"highway_ways", what.extract.highway_ways},
                     {"oneway_drivable_ways", what.extract.oneway_ways}};
  json["highways"] = highways_json(what);
  json["classes"] = classes_json(what.network);
  json["links"] = b.links;
  json["nodes"] = b.nodes;
  json["points"] = b.points;
  json["km"] = b.km;
  json["oneway_links"] = b.oneway_links;
  json["divided_links"] = b.divided_links;
  json["sweepable_links"] = b.sweepable_links;
  json["sweepable_km"] = b.sweepable_km;
  json["forbidden_turns"] = b.turns;
  json["districts"] = b.districts;
  Json& out = json["left_out"] = Json::object();
  for (const auto& [reason, count] : left_out(what))
    if (count > 0) out[reason] = count;
  return dump(json);
}

void print_checked(const core::RoadNetwork& network, std::span<const std::byte> file) {
  std::cout << fmt::format("{}: whole, version {}, {} bytes\n", network.name(),
                           hex(network.version()), file.size());
  std::cout << fmt::format("{:<16}{:>12}{:>12}{:>12}\n", "section", "offset", "count", "bytes");
  for (const core::RoadSectionInfo& section : core::road_sections(file))
    std::cout << fmt::format("{:<16}{:>12}{:>12}{:>12}\n", section.name, section.offset,
                             section.count, section.bytes);
  std::cout << fmt::format("\n{:<16}{:>12}{:>12}{:>16}\n", "class", "links", "km", "km to sweep");
  const auto sums = by_class(network);
  for (std::size_t i = 0; i < sums.size(); ++i)
    if (sums[i].links > 0)
      std::cout << fmt::format("{:<16}{:>12}{:>12.3f}{:>16.3f}\n", class_names[i], sums[i].links,
                               sums[i].km, sums[i].sweepable_km);
}

std::string checked_json(const core::RoadNetwork& network, std::span<const std::byte> file) {
  Json json;
  json["good"] = true;
  json["name"] = network.name();
  json["version"] = hex(network.version());
  json["bytes"] = file.size();
  json["links"] = network.link_count();
  json["nodes"] = network.node_count();
  json["classes"] = classes_json(network);
  json["sections"] = sections_json(file);
  return dump(json);
}

std::string refused_json(const std::string& reason, std::span<const std::byte> file) {
  Json json;
  json["good"] = false;
  json["reason"] = reason;
  json["bytes"] = file.size();
  json["sections"] = sections_json(file);
  return dump(json);
}

void write_geojson(const core::RoadNetwork& network, std::ostream& out) {
  out << "{\"type\":\"FeatureCollection\",\"features\":[";
  for (core::LinkId id = 0; id < network.link_count(); ++id) {
    const core::Link link = network.link(id);
    out << (id == 0 ? "\n" : ",\n")
        << "{\"type\":\"Feature\",\"geometry\":{\"type\":\"LineString\",\"coordinates\":[";
    bool first = true;
    for (const GeoPoint p : network.points(id)) {
      out << fmt::format("{}[{:.7f},{:.7f}]", first ? "" : ",", p.lon_deg(), p.lat_deg());
      first = false;
    }
    Json facts = {{"link", id},
                  {"way", link.way},
                  {"name", network.road_name(id)},
                  {"class", class_name(link.road_class)},
                  {"width_m", link.width_dm / 10.0},
                  {"speed_kmh", link.speed_kmh},
                  {"district", network.district_name(link.district)}};
    constexpr std::array<std::pair<const char*, std::uint16_t>, 10> flags = {
        {{"forward", core::link_flag::forward},
         {"backward", core::link_flag::backward},
         {"tunnel", core::link_flag::tunnel},
         {"bridge", core::link_flag::bridge},
         {"sweepable", core::link_flag::sweepable},
         {"divided", core::link_flag::divided},
         {"roundabout", core::link_flag::roundabout},
         {"left_kerb", core::link_flag::left_kerb},
         {"right_kerb", core::link_flag::right_kerb},
         {"restricted", core::link_flag::restricted}}};
    for (const auto& [name, flag] : flags) facts[name] = link.has(flag);
    out << "]},\"properties\":" << dump(facts) << "}";
  }
  out << "\n]}\n";
}

}  // namespace lujing::ctl
