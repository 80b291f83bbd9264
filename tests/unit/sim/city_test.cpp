#include "sim/city/city.h"

#include "sim/city/geojson.h"
#include "sim/city/osm.h"
#include "sim/city/plane.h"
#include "sim/city/route.h"
#include "sim/random.h"
#include "sim/vehicle/tasks.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>

namespace lujing::sim {
namespace {

City city_of(std::uint64_t seed) {
  CityConfig config;
  config.seed = seed;
  return City::generate(config);
}

TEST(Random, GivesTheSameNumbersEverywhere) {
  Random random(7);
  EXPECT_EQ(random.bits(), 12923355070828475994ULL);
  Random named(7, "city");
  EXPECT_NE(named.bits(), Random(7, "bus").bits());
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LT(random.below(3), 3U);
    const double share = random.uniform();
    EXPECT_GE(share, 0);
    EXPECT_LT(share, 1);
  }
}

TEST(Drift, HasTheDeviationThatItWasGiven) {
  Random random(3);
  Drift drift(2.0, 10.0);
  double squares = 0;
  constexpr int count = 200'000;
  for (int i = 0; i < count; ++i) {
    const double value = drift.step(1.0, random);
    squares += value * value;
  }
  EXPECT_NEAR(std::sqrt(squares / count), 2.0, 0.1);
}

TEST(City, IsTheSameForTheSameSeedAndAnotherForAnother) {
  EXPECT_EQ(to_geojson(city_of(7)), to_geojson(city_of(7)));
  EXPECT_NE(to_geojson(city_of(7)), to_geojson(city_of(8)));
}

TEST(City, HasStreetsOfEachClassAndASiteOfEachKind) {
  const City city = city_of(7);
  std::set<RoadClass> classes;
  std::set<std::string> names;
  for (const Street& street : city.streets()) {
    classes.insert(street.road_class);
    names.insert(street.name);
  }
  EXPECT_EQ(classes.size(), 5U);
  EXPECT_EQ(names.size(), city.streets().size()) << "two streets of one name";
  for (const auto kind : {SiteKind::depot, SiteKind::construction, SiteKind::disposal,
                          SiteKind::water, SiteKind::transfer}) {
    EXPECT_EQ(city.site(kind).kind, kind);
    EXPECT_LT(city.site(kind).gate.along_m, city.link(city.site(kind).gate.link).length_m);
  }
}

TEST(City, LinksFitTogether) {
  const City city = city_of(11);
  for (LinkId id = 0; id < city.links().size(); ++id) {
    const Link& link = city.link(id);
    if (link.reverse != no_id) {
      EXPECT_EQ(city.link(link.reverse).reverse, id);
      EXPECT_EQ(city.link(link.reverse).from, link.to);
      EXPECT_EQ(city.link(link.reverse).way, link.way);
    }
    EXPECT_NEAR(length_m(link.line), link.length_m, 1e-6);
    EXPECT_LT(length_m(minus(city.nodes()[link.from].at, link.line.front())), 1e-6);
    EXPECT_LT(length_m(minus(city.nodes()[link.to].at, link.line.back())), 1e-6);
    const Node& end = city.nodes()[link.to];
    const bool goes_on = std::any_of(end.out.begin(), end.out.end(),
                                     [&](LinkId next) { return city.may_turn(id, next); });
    EXPECT_TRUE(goes_on) << "nowhere to drive to";
  }
}

class AnyCity : public testing::TestWithParam<std::uint64_t> {};

TEST_P(AnyCity, EveryPlaceIsReachedWithoutTurningRound) {
  const City city = city_of(GetParam());
  Random random(GetParam());
  const auto any = [&] {
    const LinkId link = random.below(static_cast<std::uint32_t>(city.links().size()));
    return Spot{link, city.link(link).length_m / 2};
  };
  for (int i = 0; i < 100; ++i) {
    const Spot from = any();
    const Spot to = any();
    const std::vector<LinkId> route = find_route(city, from, to);
    ASSERT_FALSE(route.empty()) << from.link << " to " << to.link;
    EXPECT_EQ(route.front(), from.link);
    EXPECT_EQ(route.back(), to.link);
    for (std::size_t n = 1; n < route.size(); ++n) {
      EXPECT_EQ(city.link(route[n]).from, city.link(route[n - 1]).to);
      EXPECT_TRUE(city.may_turn(route[n - 1], route[n]));
    }
  }
}

TEST_P(AnyCity, ASpotBehindOnTheSameLinkIsReachedRoundTheBlock) {
  const City city = city_of(GetParam());
  const LinkId link = work_stretch(city, RoadClass::arterial, 0, 600).front();
  const std::vector<LinkId> route = find_route(city, {link, 50}, {link, 10});
  ASSERT_GE(route.size(), 4U);
  EXPECT_EQ(route.front(), link);
  EXPECT_EQ(route.back(), link);
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyCity, testing::Values(1, 2, 3, 7, 42));

TEST(City, QueuesGrowInTheRedAndMoveOffOneAfterTheOther) {
  City city = city_of(7);
  int longest = 0;
  int lights = 0;
  for (LinkId id = 0; id < city.links().size(); ++id) {
    const Link& link = city.link(id);
    if (!city.nodes()[link.to].lights || link.inside || link.roundabout) {
      EXPECT_EQ(city.queue(id, 100).vehicles, 0);
      continue;
    }
    ++lights;
    int before = 0;
    bool was_green = city.green(id, 0);
    for (double t = 0; t < 240; t += 0.5) {
      const Queue queue = city.queue(id, t);
      const bool green = city.green(id, t);
      if (!green && !was_green) {
        EXPECT_GE(queue.vehicles, before) << "nobody leaves in the red";
      }
      if (queue.vehicles > 0) {
        EXPECT_GT(queue.moves_off_s, t);
        EXPECT_TRUE(city.green(id, queue.moves_off_s)) << "the whole queue gets through";
        EXPECT_LT(queue.vehicles * Queue::place_m, link.length_m);
      }
      longest = std::max(longest, queue.vehicles);
      before = queue.vehicles;
      was_green = green;
    }
  }
  EXPECT_GT(lights, 50);
  EXPECT_GT(longest, 2);
  city.set_traffic({0, 7});
  for (LinkId id = 0; id < city.links().size(); ++id) {
    EXPECT_EQ(city.queue(id, 45).vehicles, 0);
  }
}

TEST(City, LightsNeverLetBothDirectionsThrough) {
  const City city = city_of(7);
  int crossings = 0;
  for (const Node& node : city.nodes()) {
    if (!node.lights) {
      continue;
    }
    ++crossings;
    for (double t = 0; t < 120; t += 0.5) {
      std::set<bool> axes;
      for (const LinkId out : node.out) {
        const LinkId approach = city.link(out).reverse;
        if (approach == no_id || city.link(approach).inside) {
          continue;
        }
        const auto& line = city.link(approach).line;
        const Offset way = minus(line.back(), line[line.size() - 2]);
        if (city.green(approach, t)) {
          axes.insert(std::abs(way.east_m) > std::abs(way.north_m));
        }
      }
      EXPECT_LE(axes.size(), 1U);
    }
  }
  EXPECT_GT(crossings, 10);
}

TEST(City, HasWhatMakesItOne) {
  const City city = city_of(7);
  int one_way = 0;
  int divided = 0;
  int bridges = 0;
  int tunnels = 0;
  int rings = 0;
  int narrow = 0;
  for (const Link& link : city.links()) {
    one_way += link.reverse == no_id && !link.divided && !link.roundabout && !link.inside;
    divided += link.divided;
    bridges += link.bridge;
    tunnels += link.tunnel;
    rings += link.roundabout;
    narrow += !link.sweepable;
  }
  const auto dead_ends = std::count_if(city.nodes().begin(), city.nodes().end(),
                                       [](const Node& node) { return node.turning; });
  for (const auto count : {one_way, divided, bridges, tunnels, rings, narrow}) {
    EXPECT_GT(count, 0);
  }
  EXPECT_GT(dead_ends, 9) << "yards and lanes";
  EXPECT_EQ(city.zones().size(), 2U);
  EXPECT_NE(city.site(SiteKind::construction).wash.link, no_id);
}

/// Vehicles that wait at some light within a cycle.
int waiting(const City& city) {
  int all = 0;
  for (LinkId id = 0; id < city.links().size(); ++id) {
    for (int t_s = 0; t_s < 60; t_s += 10) all += city.queue(id, t_s).vehicles;
  }
  return all;
}

TEST(City, ReadFromAMapHasItsLightsOrElseSeededOnes) {
  const tests::TempDir folder;
  const std::string dark = to_osm(city_of(7));
  std::ofstream(folder.path("dark.osm")) << dark;
  const auto city = read_osm(folder.path("dark.osm"), 7);
  ASSERT_TRUE(city) << city.error().what();
  const auto lit = [](const City& of) {
    std::vector<std::pair<std::int64_t, std::uint32_t>> all;
    for (const Node& node : of.nodes()) {
      if (node.lights) all.emplace_back(node.osm, node.signal);
    }
    return all;
  };
  const auto invented = lit(*city);
  ASSERT_GT(invented.size(), 4U) << "the map has none";
  EXPECT_GT(waiting(*city), 0);
  EXPECT_EQ(invented, lit(*read_osm(folder.path("dark.osm"), 7)));
  EXPECT_NE(invented, lit(*read_osm(folder.path("dark.osm"), 8)));
  std::string mapped = dark;
  const std::string node = "<node id=\"" + std::to_string(invented.front().first) + "\"";
  const std::size_t end = mapped.find("/>", mapped.find(node));
  ASSERT_NE(end, mapped.npos);
  mapped.replace(end, 2, "><tag k=\"highway\" v=\"traffic_signals\"/></node>");
  std::ofstream(folder.path("lit.osm")) << mapped;
  const auto only = lit(*read_osm(folder.path("lit.osm"), 7));
  ASSERT_EQ(only.size(), 1U);
  EXPECT_EQ(only.front().first, invented.front().first);
}

TEST(City, AsOsmHasEachPieceOnceWithItsIds) {
  const City city = city_of(7);
  const std::string osm = to_osm(city);
  std::set<std::int64_t> ways;
  for (const Link& link : city.links()) {
    ways.insert(link.way);
    EXPECT_EQ(link.along_way,
              osm.find("<way id=\"" + std::to_string(link.way) + "\" version=\"1\"><nd ref=\"" +
                       std::to_string(city.nodes()[link.from].osm) + "\"") != std::string::npos);
  }
  std::size_t written = 0;
  for (std::size_t at = osm.find("<way "); at != std::string::npos;
       at = osm.find("<way ", at + 1)) {
    ++written;
  }
  EXPECT_EQ(written, ways.size());
  for (const char* tag : {"junction\" v=\"roundabout", "bridge\" v=\"yes", "tunnel\" v=\"yes",
                          "oneway\" v=\"yes", "lujing:sweepable\" v=\"no", "lujing:district"}) {
    EXPECT_NE(osm.find(tag), std::string::npos) << tag;
  }
}

TEST(Geojson, NamesEachStreetAndItsClassNearTheCentre) {
  const City city = city_of(7);
  const auto json = nlohmann::json::parse(to_geojson(city));
  EXPECT_EQ(json["type"], "FeatureCollection");
  std::map<std::string, int> classes;
  for (const auto& feature : json["features"]) {
    EXPECT_FALSE(feature["properties"]["name"].get<std::string>().empty());
    if (feature["properties"].contains("class")) {
      ++classes[feature["properties"]["class"]];
    }
    if (feature["geometry"]["type"] == "LineString") {
      for (const auto& position : feature["geometry"]["coordinates"]) {
        EXPECT_NEAR(position[0].get<double>(), 114.89, 0.06);
        EXPECT_NEAR(position[1].get<double>(), 30.39, 0.05);
      }
    }
  }
  EXPECT_EQ(classes.size(), 5U);
}

}  // namespace
}  // namespace lujing::sim
