// Extracts: small ones written here, and the real ones where they are.
#include "platform/roads/osm.h"

#include "platform/roads/build.h"
#include "platform/roads/load.h"
#include "tests/support/shared_data.h"
#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>

namespace lujing::roads {
namespace {

using testing::HasSubstr;

constexpr const char* small = R"(<?xml version="1.0"?>
<osm version="0.6">
 <node id="1" lat="39.9" lon="116.40"/><node id="2" lat="39.9" lon="116.41"/>
 <node id="3" lat="39.9" lon="116.42"/><node id="4" lat="39.91" lon="116.41"/>
 <node id="11" lat="39.89" lon="116.39"/><node id="12" lat="39.89" lon="116.415"/>
 <node id="13" lat="39.95" lon="116.415"/><node id="14" lat="39.95" lon="116.39"/>
 <way id="21"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="name" v="长安街"/></way>
 <way id="22"><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="oneway" v="yes"/></way>
 <way id="23"><nd ref="4"/><nd ref="2"/><tag k="highway" v="residential"/></way>
 <way id="24"><nd ref="1"/><nd ref="4"/><tag k="highway" v="footway"/></way>
 <way id="25"><nd ref="1"/><nd ref="2"/><nd ref="4"/><nd ref="1"/>
   <tag k="highway" v="service"/><tag k="area" v="yes"/></way>
 <way id="31"><nd ref="11"/><nd ref="12"/><nd ref="13"/></way>
 <way id="32"><nd ref="11"/><nd ref="14"/><nd ref="13"/></way>
 <relation id="41"><member type="way" ref="23" role="from"/><member type="node" ref="2" role="via"/>
   <member type="way" ref="22" role="to"/><tag k="type" v="restriction"/>
   <tag k="restriction" v="no_left_turn"/></relation>
 <relation id="42"><member type="way" ref="23" role="from"/>
   <tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>
 <relation id="43"><member type="way" ref="31" role="outer"/><member type="way" ref="32" role="outer"/>
   <tag k="boundary" v="administrative"/><tag k="admin_level" v="6"/><tag k="name" v="西城区"/></relation>
 <relation id="44"><member type="way" ref="31" role="outer"/>
   <tag k="boundary" v="administrative"/><tag k="admin_level" v="6"/><tag k="name" v="half"/></relation>
</osm>
)";

class Osm : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path(name)) << text;
    return folder_.path(name);
  }
  std::string packed(const std::string& name, const char* program) {
    const std::string plain = write("plain.osm", small);
    const std::string path = folder_.path(name);
    const std::string command = std::string(program) + " -c '" + plain + "' > '" + path + "'";
    return std::system(command.c_str()) == 0 ? path : std::string();
  }
  tests::TempDir folder_;
};

TEST_F(Osm, ReadsRoadsTurnsAndDistricts) {
  const auto osm = read_osm(write("small.osm", small));
  ASSERT_TRUE(osm) << osm.error().what();
  EXPECT_EQ(osm->summary.nodes, 8U);
  EXPECT_EQ(osm->summary.ways, 7U);
  EXPECT_EQ(osm->summary.relations, 4U);
  EXPECT_EQ(osm->summary.areas.ways, 1U);
  EXPECT_EQ(osm->summary.turns_incomplete, 1U);
  EXPECT_EQ(osm->summary.districts_open, 1U);
  EXPECT_EQ(osm->raw.name, "small.osm");
  const auto built = build(osm->raw);
  ASSERT_TRUE(built) << built.error().what();
  EXPECT_EQ(built->summary.links, 3U);
  EXPECT_EQ(built->summary.turns, 1U);
  const auto roads = core::RoadNetwork::open(built->bytes);
  ASSERT_TRUE(roads);
  for (core::LinkId id = 0; id < roads->link_count(); ++id) {
    const core::Link link = roads->link(id);
    EXPECT_EQ(roads->district_name(link.district), link.way == 22 ? "" : "西城区") << link.way;
    if (link.way == 21) {
      EXPECT_EQ(roads->road_name(id), "长安街");
    }
  }
}

TEST_F(Osm, ReadsPackedExtracts) {
  for (const auto& [name, program] :
       {std::pair("a.osm.gz", "gzip"), std::pair("a.osm.bz2", "bzip2"),
        std::pair("a.osm.xz", "xz")}) {
    const std::string path = packed(name, program);
    if (path.empty()) continue;  // that packer is not on this machine
    const auto osm = read_osm(path);
    ASSERT_TRUE(osm) << osm.error().what();
    EXPECT_EQ(osm->raw.ways.size(), 3U);
  }
}

