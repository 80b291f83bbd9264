// Fences, permits and hours as documents: what is read, and what is refused with which reason.
#include "terminal/config/fences.h"

#include "terminal/config/hours.h"
#include "terminal/config/permits.h"
#include "terminal/config/points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lujing::config {
namespace {

using testing::HasSubstr;

constexpr const char* square = "[[[114.0,30.0],[114.01,30.0],[114.01,30.01],[114.0,30.01]]]";

std::string feature(const std::string& properties, const std::string& type = "Polygon",
                    const std::string& coordinates = square) {
  return R"({"type":"Feature","properties":{)" + properties + R"(},"geometry":{"type":")" + type +
         R"(","coordinates":)" + coordinates + "}}";
}

std::string collection(const std::string& features) {
  return R"({"type":"FeatureCollection","version":7,"features":[)" + features + "]}";
}

std::string why(const std::string& document) {
  const auto set = parse_fences(document);
  return set ? "" : set.error().what();
}

TEST(FenceFile, ReadsEveryAttribute) {
  const auto set = parse_fences(collection(feature(
      R"("id":"N1","name":"禁区","zone":"forbidden","hours":["22:00-06:00 mon-fri"],"hours_mean":"spares",)"
      R"("load":"laden","dwell_s":3,"tolerated_s":60,"speed_limit_kmh":36,)"
      R"("valid_from":"2026-05-01T00:00:00Z","valid_until":"2026-06-01T00:00:00Z")")));
  ASSERT_TRUE(set) << set.error().what();
  EXPECT_EQ(set->version, 7);
  ASSERT_EQ(set->fences.size(), 1U);
  const core::Fence& fence = set->fences.front();
  EXPECT_EQ(fence.id, "N1");
  EXPECT_EQ(fence.name, "禁区");
  EXPECT_EQ(fence.kind, core::FenceKind::forbidden);
  EXPECT_EQ(fence.hours.sense, core::WindowSense::spares);
  ASSERT_EQ(fence.hours.windows.size(), 1U);
  EXPECT_EQ(to_text(fence.hours.windows.front()), "22:00-06:00 mon,tue,wed,thu,fri");
  EXPECT_EQ(fence.load, core::LoadCondition::laden);
  EXPECT_EQ(fence.dwell_s, 3);
  EXPECT_EQ(fence.tolerated_s, 60);
  EXPECT_DOUBLE_EQ(fence.speed_limit_mps, 10);
  EXPECT_EQ(fence.valid_from, from_iso8601("2026-05-01T00:00:00Z"));
}

TEST(FenceFile, ReadsEveryShape) {
  const auto set = parse_fences(collection(
      feature(R"("id":"P")") + "," + feature(R"("id":"C","radius_m":50)", "Point", "[114,30]") +
      "," + feature(R"("id":"R","width_m":40)", "LineString", "[[114,30],[114.1,30]]") + "," +
      feature(R"("id":"M")", "MultiPolygon", std::string("[") + square + "]")));
  ASSERT_TRUE(set) << set.error().what();
  ASSERT_EQ(set->fences.size(), 4U);
  EXPECT_TRUE(std::holds_alternative<core::Circle>(set->fences[1].shape));
  EXPECT_TRUE(std::holds_alternative<core::Corridor>(set->fences[2].shape));
  EXPECT_EQ(set->fences[3].id, "M/1");
}

TEST(FenceFile, RefusesWithTheItem) {
  EXPECT_THAT(why("[]"), HasSubstr("GeoJSON"));
  EXPECT_THAT(why("{"), HasSubstr("not JSON"));
  EXPECT_THAT(why(std::string(40, '{')), HasSubstr("not JSON"));
  EXPECT_THAT(why(R"({"type":"FeatureCollection","features":[]})"), HasSubstr("version"));
  EXPECT_THAT(why(collection(feature(R"("id":"A","zome":"wash")"))), HasSubstr("\"zome\""));
  EXPECT_THAT(why(collection(feature(R"("id":"A","zone":"washing")"))), HasSubstr("fence \"A\""));
  EXPECT_THAT(why(collection(feature(R"("id":"A","hours":["25:00-26:00"])"))),
              HasSubstr("25:00-26:00"));
  EXPECT_THAT(why(collection(feature(R"("id":"A","speed_limit_kmh":-5)"))),
              HasSubstr("speed limit"));
  EXPECT_THAT(why(collection(feature(R"("id":"A")") + "," + feature(R"("id":"A")"))),
              HasSubstr("twice"));
  EXPECT_THAT(why(collection(feature(R"("id":"A")", "Polygon",
                                     "[[[114,30],[114.01,30.012],[114.01,30],[114,30.01]]]"))),
              HasSubstr("meets"));
  EXPECT_THAT(why(collection(feature(R"("id":"A")", "Polygon",
                                     "[[[114,30],[114.01,30.01],[114.01,30],[114,30.01]]]"))),
              HasSubstr("meets"))
      << "a bow tie with two equal halves has no area, and that is not what is wrong with it";
  EXPECT_THAT(
      why(collection(feature(R"("id":"A")", "Polygon", "[[[114,30],[114.01,30],[114.02,30]]]"))),
      HasSubstr("on one line"));
  EXPECT_THAT(why(collection(feature(R"("id":"A")", "Polygon", "[[[30,114],[30,115],[31,114]]]"))),
              HasSubstr("corner 1"));
  EXPECT_THAT(why(collection(feature(R"("id":"A")", "Point", "[114,30]"))), HasSubstr("radius"));
}

