#include "terminal/core/roads/check.h"

#include "protocol/chain.h"
#include "terminal/core/roads/network.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>

namespace lujing::core {
namespace {

using protocol::RoadBox;
using protocol::RoadHeader;
using protocol::RoadLink;
using protocol::RoadRun;
using protocol::RoadSection;
using protocol::RoadTurn;

constexpr std::array<std::string_view, protocol::road_section_count> section_names = {
    "links", "points",        "point_ids", "nodes",     "leaving_first", "leaving",
    "turns", "string_starts", "text",      "districts", "runs",          "boxes"};

Error damaged(const std::string& what) {
  return Error("road file: " + what + "; build it again with lujing-ctl roads build");
}

Error bad(std::string_view section, std::size_t element, const std::string& what) {
  return damaged(std::string(section) + " " + std::to_string(element) + ": " + what);
}

/// Checks one file; each step relies on the ones before it.
class Checker {
 public:
  explicit Checker(std::span<const std::byte> file) : file_(file) {}

  Result<void> run() {
    for (const auto step :
         {&Checker::head, &Checker::layout, &Checker::sum, &Checker::strings, &Checker::shapes,
          &Checker::links, &Checker::leaving, &Checker::turns, &Checker::runs, &Checker::boxes}) {
      if (auto done = (this->*step)(); !done) return done;
    }
    return {};
  }

 private:
  const RoadHeader& header() const { return *reinterpret_cast<const RoadHeader*>(file_.data()); }
  std::uint32_t count(RoadSection section) const {
    return header().sections[static_cast<std::size_t>(section)].count;
  }
  template <class T>
  std::span<const T> all(RoadSection section) const {
    return {road_section<T>(file_, section), count(section)};
  }

  Result<void> head() {
    if (reinterpret_cast<std::uintptr_t>(file_.data()) % protocol::road_alignment != 0)
      return Error("road file: its memory must begin at an address divisible by 8");
    if (file_.size() < sizeof(RoadHeader)) return damaged("cut short in its header");
    const RoadHeader& h = header();
    if (h.magic != protocol::road_magic) return damaged("this is no road file");
    if (h.format != protocol::road_format)
      return damaged("format " + std::to_string(h.format) + ", this program reads format " +
                     std::to_string(protocol::road_format));
    if (h.reserved != 0) return damaged("its header is damaged");
    if (h.file_bytes != file_.size())
      return damaged("it has " + std::to_string(file_.size()) + " bytes of " +
                     std::to_string(h.file_bytes));
    return {};
  }

  /// Sections follow each other without a gap but for alignment.
  Result<void> layout() {
    const RoadHeader& h = header();
    if (h.id_bytes != 5 && h.id_bytes != 8) return damaged("ids of a width that is not known");
    if (h.reserved2 != 0 || h.box_shift > 16) return damaged("its header is damaged");
    std::uint64_t at = sizeof(RoadHeader);
    for (std::size_t i = 0; i < h.sections.size(); ++i) {
      const auto section = static_cast<RoadSection>(i);
      at =
          (at + protocol::road_alignment - 1) / protocol::road_alignment * protocol::road_alignment;
      if (h.sections[i].offset != at) return damaged(std::string(section_names[i]) + " misplaced");
      at += std::uint64_t{h.sections[i].count} * protocol::road_element_bytes(section, h.id_bytes);
      if (at > file_.size()) return damaged(std::string(section_names[i]) + " cut short");
    }
    if (at != file_.size()) return damaged("it has bytes too many");
    return {};
  }

  Result<void> sum() {
    const auto hashed = file_.subspan(protocol::road_hashed_from);
    if (protocol::sha256({reinterpret_cast<const char*>(hashed.data()), hashed.size()}) !=
        header().sha256)
      return damaged("its checksum is wrong");
    return {};
  }

