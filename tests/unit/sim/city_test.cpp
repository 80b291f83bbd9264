#include "sim/city/city.h"

#include "sim/city/geojson.h"
#include "sim/city/plane.h"
#include "sim/city/route.h"
#include "sim/random.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
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
  EXPECT_EQ(classes.size(), 4U);
  EXPECT_EQ(names.size(), city.streets().size()) << "two streets of one name";
  for (const auto kind :
       {SiteKind::depot, SiteKind::construction, SiteKind::disposal, SiteKind::water}) {
    EXPECT_EQ(city.site(kind).kind, kind);
    EXPECT_LT(city.site(kind).gate.along_m, city.link(city.site(kind).gate.link).length_m);
  }
}

TEST(City, LinksFitTogether) {
  const City city = city_of(11);
  for (LinkId id = 0; id < city.links().size(); ++id) {
    const Link& link = city.link(id);
    EXPECT_EQ(city.link(link.reverse).reverse, id);
    EXPECT_EQ(city.link(link.reverse).from, link.to);
    EXPECT_NEAR(length_m(link.line), link.length_m, 1e-6);
    EXPECT_LT(length_m(minus(city.nodes()[link.from].at, link.line.front())), 1e-6);
    EXPECT_LT(length_m(minus(city.nodes()[link.to].at, link.line.back())), 1e-6);
    EXPECT_GE(city.nodes()[link.to].out.size(), 2U) << "a dead end";
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
      EXPECT_NE(route[n], city.link(route[n - 1]).reverse);
    }
  }
}

TEST_P(AnyCity, ASpotBehindOnTheSameLinkIsReachedRoundTheBlock) {
  const City city = city_of(GetParam());
  const std::vector<LinkId> route = find_route(city, {5, 50}, {5, 10});
  ASSERT_GE(route.size(), 4U);
  EXPECT_EQ(route.front(), 5U);
  EXPECT_EQ(route.back(), 5U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyCity, testing::Values(1, 2, 3, 7, 42));

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
  EXPECT_EQ(classes.size(), 4U);
}

}  // namespace
}  // namespace lujing::sim
