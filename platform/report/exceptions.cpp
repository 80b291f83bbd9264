#include "platform/report/exceptions.h"

#include "base/toml_reader.h"

#include <algorithm>
#include <cmath>

namespace lujing::report {
namespace {

using core::Kerb;
using core::LinkId;

constexpr std::size_t max_entries = 10'000;

const std::vector<std::string>& reasons() {
  static const std::vector<std::string> names{"other",   "parked_vehicles", "road_works",
                                              "closure", "event",           "weather"};
  return names;
}

std::int64_t read_time(Section& section, const char* key) {
  const std::string text = section.text(key, std::nullopt);
  const auto time = from_iso8601(text);
  if (!time && !text.empty()) {
    section.refuse(key, "expected a time as \"2026-05-01T02:00:00Z\", found \"" + text + "\"");
  }
  return time ? time->ms : 0;
}

std::vector<LinkId> read_links(Section& section, const core::RoadNetwork& roads) {
  std::vector<LinkId> links;
  if (section.has("way")) {
    const std::int64_t way = section.integer("way", 0, INT64_MIN, INT64_MAX);
    for (LinkId id = 0; id < roads.link_count(); ++id) {
      if (roads.link(id).way == way) links.push_back(id);
    }
    if (links.empty()) section.refuse("way", "the road file has no way " + std::to_string(way));
  } else if (roads.link_count() > 0) {
    links.push_back(static_cast<LinkId>(
        section.integer("link", std::nullopt, 0, std::int64_t{roads.link_count()} - 1)));
  }
  return links;
}

void read_entry(Section& section, const core::RoadNetwork& roads, std::vector<Excuse>& out) {
  Excuse excuse;
  const std::vector<LinkId> links = read_links(section, roads);
  const std::string kerb = section.word("kerb", "both", {"left", "right", "both"});
  const double from_m = section.number("from_m", 0.0, 0, 1e6);
  const double to_m = section.number("to_m", 1e6, 0, 1e6);
  if (to_m <= from_m) section.refuse("to_m", "expected more than from_m");
  excuse.what.begin_ms = read_time(section, "from");
  excuse.what.end_ms = read_time(section, "to");
  if (excuse.what.end_ms < excuse.what.begin_ms) section.refuse("to", "ends before it begins");
  excuse.who = section.text("who", std::nullopt, 200);
  const std::string reason = section.word("reason", std::nullopt, reasons());
  const auto at = std::find(reasons().begin(), reasons().end(), reason);
  excuse.reason = static_cast<protocol::ExceptionReason>(at - reasons().begin());
  excuse.note = section.text("note", "", 2000);
  section.done();
  for (const LinkId link : links) {
    const double length_cm = roads.link(link).length_cm;
    excuse.what.from_cm = static_cast<std::int32_t>(std::min(length_cm, std::round(from_m * 100)));
    excuse.what.to_cm = static_cast<std::int32_t>(std::min(length_cm, std::round(to_m * 100)));
    for (const Kerb side : {Kerb::left, Kerb::right}) {
      if (kerb == (side == Kerb::left ? "right" : "left")) continue;
      excuse.what.kerb = {link, side};
      out.push_back(excuse);
    }
  }
}

}  // namespace

Result<std::vector<Excuse>> load_exceptions(const std::string& path,
                                            const core::RoadNetwork& roads) {
  const auto text = read_text_file(path, std::size_t{8} << 20);
  if (!text) return text.error();
  TomlFile file(path, *text);
  if (auto bad = file.problems()) return *bad;
  Section root = file.root();
  std::vector<Excuse> excuses;
  for (Section& section : root.tables("exception", max_entries)) {
    read_entry(section, roads, excuses);
  }
  root.done();
  if (auto bad = file.problems()) return *bad;
  return excuses;
}

}  // namespace lujing::report