  Result<void> strings() {
    const auto starts = all<std::uint32_t>(RoadSection::string_starts);
    const std::string_view text(road_section<char>(file_, RoadSection::text),
                                count(RoadSection::text));
    if (starts.size() < 2 || starts.front() != 0 || starts[1] != 0 || starts.back() != text.size())
      return damaged("its strings do not begin and end where they must");
    for (std::size_t i = 1; i < starts.size(); ++i)
      if (starts[i] < starts[i - 1]) return bad("string_starts", i, "goes back");
    string_count_ = static_cast<std::uint32_t>(starts.size() - 1);
    const auto districts = all<std::uint32_t>(RoadSection::districts);
    if (districts.empty() || districts.size() > 65'535 || districts[0] != 0)
      return damaged("the first district must be the nameless one");
    for (std::size_t i = 0; i < districts.size(); ++i)
      if (districts[i] >= string_count_) return bad("districts", i, "a name that is not there");
    if (header().name >= string_count_) return damaged("its name is not there");
    return {};
  }

  Result<void> shapes() {
    const RoadHeader& h = header();
    const auto points = all<GeoPoint>(RoadSection::points);
    if (count(RoadSection::point_ids) != points.size())
      return damaged("there are not as many ids as points");
    if (!h.least.valid() || !h.most.valid()) return damaged("its corners are no places");
    for (std::size_t i = 0; i < points.size(); ++i) {
      const GeoPoint p = points[i];
      if (!p.valid() || p.lat_e7 < h.least.lat_e7 || p.lat_e7 > h.most.lat_e7 ||
          p.lon_e7 < h.least.lon_e7 || p.lon_e7 > h.most.lon_e7)
        return bad("points", i, "outside the file's corners");
    }
    if (points.empty()) return {};
    const auto wide = [&](std::int64_t least, std::int64_t most) {
      return (most - least) >> h.box_shift > 65'535;
    };
    if (wide(h.least.lat_e7, h.most.lat_e7) || wide(h.least.lon_e7, h.most.lon_e7))
      return damaged("its index is too coarse for its extent");
    return {};
  }

  Result<void> links() {
    const auto links = all<RoadLink>(RoadSection::links);
    const auto points = all<GeoPoint>(RoadSection::points);
    if (links.size() >= UINT32_MAX / 2) return damaged("too many links");
    if (links.empty() != points.empty()) return damaged("points without links");
    std::uint64_t next = 0;
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (links[i].first_point != next) return bad("links", i, "points misplaced");
      next = i + 1 < links.size() ? links[i + 1].first_point : points.size();
      if (next > points.size() || next < links[i].first_point + 2ULL ||
          next - links[i].first_point > protocol::road_max_points)
        return bad("links", i, "points misplaced");
      const auto shape = points.subspan(links[i].first_point, next - links[i].first_point);
      if (auto good = one_link(links[i], i, shape); !good) return good;
    }
    return {};
  }

  Result<void> one_link(const RoadLink& link, std::size_t i, std::span<const GeoPoint> shape) {
    const auto nodes = all<GeoPoint>(RoadSection::nodes);
    if (link.from >= nodes.size() || link.to >= nodes.size())
      return bad("links", i, "a node that is not there");
    if (nodes[link.from] != shape.front() || nodes[link.to] != shape.back())
      return bad("links", i, "does not end at its nodes");
    if (link.name >= string_count_ || link.district >= count(RoadSection::districts))
      return bad("links", i, "a name that is not there");
    constexpr unsigned known =
        link_flag::all | protocol::road_turns_forward | protocol::road_turns_backward;
    if ((link.flags & ~known) != 0) return bad("links", i, "flags that are not known");
    if (link.road_class > static_cast<std::uint8_t>(RoadClass::ramp))
      return bad("links", i, "a class that is not known");
    double length_m = 0;
    for (std::size_t k = 1; k < shape.size(); ++k) length_m += distance_m(shape[k - 1], shape[k]);
    if (std::fabs(length_m * 100 - link.length_cm) > 1.0)
      return bad("links", i, "not as long as its points");
    return {};
  }

  Result<void> leaving() {
    const auto first = all<std::uint32_t>(RoadSection::leaving_first);
    const auto edges = all<std::uint32_t>(RoadSection::leaving);
    const auto links = all<RoadLink>(RoadSection::links);
    const std::size_t nodes = count(RoadSection::nodes);
    if (first.size() != nodes + 1 || first.front() != 0 || first.back() != edges.size())
      return damaged("the edges that leave its nodes are misplaced");
    std::size_t drivable = 0;
    for (const RoadLink& link : links)
      drivable += static_cast<std::size_t>(link.flags & 1) + ((link.flags >> 1) & 1U);
    if (drivable != edges.size()) return damaged("an edge is missing where it leaves its node");
    for (std::size_t node = 0; node < nodes; ++node) {
      if (first[node + 1] < first[node] || first[node + 1] > edges.size())
        return bad("leaving_first", node, "goes back");
      for (std::size_t k = first[node]; k < first[node + 1]; ++k) {
        if (edges[k] >= links.size() * 2 || start_of(edges[k]) != node)
          return bad("leaving", k, "an edge that does not leave this node");
        if (!may_drive(edges[k])) return bad("leaving", k, "an edge that may not be driven");
        if (k > first[node] && edges[k] <= edges[k - 1]) return bad("leaving", k, "out of order");
      }
    }
    return {};
  }

  std::uint32_t start_of(std::uint32_t edge) const {
    const RoadLink& link = all<RoadLink>(RoadSection::links)[edge >> 1];
    return (edge & 1) != 0 ? link.to : link.from;
  }
  bool may_drive(std::uint32_t edge) const {
    const RoadLink& link = all<RoadLink>(RoadSection::links)[edge >> 1];
    return (link.flags & ((edge & 1) != 0 ? link_flag::backward : link_flag::forward)) != 0;
  }