TEST(FenceFile, ReadsCsvWithHolesAndNamesTheLine) {
  const std::string csv =
      "id,zone,wkt\n"
      "A,wash,\"POLYGON((114 30,114.1 30,114.1 30.1,114 30.1),"
      "(114.02 30.02,114.03 30.02,114.03 30.03))\"\n";
  const auto file = parse_fence_file("f.csv", csv, {});
  ASSERT_TRUE(file) << file.error().what();
  ASSERT_EQ(file->set.fences.size(), 1U);
  EXPECT_EQ(std::get<core::Polygon>(file->set.fences[0].shape).holes.size(), 1U);
  const auto bad = parse_fence_file("f.csv", csv + "B,wash,\"POLYGON((1 2,3))\"\n", {});
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().what(), HasSubstr("f.csv: line 3"));
  const auto open = parse_fence_file("f.csv", csv + "B,wash,\"POLYGON((1 2,3 4\n", {});
  ASSERT_FALSE(open);
  EXPECT_THAT(open.error().what(), HasSubstr("a quote that does not end"));
  EXPECT_FALSE(parse_fence_file("f.csv", "a,b\n1,2\n", {}));
  EXPECT_FALSE(parse_fence_file("f.csv", "", {}));
}

TEST(FenceFile, PointsAreJudgedByTheVersionThatHolds) {
  FenceFile fences;
  for (const char* id : {"1@1", "1@10"}) {
    core::Fence fence;
    fence.id = id;
    const double lat = fence.id == "1@1" ? 30 : 31;
    fence.shape = core::Circle{GeoPoint::from_degrees(lat, 114), 100};
    fences.set.fences.push_back(fence);
  }
  fences.valid_from_seq = {1, 10};
  const auto points =
      parse_points("p", "id,seq,lat,lon\na,9,30,114\nb,10,30,114\nc,11,31,114\n", false);
  ASSERT_TRUE(points) << points.error().what();
  std::string told;
  ASSERT_TRUE(match_points(fences, *points, 0, false, [&](const FenceAnswer& answer) {
    told += answer.point->id + ":" + answer.fence->id + " ";
  }));
  EXPECT_EQ(told, "a:1@1 c:1@10 ");
}

TEST(Hours, AreReadAndWritten) {
  for (const char* text :
       {"22:00-06:00", "00:00-24:00", "07:30-10:00 sat,sun", "22:00-06:00 fri"}) {
    const auto window = parse_window(text);
    ASSERT_TRUE(window) << text;
    EXPECT_EQ(to_text(*window), text);
  }
  EXPECT_EQ(parse_window("22:00-06:00 fri-mon")->weekdays, 0b1110001);
  for (const char* text : {"", "22:00", "24:00-01:00", "22:00-24:01", "22:60-23:00", "22:00-06:00 ",
                           "22:00-06:00 noday", "22:00-06:00,mon", "22:00-06:00 mon-"}) {
    EXPECT_FALSE(parse_window(text)) << text;
  }
}

constexpr const char* permit = R"(version = 3
listed = ["M-099"]
[[permit]]
id = "HZ-1"
vehicles = ["M-003"]
loading = ["site-7"]
unloading = ["dump-1", "dump-2"]
hours = ["06:00-22:00"]
valid_from = "2026-05-01T00:00:00Z"
valid_until = "2026-06-01T00:00:00Z"
)";

