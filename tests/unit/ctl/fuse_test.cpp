// Recorded lines become observations; what is none of a trace, or no number, has a defined answer.
#include "ctl/fuse_run.h"
#include "ctl/trace.h"
#include "platform/roads/build.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace lujing::ctl {
namespace {

const std::string header = "t_ms,kind,v1,v2,v3\n";

Trace parsed(const std::string& lines) {
  auto trace = parse_trace("test", header + lines);
  EXPECT_TRUE(trace.ok());
  return trace ? *trace : Trace{};
}

/// A straight drive to the north at 10 m/s, with a fix a second.
std::string drive(int seconds) {
  std::string lines;
  for (int i = 0; i < seconds * 10; ++i) {
    lines += std::to_string(i * 100) + ",GVVEHSP,36.0\n";
    if (i % 10 != 0) continue;
    lines += std::to_string(i * 100) + ",GVGPSC,10.0,0.0,0.0\n";
    lines += std::to_string(i * 100) + ",GVGPSP," + std::to_string(48.0 + i / 10 * 10 / 111194.9) +
             ",11.0,500\n";
  }
  return lines;
}

FuseSummary fused(const Trace& trace, double hide_from_s = 1e9, double hide_to_s = 1e9) {
  FuseRun run([](const FusedPoint&) {});
  run.configure(trace.config);
  for (const auto& one : trace.told) {
    run.take(one, std::nullopt, one.at.seconds() >= hide_from_s && one.at.seconds() < hide_to_s);
  }
  return run.summary();
}

TEST(Trace, GivesAPositionTheSpeedAndCourseBesideIt) {
  const Trace trace = parsed("100,GVGPSC,13.5,90.0,0\n96,GVGPSP,48.2266,11.5865,107\n");
  ASSERT_EQ(trace.told.size(), 1U);
  const auto& fix = std::get<hal::GnssFix>(trace.told[0].what);
  EXPECT_EQ(fix.position, GeoPoint::from_degrees(48.2266, 11.5865));
  EXPECT_EQ(fix.speed_mps, 13.5);
  EXPECT_NEAR(*fix.course_rad, pi / 2, 1e-12);
  const Trace alone = parsed("1000,GVGPSC,13.5,90.0,0\n3000,GVGPSP,48.2266,11.5865,107\n");
  EXPECT_FALSE(std::get<hal::GnssFix>(alone.told.at(0).what).speed_mps);
}

TEST(Trace, PassesOverAndCountsWhatIsNoLine) {
  const Trace trace =
      parsed("x,GVVEHSP,1\n1,GVVEHSP,two\n,,\n5\n-7,GVVEHSP,3\n10,GVVEHSP,3\n11,OTHER,1\n");
  EXPECT_EQ(trace.skipped, 5U);
  EXPECT_EQ(trace.told.size(), 1U);
  ASSERT_EQ(trace.problems.size(), 5U);
  EXPECT_EQ(trace.problems[0],
            "line 2: t_ms should be whole milliseconds, 0 or more, is \"x\": line passed over");
  EXPECT_EQ(trace.problems[1], "line 3: v1 should be a number, is \"two\": line passed over");
  EXPECT_TRUE(parse_trace("test", "\xEF\xBB\xBF" + header).ok()) << "a byte order mark";
  EXPECT_FALSE(parse_trace("test", "").ok());
  EXPECT_FALSE(parse_trace("test", "lat,lon\n1,2\n").ok());
  EXPECT_FALSE(read_trace("/nowhere/trace.csv").ok());
}

TEST(Trace, RefusesACourseThatIsNoneAndNamesItsLine) {
  const Trace trace = parsed("96,GVGPSP,48.2266,11.5865,107\n100,GVGPSC,13.5,382.1,0\n");
  EXPECT_EQ(trace.courses_refused, 1U);
  ASSERT_EQ(trace.problems.size(), 1U);
  EXPECT_EQ(trace.problems[0],
            "line 3: the course should be 0 to 360 degrees, is 382.1: not taken; give degrees "
            "clockwise from north");
  const auto& fix = std::get<hal::GnssFix>(trace.told.at(0).what);
  EXPECT_EQ(fix.speed_mps, 13.5);
  EXPECT_FALSE(fix.course_rad);
}

TEST(Trace, PutsAPositionWhereItsLineStands) {
  const Trace trace = parsed("0,GVGPSP,48.0,11.0,0\n500,GVVEHSP,36\n1000,GVGPSP,48.0001,11.0,0\n");
  ASSERT_EQ(trace.told.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(trace.told[i].at.ms(), 500 * static_cast<int>(i));
}

TEST(Fuse, WritesTenRowsASecondWhateverTheBusDoes) {
  std::string lines;
  for (int i = 0; i < 2000; ++i) {  // a signal each 20 ms, a little early or late
    lines += std::to_string(i * 20 + i * 7 % 5) + ",GVVEHSP,36.0\n";
    if (i % 50 == 0) {
      lines += std::to_string(i * 20 + 4) + ",GVGPSP," + std::to_string(48.0 + i / 50 * 9e-5) +
               ",11.0,0\n";
    }
  }
  const Trace trace = parsed(lines);
  std::vector<BootTime> rows;
  FuseRun run([&](const FusedPoint& point) { rows.push_back(point.pose.at); });
  run.configure(trace.config);
  for (const auto& one : trace.told) run.take(one, std::nullopt, false);
  ASSERT_GE(rows.size(), 398U);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].ns - rows[i - 1].ns, 100 * ns_per_ms);
  }
}

