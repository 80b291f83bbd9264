// The file: the same bytes from the same roads, and nothing but an error from damaged ones.
#include "platform/roads/build.h"
#include "protocol/chain.h"
#include "protocol/road_file.h"
#include "terminal/core/roads/check.h"
#include "terminal/core/roads/network.h"
#include "tests/support/ascii_roads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

namespace lujing::core {
namespace {

using testing::HasSubstr;

constexpr std::string_view picture = R"(
  A---B---C---D
      |   |
  E---F---G---H
)";
const std::vector<tests::AsciiWay> ways = {
    {"ABCD", {{"highway", "primary"}, {"name", "Upper"}, {"lujing:district", "North"}}},
    {"EFGH", {{"highway", "secondary"}, {"oneway", "yes"}, {"name", "Lower"}}},
    {"BF", {{"highway", "residential"}}},
    {"CG", {{"highway", "tertiary"}, {"tunnel", "yes"}}}};
const std::vector<tests::AsciiTurn> turns = {{"no_left_turn", 3, "F", 2}};

tests::AsciiRoads town() {
  return {picture, 25, ways, turns};
}

std::vector<std::byte> copy_of(std::span<const std::byte> file) {
  return {file.begin(), file.end()};
}

/// Puts the checksum right, so that what is behind it is reached.
void seal(std::vector<std::byte>& file) {
  const auto hash =
      protocol::sha256({reinterpret_cast<const char*>(file.data()) + protocol::road_hashed_from,
                        file.size() - protocol::road_hashed_from});
  std::memcpy(file.data() + offsetof(protocol::RoadHeader, sha256), hash.data(), hash.size());
}

/// Everything that can be asked, so that a sanitizer sees a step outside.
std::size_t use(const RoadNetwork& roads) {
  std::size_t sum = roads.name().size();
  std::array<Candidate, 4> found;
  for (LinkId id = 0; id < roads.link_count(); ++id) {
    const Link link = roads.link(id);
    sum += link.length_cm + roads.road_name(id).size() + roads.district_name(link.district).size();
    for (std::size_t i = 0; i < roads.points(id).size(); ++i)
      sum += static_cast<std::size_t>(roads.osm_node(id, i));
    for (const EdgeId out : roads.leaving(link.to))
      sum += roads.turn_allowed(EdgeId::of(id, false), out) ? 1 : 0;
    sum += roads.near(roads.place(id, 10), 200, found);
  }
  return sum;
}

TEST(RoadFile, KeepsWhatWasBuilt) {
  const tests::AsciiRoads built = town();
  const RoadNetwork& roads = built.roads();
  const Link upper = roads.link(built.edge("AB").link());
  EXPECT_EQ(upper.road_class, RoadClass::arterial);
  EXPECT_EQ(upper.way, 1);
  EXPECT_EQ(roads.district_name(upper.district), "North");
  EXPECT_EQ(roads.district_name(roads.link(built.edge("BF").link()).district), "");
  EXPECT_TRUE(roads.link(built.edge("CG").link()).has(link_flag::tunnel));
  EXPECT_EQ(roads.osm_node(built.edge("CG").link(), 0), 'C');
  const auto nowhere = roads.link(built.edge("BF").link());
  EXPECT_EQ(nowhere.flags & ~link_flag::all, 0);
  EXPECT_FALSE(roads.turn_allowed(built.edge("BF"), built.edge("FG")));
}

TEST(RoadFile, AnyOrderOfTheRawRoadsGivesTheSameBytes) {
  const auto origin = GeoPoint::from_degrees(39.9, 116.4);
  auto raw = tests::ascii_network(picture, 25, ways, turns, origin);
  const auto first = roads::build(raw);
  ASSERT_TRUE(first);
  std::mt19937 random(7);
  for (int i = 0; i < 5; ++i) {
    std::shuffle(raw.nodes.begin(), raw.nodes.end(), random);
    std::shuffle(raw.ways.begin(), raw.ways.end(), random);
    const auto again = roads::build(raw);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->bytes, first->bytes);
  }
}