  Result<void> turns() {
    const auto turns = all<RoadTurn>(RoadSection::turns);
    const auto links = all<RoadLink>(RoadSection::links);
    std::vector<bool> has(links.size() * 2);
    for (std::size_t i = 0; i < turns.size(); ++i) {
      const RoadTurn& turn = turns[i];
      if (turn.from >= has.size() || turn.to >= has.size())
        return bad("turns", i, "an edge that is not there");
      if (start_of(turn.from ^ 1U) != start_of(turn.to))
        return bad("turns", i, "edges that do not meet");
      if (i > 0 && !(turns[i - 1] < turn)) return bad("turns", i, "out of order");
      has[turn.from] = true;
    }
    for (std::size_t edge = 0; edge < has.size(); ++edge) {
      const std::uint16_t flag =
          edge % 2 == 0 ? protocol::road_turns_forward : protocol::road_turns_backward;
      if (((links[edge / 2].flags & flag) != 0) != has[edge])
        return bad("links", edge / 2, "does not know its forbidden turns");
    }
    return {};
  }

  Result<void> runs() {
    const auto links = all<RoadLink>(RoadSection::links);
    const auto runs = all<RoadRun>(RoadSection::runs);
    const std::size_t points = count(RoadSection::points);
    std::vector<bool> seen(points);
    std::size_t segments = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const RoadRun& run = runs[i];
      if (run.link >= links.size()) return bad("runs", i, "a link that is not there");
      const std::size_t first = links[run.link].first_point;
      const std::size_t end =
          run.link + 1 < links.size() ? links[run.link + 1].first_point : points;
      if (run.count == 0 || first + run.first + run.count >= end)
        return bad("runs", i, "a segment that is not there");
      for (std::size_t k = 0; k < run.count; ++k) {
        if (seen[first + run.first + k]) return bad("runs", i, "a segment for the second time");
        seen[first + run.first + k] = true;
      }
      segments += run.count;
    }
    if (segments != points - links.size()) return damaged("its index lacks segments");
    return {};
  }

  Result<void> boxes() {
    const auto runs = all<RoadRun>(RoadSection::runs);
    const auto boxes = all<RoadBox>(RoadSection::boxes);
    if (boxes.size() != protocol::road_box_count(runs.size()))
      return damaged("its index has not as many boxes as it must");
    const auto links = all<RoadLink>(RoadSection::links);
    const auto points = all<GeoPoint>(RoadSection::points);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const std::size_t first = std::size_t{links[runs[i].link].first_point} + runs[i].first;
      for (std::size_t k = 0; k <= runs[i].count; ++k)
        if (!holds(boxes[i], points[first + k])) return bad("boxes", i, "too small");
    }
    std::size_t below = 0;
    for (std::size_t level = runs.size(); level > protocol::road_index_fanout;) {
      for (std::size_t i = 0; i < level; ++i) {
        if (!holds(boxes[below + level + i / protocol::road_index_fanout], boxes[below + i]))
          return bad("boxes", below + i, "outside of the one above it");
      }
      below += level;
      level = (level + protocol::road_index_fanout - 1) / protocol::road_index_fanout;
    }
    return {};
  }

  bool holds(const RoadBox& box, GeoPoint p) const {
    const RoadHeader& h = header();
    const std::int64_t north = (std::int64_t{p.lat_e7} - h.least.lat_e7) >> h.box_shift;
    const std::int64_t east = (std::int64_t{p.lon_e7} - h.least.lon_e7) >> h.box_shift;
    return north >= box.south && north <= box.north && east >= box.west && east <= box.east;
  }
  static bool holds(const RoadBox& box, const RoadBox& inner) {
    return inner.south >= box.south && inner.north <= box.north && inner.west >= box.west &&
           inner.east <= box.east && inner.south <= inner.north && inner.west <= inner.east;
  }

  std::span<const std::byte> file_;
  std::uint32_t string_count_ = 0;
};

}  // namespace

Result<void> check_road_file(std::span<const std::byte> file) {
  return Checker(file).run();
}

std::vector<RoadSectionInfo> road_sections(std::span<const std::byte> file) {
  std::vector<RoadSectionInfo> sections;
  if (file.size() < sizeof(RoadHeader)) return sections;
  RoadHeader header;
  std::memcpy(&header, file.data(), sizeof(header));
  if (header.magic != protocol::road_magic) return sections;
  for (std::size_t i = 0; i < header.sections.size(); ++i) {
    const protocol::RoadSpan span = header.sections[i];
    sections.push_back(
        {section_names[i], span.offset, span.count,
         span.count * protocol::road_element_bytes(static_cast<RoadSection>(i), header.id_bytes)});
  }
  return sections;
}

}  // namespace lujing::core