TEST(Fuse, DoesNotDriveThroughMinutesWithoutAWord) {
  std::string lines = drive(60);
  for (int i = 0; i < 300; ++i) {
    const int ms = 660'000 + i * 100;
    lines += std::to_string(ms) + ",GVVEHSP,36.0\n";
    if (i % 10 != 0) continue;
    lines += std::to_string(ms) + ",GVGPSP," +
             std::to_string(48.0 + (60 + i / 10) * 10 / 111194.9) + ",11.0,500\n";
  }
  const FuseSummary sum = fused(parsed(lines));
  EXPECT_NEAR(sum.driven_m, 900, 60) << "90 s at 10 m/s, and five seconds of the silence";
  EXPECT_NEAR(sum.silent_s, 595, 3);
  EXPECT_NEAR(sum.bridged_m, 0, 20);
}

TEST(Fuse, TellsWhatBecameOfEachSource) {
  std::string lines = drive(60);
  for (std::size_t at = 0; (at = lines.find("GVGPSC,10.0,0.0", at)) != std::string::npos; ++at) {
    lines.replace(at, 15, "GVGPSC,10.0,76.0");
  }
  const FuseSummary sum = fused(parsed(lines));
  const auto course = static_cast<std::size_t>(core::Sensor::gnss_course);
  EXPECT_GT(sum.refused[course], 45);
  ASSERT_TRUE(sum.unused_since[course]);
  EXPECT_LT(sum.unused_since[course]->seconds(), 12);
  EXPECT_EQ(sum.refused[static_cast<std::size_t>(core::Sensor::wheel_speed)], 0);
}

TEST(Fuse, DrivesWithoutTheReceiver) {
  const Trace trace = parsed(drive(120));
  const FuseSummary whole = fused(trace);
  EXPECT_EQ(whole.fixes, 120U);
  EXPECT_EQ(whole.fixes_believed, 120U);
  EXPECT_NEAR(whole.driven_m, 1190, 15);
  const FuseSummary gap = fused(trace, 60, 90);
  EXPECT_EQ(gap.fixes_hidden, 30U);
  ASSERT_TRUE(gap.gap_error_m);
  EXPECT_LT(*gap.gap_error_m, 10);
  EXPECT_NEAR(gap.gap_driven_m, 300, 15);
}

TEST(Fuse, TakesNothingFromBadInput) {
  const std::string good = drive(60);
  const FuseSummary before = fused(parsed(good));
  for (const char* bad : {"60000,GVGPSP,nan,11.0,0\n", "60000,GVGPSP,91.0,11.0,0\n",
                          "60000,GVGPSP,inf,inf,0\n", "60000,GVVEHSP,nan\n", "60000,GVVEHSP,inf\n",
                          "60000,GVVEHSP,-5\n", "60000,GVYAW,1e300\n"}) {
    const FuseSummary after = fused(parsed(good + bad));
    EXPECT_EQ(after.fixes_believed, before.fixes_believed) << bad;
    EXPECT_NEAR(after.driven_m, before.driven_m, 2) << bad;
  }
  const std::string last = good.substr(good.find("59000,GVGPSC"));
  EXPECT_EQ(fused(parsed(good + last)).fixes_believed, before.fixes_believed) << "told twice";
  EXPECT_EQ(fused(parsed(good + "10000,GVGPSP,48.0009,11.0,0\n")).fixes_believed,
            before.fixes_believed)
      << "time going back";
}

/// A street of 3 km to the north, as drive() goes.
core::DirectiveBody street() {
  roads::RawNetwork raw;
  roads::RawWay way;
  way.id = 7;
  way.highway = roads::Highway::secondary;
  way.road_class = static_cast<std::uint8_t>(core::RoadClass::secondary);
  way.flags = core::link_flag::forward | core::link_flag::backward;
  way.width_dm = 80;
  way.speed_kmh = 50;
  for (int i = -1; i < 30; ++i) {
    raw.nodes.push_back({i + 10, GeoPoint::from_degrees(48.0 + i * 100 / 111194.9, 11.0)});
    way.nodes.push_back(i + 10);
  }
  raw.ways.push_back(way);
  const auto built = roads::build(raw);
  if (!built) return nullptr;
  return std::make_shared<const std::string>(reinterpret_cast<const char*>(built->bytes.data()),
                                             built->bytes.size());
}

TEST(Fuse, HoldsOnToTheRoadWhereNoReceiverTells) {
  const Trace trace = parsed(drive(180));
  std::map<core::PoseMode, int> modes;
  double widest_m = 0;
  const auto run_with = [&](bool roads) {
    modes.clear();
    widest_m = 0;
    FuseRun run([&](const FusedPoint& point) {
      if (!point.hidden) return;
      ++modes[point.pose.mode];
      widest_m = std::max(widest_m, std::sqrt(point.pose.covariance.east_m2));
    });
    run.configure(trace.config);
    if (roads) {
      EXPECT_TRUE(run.put_roads(street()));
    }
    for (const auto& one : trace.told) {
      run.take(one, UtcTime{1'700'000'000'000 + one.at.ms()}, one.at.seconds() >= 60);
    }
    EXPECT_EQ(run.summary().first_utc, UtcTime{1'700'000'000'000});
  };
  run_with(false);
  const double alone_m = widest_m;
  EXPECT_EQ(modes[core::PoseMode::road_bound], 0);
  run_with(true);
  EXPECT_GT(modes[core::PoseMode::road_bound], 500);
  EXPECT_LT(widest_m, alone_m / 3) << "to the side the road says where one is";
}

TEST(Fuse, RefusesARoadFileThatIsNone) {
  FuseRun run([](const FusedPoint&) {});
  EXPECT_FALSE(run.put_roads(std::make_shared<const std::string>("streets")));
}

}  // namespace
}  // namespace lujing::ctl
