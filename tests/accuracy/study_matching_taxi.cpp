// Recorded taxis, a fix a minute, against the path that a person drew: share of the true length
// that is found, and length that is wrong, by unordered pairs of OpenStreetMap nodes weighted by
// length.
#include "ctl/fixes_csv.h"
#include "ctl/path_steps.h"
#include "platform/roads/load.h"
#include "terminal/core/roads/match_track.h"
#include "tests/accuracy/plain_matcher.h"
#include "tests/accuracy/study.h"
#include "tests/support/shared_data.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

namespace lujing::accuracy {
namespace {

using Pair = std::pair<std::int64_t, std::int64_t>;
struct DrawnNode {
  std::int64_t id = 0;
  GeoPoint at;
};
struct Truth {
  std::vector<DrawnNode> nodes;
  std::map<Pair, double> pairs;  ///< length
  double length_m = 0;
};

Pair unordered(std::int64_t a, std::int64_t b) {
  return a < b ? Pair{a, b} : Pair{b, a};
}

std::map<std::string, Truth> read_truth(const std::string& path) {
  std::ifstream in(path);
  std::map<std::string, Truth> all;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    std::string track;
    std::string seq;
    std::string id;
    std::string lat;
    std::string lon;
    std::getline(fields, track, ',');
    std::getline(fields, seq, ',');
    std::getline(fields, id, ',');
    std::getline(fields, lat, ',');
    std::getline(fields, lon, ',');
    Truth& truth = all[track];
    truth.nodes.push_back({std::stoll(id), GeoPoint::from_degrees(std::stod(lat), std::stod(lon))});
  }
  for (auto& [track, truth] : all) {
    for (std::size_t i = 1; i < truth.nodes.size(); ++i) {
      const DrawnNode& a = truth.nodes[i - 1];
      const DrawnNode& b = truth.nodes[i];
      if (a.id == b.id) continue;
      truth.pairs[unordered(a.id, b.id)] = distance_m(a.at, b.at);
    }
    for (const auto& [pair, length] : truth.pairs) truth.length_m += length;
  }
  return all;
}

/// What in the drawn path cannot be what was driven, without looking at the matcher's answer.
struct Doubt {
  double against_oneway_m = 0;  ///< drawn against a one-way street
  double not_on_map_m = 0;      ///< drawn between nodes that no drivable road joins
  double farthest_m = 0;        ///< a fix, from the drawn path
  int far_fixes = 0;            ///< more than 60 m from it
  int beside = 0;               ///< fixes on another road (within 6 m), 12 m and more from it
  bool wrong() const {
    return against_oneway_m > 20 || not_on_map_m > 20 || far_fixes > 0 || beside > 2;
  }
};

std::set<Pair> directed_steps(const core::RoadNetwork& roads) {
  std::set<Pair> all;
  for (core::LinkId i = 0; i < roads.link_count(); ++i) {
    const std::size_t count = roads.points(i).size();
    for (std::size_t p = 0; p + 1 < count; ++p) {
      const std::int64_t a = roads.osm_node(i, p);
      const std::int64_t b = roads.osm_node(i, p + 1);
      if (roads.drivable(core::EdgeId::of(i, false))) all.insert({a, b});
      if (roads.drivable(core::EdgeId::of(i, true))) all.insert({b, a});
    }
  }
  return all;
}

double from_line(GeoPoint at, GeoPoint a, GeoPoint b) {
  const Offset leg = offset(a, b);
  const Offset to = offset(a, at);
  const double squared = leg.east_m * leg.east_m + leg.north_m * leg.north_m;
  double share = squared > 0 ? (to.east_m * leg.east_m + to.north_m * leg.north_m) / squared : 0;
  share = std::min(1.0, std::max(0.0, share));
  return std::hypot(to.east_m - share * leg.east_m, to.north_m - share * leg.north_m);
}

Doubt doubt(const core::RoadNetwork& roads, const std::set<Pair>& steps, const Truth& truth,
            const std::vector<core::RawFix>& fixes) {
  Doubt found;
  for (std::size_t i = 1; i < truth.nodes.size(); ++i) {
    const DrawnNode& a = truth.nodes[i - 1];
    const DrawnNode& b = truth.nodes[i];
    if (a.id == b.id || steps.contains({a.id, b.id})) continue;
    const bool other_way = steps.contains({b.id, a.id});
    (other_way ? found.against_oneway_m : found.not_on_map_m) += distance_m(a.at, b.at);
  }
  for (const core::RawFix& fix : fixes) {
    double nearest = 1e9;
    for (std::size_t i = 1; i < truth.nodes.size(); ++i) {
      nearest =
          std::min(nearest, from_line(fix.position, truth.nodes[i - 1].at, truth.nodes[i].at));
    }
    found.farthest_m = std::max(found.farthest_m, nearest);
    if (nearest > 60) ++found.far_fixes;
    core::Candidate road;
    if (nearest > 12 && roads.near(fix.position, 6, std::span(&road, 1)) > 0) ++found.beside;
  }
  return found;
}

void line_feature(std::ostream& out, bool& first, const std::string& track, const char* what,
                  const std::vector<GeoPoint>& line) {
  if (line.size() < 2) return;
  out << (first ? "" : ",\n") << R"({"type":"Feature","properties":{"track":")" << track
      << R"(","what":")" << what << R"("},"geometry":{"type":"LineString","coordinates":[)";
  first = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char text[64];
    std::snprintf(text, sizeof text, "%s[%.7f,%.7f]", i > 0 ? "," : "", line[i].lon_deg(),
                  line[i].lat_deg());
    out << text;
  }
  out << "]}}";
}

