// What tags mean, one case each.
#include "platform/roads/tags.h"

#include "terminal/core/roads/network.h"

#include <gtest/gtest.h>

#include <map>

namespace lujing::roads {
namespace {

namespace flag = core::link_flag;
using core::RoadClass;
using Tags = std::map<std::string, std::string>;

RawWay folded(const Tags& tags) {
  const auto way = fold_tags([&tags](std::string_view key) -> std::string_view {
    const auto it = tags.find(std::string(key));
    return it == tags.end() ? std::string_view() : std::string_view(it->second);
  });
  if (!way) ADD_FAILURE() << "no road";
  return way.value_or(RawWay());
}

unsigned driven(const Tags& tags) {
  return folded(tags).flags & (flag::forward | flag::backward);
}

bool has(const Tags& tags, unsigned wanted) {
  return (folded(tags).flags & wanted) != 0;
}

RoadClass class_of(const Tags& tags) {
  return static_cast<RoadClass>(folded(tags).road_class);
}

TurnKind turn(const Tags& tags) {
  return turn_kind([&tags](std::string_view key) -> std::string_view {
    const auto it = tags.find(std::string(key));
    return it == tags.end() ? std::string_view() : std::string_view(it->second);
  });
}

TEST(Tags, OnlyRoadsForVehiclesAreRoads) {
  const auto none = [](const char* value) {
    return !fold_tags([=](std::string_view key) -> std::string_view {
      return key == "highway" ? std::string_view(value) : std::string_view();
    });
  };
  for (const char* value :
       {"footway", "cycleway", "track", "construction", "proposed", "", "Primary"})
    EXPECT_TRUE(none(value)) << value;
  for (std::size_t i = 0; i < highway_count; ++i) {
    const auto highway = static_cast<Highway>(i);
    EXPECT_EQ(highway_of(highway_name(highway)), highway);
  }
}

TEST(Tags, DirectionOfDriving) {
  EXPECT_EQ(driven({{"highway", "primary"}}), flag::forward | flag::backward);
  EXPECT_EQ(driven({{"highway", "primary"}, {"oneway", "yes"}}), flag::forward);
  EXPECT_EQ(driven({{"highway", "primary"}, {"oneway", "1"}}), flag::forward);
  EXPECT_EQ(driven({{"highway", "primary"}, {"oneway", "-1"}}), flag::backward);
  EXPECT_EQ(driven({{"highway", "primary"}, {"oneway", "reversible"}}),
            flag::forward | flag::backward);
  EXPECT_EQ(driven({{"highway", "motorway"}}), flag::forward);
  EXPECT_EQ(driven({{"highway", "motorway"}, {"oneway", "no"}}), flag::forward | flag::backward);
  EXPECT_EQ(driven({{"highway", "motorway_link"}}), flag::forward | flag::backward);
  EXPECT_EQ(driven({{"highway", "tertiary"}, {"junction", "roundabout"}}), flag::forward);
  EXPECT_EQ(driven({{"highway", "tertiary"}, {"oneway", "yes"}, {"oneway:motor_vehicle", "no"}}),
            flag::forward | flag::backward);
}

TEST(Tags, WidthIsTheTagThenTheLanesThenTheUsual) {
  EXPECT_EQ(folded({{"highway", "primary"}, {"width", "12.5"}, {"lanes", "6"}}).width_dm, 125);
  EXPECT_EQ(folded({{"highway", "primary"}, {"width", "8 m"}}).width_dm, 80);
  EXPECT_EQ(folded({{"highway", "primary"}, {"width", "20'"}}).width_dm, 61);
  EXPECT_EQ(folded({{"highway", "primary"}, {"lanes", "4"}}).width_dm, 140);
  EXPECT_EQ(folded({{"highway", "primary"}, {"lanes", "2;3"}}).width_dm, 70);
  const auto usual = folded({{"highway", "primary"}}).width_dm;
  for (const char* odd : {"wide", "-3", "0", "1e9", "nan", "inf", ""})
    EXPECT_EQ(folded({{"highway", "primary"}, {"width", odd}}).width_dm, usual) << odd;
  EXPECT_LT(folded({{"highway", "primary"}, {"oneway", "yes"}}).width_dm, usual);
}

TEST(Tags, SpeedInItsUnits) {
  EXPECT_EQ(folded({{"highway", "primary"}, {"maxspeed", "70"}}).speed_kmh, 70);
  EXPECT_EQ(folded({{"highway", "primary"}, {"maxspeed", "30 mph"}}).speed_kmh, 48);
  EXPECT_EQ(folded({{"highway", "primary"}, {"maxspeed", "walk"}}).speed_kmh, 7);
  const auto usual = folded({{"highway", "primary"}}).speed_kmh;
  for (const char* odd : {"CN:urban", "signals", "-1", "999999"})
    EXPECT_EQ(folded({{"highway", "primary"}, {"maxspeed", odd}}).speed_kmh, usual) << odd;
}

TEST(Tags, ClassesOfASanitationOffice) {
  EXPECT_EQ(class_of({{"highway", "trunk"}}), RoadClass::expressway);
  EXPECT_EQ(class_of({{"highway", "primary"}}), RoadClass::arterial);
  EXPECT_EQ(class_of({{"highway", "secondary_link"}}), RoadClass::ramp);
  EXPECT_EQ(class_of({{"highway", "residential"}}), RoadClass::branch);
  EXPECT_EQ(class_of({{"highway", "residential"}, {"name", "菊儿胡同"}}), RoadClass::lane);
  EXPECT_EQ(class_of({{"highway", "residential"}, {"name", "庆云巷"}}), RoadClass::lane);
  EXPECT_EQ(class_of({{"highway", "primary"}, {"name", "东单北巷"}}), RoadClass::arterial);
  EXPECT_EQ(class_of({{"highway", "unclassified"}, {"width", "4"}}), RoadClass::lane);
  EXPECT_EQ(class_of({{"highway", "living_street"}}), RoadClass::lane);
  EXPECT_EQ(class_of({{"highway", "service"}}), RoadClass::service);
  EXPECT_EQ(class_of({{"highway", "service"}, {"service", "alley"}}), RoadClass::lane);
}

TEST(Tags, TunnelsBridgesAndRestrictions) {
  EXPECT_TRUE(has({{"highway", "primary"}, {"tunnel", "yes"}}, flag::tunnel));
  EXPECT_FALSE(has({{"highway", "primary"}, {"tunnel", "no"}}, flag::tunnel));
  EXPECT_TRUE(has({{"highway", "primary"}, {"bridge", "viaduct"}}, flag::bridge));
  EXPECT_TRUE(has({{"highway", "service"}, {"access", "private"}}, flag::restricted));
  EXPECT_FALSE(has({{"highway", "service"}, {"access", "destination"}}, flag::restricted));
  // The more particular tag decides.
  EXPECT_FALSE(
      has({{"highway", "service"}, {"access", "no"}, {"motor_vehicle", "yes"}}, flag::restricted));
  EXPECT_TRUE(
      has({{"highway", "residential"}, {"access", "yes"}, {"vehicle", "no"}}, flag::restricted));
}

TEST(Tags, WhatAMachineCanSweep) {
  EXPECT_TRUE(has({{"highway", "secondary"}}, flag::sweepable));
  EXPECT_FALSE(has({{"highway", "secondary"}, {"surface", "gravel"}}, flag::sweepable));
  EXPECT_FALSE(has({{"highway", "residential"}, {"width", "2.5"}}, flag::sweepable));
  EXPECT_FALSE(has({{"highway", "service"}}, flag::sweepable));
  EXPECT_FALSE(has({{"highway", "residential"}, {"access", "private"}}, flag::sweepable));
  EXPECT_TRUE(has({{"highway", "service"}, {"lujing:sweepable", "yes"}}, flag::sweepable));
  EXPECT_FALSE(has({{"highway", "primary"}, {"lujing:sweepable", "no"}}, flag::sweepable));
}

TEST(Tags, EachDirectionSweepsTheKerbOnItsRight) {
  const auto kerbs = [](const Tags& tags) {
    return folded(tags).flags & (flag::left_kerb | flag::right_kerb);
  };
  EXPECT_EQ(kerbs({{"highway", "primary"}}), flag::left_kerb | flag::right_kerb);
  EXPECT_EQ(kerbs({{"highway", "primary"}, {"oneway", "yes"}}), flag::right_kerb);
  EXPECT_EQ(kerbs({{"highway", "primary"}, {"oneway", "-1"}}), flag::left_kerb);
  EXPECT_EQ(kerbs({{"highway", "primary"}, {"oneway", "yes"}, {"kerb:left", "raised"}}),
            flag::left_kerb | flag::right_kerb);
  EXPECT_EQ(kerbs({{"highway", "primary"}, {"kerb:both", "no"}}), 0);
  EXPECT_EQ(kerbs({{"highway", "unclassified"}, {"surface", "gravel"}}), 0);
}

TEST(Tags, NamesAndDistricts) {
  EXPECT_EQ(folded({{"highway", "primary"}, {"name", "长安街"}, {"ref", "S1"}}).name, "长安街");
  EXPECT_EQ(folded({{"highway", "primary"}, {"ref", "S1"}}).name, "S1");
  EXPECT_EQ(folded({{"highway", "primary"}, {"lujing:district", "东城区"}}).district, "东城区");
}

TEST(Tags, TurnRestrictionsForOurVehicles) {
  EXPECT_EQ(turn({{"restriction", "no_left_turn"}}), TurnKind::no);
  EXPECT_EQ(turn({{"restriction", "only_straight_on"}}), TurnKind::only);
  EXPECT_EQ(turn({{"restriction:hgv", "no_right_turn"}}), TurnKind::no);
  EXPECT_EQ(turn({{"restriction:bicycle", "no_right_turn"}}), TurnKind::none);
  EXPECT_EQ(turn({{"restriction", "no_left_turn"}, {"except", "bicycle;bus"}}), TurnKind::no);
  EXPECT_EQ(turn({{"restriction", "no_left_turn"}, {"except", "bus; hgv"}}), TurnKind::none);
  EXPECT_EQ(turn({{"restriction:conditional", "no_left_turn @ (07:00-09:00)"}}),
            TurnKind::sometimes);
  EXPECT_EQ(turn({{"restriction", "no_left_turn"}, {"hour_on", "07:00"}}), TurnKind::sometimes);
  EXPECT_EQ(turn({{"restriction", "give_way"}}), TurnKind::none);
}

}  // namespace
}  // namespace lujing::roads