TEST_F(Osm, DamagedExtractsAreErrorsThatNameTheFile) {
  const std::string text = small;
  for (const std::size_t cut : {std::size_t{60}, text.size() / 2, text.size() - 10}) {
    const auto osm = read_osm(write("cut.osm", text.substr(0, cut)));
    ASSERT_FALSE(osm);
    EXPECT_THAT(osm.error().what(), HasSubstr("cut.osm"));
  }
  EXPECT_FALSE(read_osm(write("noise.osm.pbf", "this is not a protocol buffer")));
  EXPECT_FALSE(read_osm(write("noise.osm.xz", "nor is this packed")));
  EXPECT_FALSE(read_osm(write("noise.osm.gz", "nor this")));
  EXPECT_FALSE(read_osm(write("noise.osm.bz2", "nor this")));
  EXPECT_THAT(read_osm(folder_.path("missing.osm")).error().what(), HasSubstr("no such file"));
  EXPECT_THAT(read_osm(write("roads.txt", small)).error().what(), HasSubstr(".osm.pbf"));
  const std::string xz = packed("b.osm.xz", "xz");
  if (!xz.empty()) {
    std::filesystem::resize_file(xz, std::filesystem::file_size(xz) - 20);
    EXPECT_FALSE(read_osm(xz));
  }
}

TEST_F(Osm, AnExtractOrARoadFileCanBeLoaded) {
  const std::string extract = write("town.osm", small);
  const auto from_extract = LoadedRoads::open(extract);
  ASSERT_TRUE(from_extract) << from_extract.error().what();
  EXPECT_TRUE(from_extract->was_extract());
  const auto built = build(read_osm(extract)->raw);
  ASSERT_TRUE(built);
  std::ofstream(folder_.path("town.roads"))
      .write(reinterpret_cast<const char*>(built->bytes.data()),
             static_cast<std::streamsize>(built->bytes.size()));
  auto mapped = LoadedRoads::open(folder_.path("town.roads"));
  ASSERT_TRUE(mapped) << mapped.error().what();
  const LoadedRoads moved = std::move(*mapped);
  EXPECT_FALSE(moved.was_extract());
  EXPECT_EQ(moved.network().version(), from_extract->network().version());
  EXPECT_EQ(moved.network().link_count(), 3U);
  EXPECT_FALSE(LoadedRoads::open(folder_.path("nothing.roads")));
}

class RealExtract : public testing::TestWithParam<const char*> {};

TEST_P(RealExtract, AgreesWithAnotherReader) {
  const auto data = test_support::shared_data();
  if (!data || !std::filesystem::exists(*data / "osm" / GetParam()))
    GTEST_SKIP() << "the real extracts are not on this machine";
  std::ifstream expected_file(*data / "osm" / "expected.json");
  const auto expected = nlohmann::json::parse(expected_file).at(GetParam());
  const auto osm = read_osm((*data / "osm" / GetParam()).string());
  ASSERT_TRUE(osm) << osm.error().what();
  const OsmSummary& found = osm->summary;
  EXPECT_EQ(found.nodes, expected.at("nodes"));
  EXPECT_EQ(found.ways, expected.at("ways"));
  EXPECT_EQ(found.relations, expected.at("relations"));
  const std::map<std::string, std::uint64_t> highways = expected.at("highway_ways");
  EXPECT_EQ(found.highway_ways, highways);
  EXPECT_EQ(found.oneway_ways, expected.at("oneway_drivable_ways"));

  const auto built = build(osm->raw);
  ASSERT_TRUE(built) << built.error().what();
  std::uint64_t ways = 0;
  double km = 0;
  for (std::size_t i = 0; i < highway_count; ++i) {
    const std::string name(highway_name(static_cast<Highway>(i)));
    const double of_class = expected.at("drivable_km").value(name, 0.0);
    EXPECT_NEAR(found.drivable[i].km, of_class, 0.001) << name;
    ways += found.drivable[i].ways;
    km += built->summary.classes[i].km;
  }
  EXPECT_EQ(ways, expected.at("drivable_ways"));
  // Links and what was left out are the whole of it.
  EXPECT_NEAR(km + found.areas.km, expected.at("drivable_km_total").get<double>(), 0.01);
  const auto roads = core::RoadNetwork::open(built->bytes);
  ASSERT_TRUE(roads) << roads.error().what();
  double links_km = 0;
  for (core::LinkId id = 0; id < roads->link_count(); ++id) links_km += roads->length_m(id) / 1000;
  EXPECT_NEAR(links_km, km, 0.01 + km * 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Cities, RealExtract,
                         testing::Values("beijing-roads.osm.pbf", "guixi-jiangxi.osm.xz",
                                         "monaco.osm.pbf", "north-bayreuth.osm.pbf",
                                         "shanghai-huangpu-drive.osm.xz"));

}  // namespace
}  // namespace lujing::roads