TEST(RoadFile, EveryFlippedBitIsRefused) {
  const tests::AsciiRoads built = town();
  auto file = copy_of(built.file());
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      file[at] ^= static_cast<std::byte>(1U << bit);
      EXPECT_FALSE(RoadNetwork::open(file)) << "byte " << at;
      file[at] ^= static_cast<std::byte>(1U << bit);
    }
  }
  EXPECT_TRUE(RoadNetwork::open(file));
}

TEST(RoadFile, EveryCutIsRefused) {
  const tests::AsciiRoads built = town();
  for (std::size_t size = 0; size < built.file().size(); ++size)
    EXPECT_FALSE(RoadNetwork::open(built.file().first(size))) << size;
  auto longer = copy_of(built.file());
  longer.resize(longer.size() + 8);
  EXPECT_FALSE(RoadNetwork::open(longer));
}

TEST(RoadFile, DamageBehindARightChecksumIsRefusedOrHarmless) {
  const tests::AsciiRoads built = town();
  auto file = copy_of(built.file());
  int refused = 0;
  for (std::size_t at = protocol::road_hashed_from; at < file.size(); ++at) {
    const std::byte was = file[at];
    for (const unsigned value : {0U, 1U, 0x7FU, 0x80U, 0xFFU}) {
      file[at] = static_cast<std::byte>(value);
      seal(file);
      const auto roads = RoadNetwork::open(file);
      if (roads) use(*roads);
      refused += roads ? 0 : 1;
    }
    file[at] = was;
  }
  EXPECT_GT(refused, 0);
}

TEST(RoadFile, SaysWhatIsWrong) {
  const tests::AsciiRoads built = town();
  auto file = copy_of(built.file());
  EXPECT_THAT(RoadNetwork::open(std::span(file).first(40)).error().what(), HasSubstr("cut short"));
  file[file.size() - 1] ^= std::byte{1};
  EXPECT_THAT(RoadNetwork::open(file).error().what(), HasSubstr("checksum"));
  file[0] = std::byte{'X'};
  EXPECT_THAT(RoadNetwork::open(file).error().what(), HasSubstr("no road file"));
  EXPECT_THAT(RoadNetwork::open(built.file().subspan(1)).error().what(), HasSubstr("divisible"));
}

TEST(RoadFile, LargeIdsAreKeptWhole) {
  auto raw = tests::ascii_network(picture, 25, ways, {}, GeoPoint::from_degrees(39.9, 116.4));
  constexpr std::int64_t far = std::int64_t{1} << 60;
  for (auto& node : raw.nodes) node.id = -far - node.id;
  for (auto& way : raw.ways) {
    way.id = -far - way.id;
    for (auto& node : way.nodes) node = -far - node;
  }
  const auto built = roads::build(raw);
  ASSERT_TRUE(built);
  const auto roads = RoadNetwork::open(built->bytes);
  ASSERT_TRUE(roads);
  std::vector<std::int64_t> all;
  for (LinkId id = 0; id < roads->link_count(); ++id) {
    EXPECT_LT(roads->link(id).way, -far);
    for (std::size_t i = 0; i < roads->points(id).size(); ++i)
      all.push_back(roads->osm_node(id, i));
  }
  EXPECT_THAT(all, testing::Contains(-far - 'A'));
}

TEST(RoadFile, ListsItsSections) {
  const tests::AsciiRoads built = town();
  const auto sections = road_sections(built.file());
  ASSERT_EQ(sections.size(), protocol::road_section_count);
  EXPECT_EQ(sections[0].name, "links");
  EXPECT_EQ(sections[0].count, built.roads().link_count());
  EXPECT_TRUE(road_sections(built.file().first(20)).empty());
}

}  // namespace
}  // namespace lujing::core