struct Sum {
  double truth_m = 0;
  double found_m = 0;
  double wrong_m = 0;
  void add(const Sum& other) {
    truth_m += other.truth_m;
    found_m += other.found_m;
    wrong_m += other.wrong_m;
  }
};

Sum compare(const Truth& truth, const std::vector<ctl::PathStep>& steps) {
  Sum sum;
  sum.truth_m = truth.length_m;
  std::map<Pair, double> driven;
  for (const auto& step : steps) driven[unordered(step.from_node, step.to_node)] = step.length_m;
  for (const auto& [pair, length] : driven) {
    (truth.pairs.contains(pair) ? sum.found_m : sum.wrong_m) += length;
  }
  return sum;
}

void print(const char* name, const Sum& sum) {
  std::printf("%-12s %7.0f m  found %6.2f %%  wrong %6.2f %%", name, sum.truth_m,
              100 * sum.found_m / sum.truth_m, 100 * sum.wrong_m / sum.truth_m);
}

int run(std::span<const std::string_view> arguments) {
  const auto data = test_support::shared_data();
  if (!data) {
    std::cerr << "no recordings: set LUJING_SHARED_DATA\n";
    return 1;
  }
  bool online = false;
  bool plain = false;
  std::string geojson;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--online") online = true;
    if (arguments[i] == "--plain") plain = true;
    if (arguments[i] == "--geojson" && i + 1 < arguments.size()) geojson = arguments[++i];
  }
  const std::string folder = data->string() + "/mapmatch/beijing-taxi-a/";
  auto loaded = roads::LoadedRoads::open(data->string() + "/osm/beijing-roads.osm.pbf");
  std::ifstream in(folder + "fixes.csv");
  const auto file = ctl::read_fixes(in);
  if (!loaded || !file) {
    std::cerr << (loaded ? file.error() : loaded.error()).what() << "\n";
    return 1;
  }
  const core::RoadNetwork& network = loaded->network();
  auto truths = read_truth(folder + "truth_nodes.csv");
  const auto drivable = directed_steps(network);
  std::ofstream drawn;
  if (!geojson.empty()) drawn.open(geojson);
  drawn << R"({"type":"FeatureCollection","features":[)"
        << "\n";
  bool first = true;
  Sum all;
  Sum sound;
  for (const ctl::FixesTrack& track : file->tracks) {
    const Truth& truth = truths[track.name];
    core::Matches found;
    if (plain) {
      found.driven = plain_match(network, track.fixes, {});
    } else if (online) {
      core::Matcher matcher(network, {});
      for (const core::RawFix& fix : track.fixes) matcher.take(fix, found);
      matcher.finish(found);
    } else {
      found = core::match_track(network, track.fixes);
    }
    const auto steps = ctl::path_steps(network, found.driven);
    const Sum sum = compare(truth, steps);
    const Doubt about = doubt(network, drivable, truth, track.fixes);
    print(track.name.c_str(), sum);
    if (about.wrong()) {
      std::printf(
          "  drawn: %.0f m against one-way, %.0f m off the map, %d fixes over 60 m away "
          "(farthest %.0f m), %d on another road",
          about.against_oneway_m, about.not_on_map_m, about.far_fixes, about.farthest_m,
          about.beside);
      std::vector<GeoPoint> line;
      for (const DrawnNode& node : truth.nodes) line.push_back(node.at);
      line_feature(drawn, first, track.name, "drawn", line);
      line.clear();
      for (const core::RawFix& fix : track.fixes) line.push_back(fix.position);
      line_feature(drawn, first, track.name, "fixes", line);
      line.clear();
      for (const auto& step : steps) {
        const auto points = network.points(step.edge.link());
        const std::size_t a = step.edge.backward() ? step.segment + 1 : step.segment;
        const std::size_t b = step.edge.backward() ? step.segment : step.segment + 1;
        if (!step.joined) {
          line_feature(drawn, first, track.name, "matched", line);
          line.clear();
        }
        if (line.empty()) line.push_back(points[a]);
        line.push_back(points[b]);
      }
      line_feature(drawn, first, track.name, "matched", line);
    } else {
      sound.add(sum);
    }
    std::printf("\n");
    all.add(sum);
  }
  drawn << "\n]}\n";
  print("all", all);
  std::printf("  (a plain hidden Markov matcher: 84.8 %%, 22.4 %%)\n");
  print("sound truth", sound);
  std::printf("  (tracks whose drawn path can have been driven)\n");
  return 0;
}

const bool registered = add({"matching-taxi", "recorded taxis, a fix a minute, against drawn paths",
                             "[--online | --plain] [--geojson doubtful.geojson]", run});

}  // namespace
}  // namespace lujing::accuracy