TEST(Permits, AreReadAndHaveAStateAtEachMoment) {
  const auto set = parse_permits(permit);
  ASSERT_TRUE(set) << set.error().what();
  ASSERT_EQ(set->permits.size(), 1U);
  core::Permit one = set->permits.front();
  EXPECT_TRUE(core::covers(one, "M-003"));
  EXPECT_FALSE(core::covers(one, "M-004"));
  const auto state = [&](const char* utc) {
    return std::string(to_string(core::state_at(one, *from_iso8601(utc), 480)));
  };
  EXPECT_EQ(state("2026-04-30T23:59:59Z"), "future");
  EXPECT_EQ(state("2026-05-01T00:00:00Z"), "valid");
  EXPECT_EQ(state("2026-05-01T14:00:00Z"), "out_of_hours");
  EXPECT_EQ(state("2026-06-01T00:00:00Z"), "expired");
  one.withdrawn = true;
  EXPECT_EQ(state("2026-05-01T00:00:00Z"), "withdrawn");
}

/// A permit that names nobody would permit everybody.
TEST(Permits, NameTheirVehicles) {
  const std::string begin = "version = 1\n[[permit]]\nid = \"A\"\nunloading = [\"d\"]\n";
  const auto none = parse_permits(begin + "vehicles = []\n");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().what(),
              HasSubstr("permits:5: [permit] vehicles: names no vehicle: name them"));
  EXPECT_THAT(none.error().what(), HasSubstr("[\"all\"]"));
  const auto silent = parse_permits(begin);
  ASSERT_TRUE(silent) << "an older document on a vehicle";
  EXPECT_TRUE(core::covers(silent->permits.front(), "M-003"));
  EXPECT_THAT(check_permits_to_send(begin).error().what(), HasSubstr("names no vehicle"));
  const auto all = parse_permits(begin + "vehicles = [\"all\"]\n");
  ASSERT_TRUE(all) << all.error().what();
  EXPECT_TRUE(core::covers(all->permits.front(), "M-003"));
  EXPECT_TRUE(check_permits_to_send(begin + "vehicles = [\"all\"]\n"));
  EXPECT_FALSE(parse_permits(begin + "vehicles = [\"all\", \"M-1\"]\n"));
}

TEST(ByteOrderMark, IsPassedOverInEachDocument) {
  const std::string mark = "\xEF\xBB\xBF";
  EXPECT_EQ(why(mark + collection(feature(R"("id":"P")"))), "");
  EXPECT_TRUE(parse_permits(mark + permit));
  const auto csv = parse_fence_file(
      "f.csv", mark + "id,wkt\nA,\"POLYGON((114 30,114.01 30,114.01 30.01,114 30))\"\n", {});
  ASSERT_TRUE(csv) << csv.error().what();
  EXPECT_EQ(csv->set.fences.front().id, "A");
  const auto points = parse_points("p.csv", mark + "lat,lon\n30,114\n", false);
  ASSERT_TRUE(points) << points.error().what();
  EXPECT_EQ(points->size(), 1U);
}

TEST(Permits, AreRefusedAsAWholeWithTheItem) {
  const auto said = [](const std::string& text) {
    const auto set = parse_permits(text);
    return set ? std::string() : set.error().what();
  };
  const std::string good = permit;
  EXPECT_THAT(said("[[permit]]"), HasSubstr("version"));
  EXPECT_THAT(said(good + "hour = []\n"), HasSubstr("did you mean hours"));
  EXPECT_THAT(said(good + "[[permit]]\nid = \"HZ-1\"\nunloading = [\"d\"]\n"), HasSubstr("twice"));
  EXPECT_THAT(said("version = 1\n[[permit]]\nid = \"A\"\n"), HasSubstr("\"A\": no disposal site"));
  EXPECT_THAT(
      said("version = 1\n[[permit]]\nid = \"A\"\nunloading = [\"d\"]\n"
           "valid_from = \"2026-05-02T00:00:00Z\"\nvalid_until = \"2026-05-01T00:00:00Z\"\n"),
      HasSubstr("ends before it begins"));
  EXPECT_THAT(said("version = 1\n[[permit]]\nid = \"A\"\nunloading = [\"d\"]\nnight_work = true\n"
                   "valid_from = \"2026-05-08T00:00:00Z\"\nannounced = \"2026-05-02T00:00:00Z\"\n"),
              HasSubstr("7 days"));
  EXPECT_THAT(
      said("version = 1\n[[permit]]\nid = \"A\"\nunloading = [\"d\"]\nhours = [\"6-22\"]\n"),
      HasSubstr("permits:5"));
}

}  // namespace
}  // namespace lujing::config
