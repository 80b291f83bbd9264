// The load's events, and trips told apart.
#include "terminal/core/haul/trips.h"

#include <gtest/gtest.h>

#include <string>

namespace lujing::core {
namespace {

using protocol::Cover;
using protocol::Load;
using protocol::TripEvent;
using protocol::TripRecord;

/// A second at a time: what the load says, where the vehicle is, how fast it drives.
class Day {
 public:
  Day& load(Load load) {
    load_ = load;
    return *this;
  }
  /// What a sensor measures; the class of it too.
  Day& weigh(double share) {
    input_.load_share = share;
    return load(share < 0.3 ? Load::empty : share < 0.6 ? Load::half : Load::full);
  }
  Day& rated_kg(double kg) {
    input_.rated_kg = kg;
    return *this;
  }
  Day& cover(Cover cover) {
    input_.cover = cover;
    return *this;
  }
  Day& at_site(const char* id) {
    input_.site = id;
    input_.tip = "";
    input_.at_place = true;
    return *this;
  }
  Day& at_tip(const char* id) {
    input_.site = "";
    input_.tip = id;
    input_.at_place = true;
    return *this;
  }
  Day& on_road() {
    input_.site = input_.tip = "";
    input_.at_place = false;
    return *this;
  }
  Day& permit(const char* id) {
    input_.permit = id;
    return *this;
  }
  Day& roads(std::optional<bool> on_one) {
    input_.on_route = on_one;
    return *this;
  }
  Day& fix(bool fix) {
    input_.fix = fix;
    return *this;
  }
  Day& stand(int seconds) { return pass(seconds, 0); }
  Day& drive(int seconds, double mps = 10) { return pass(seconds, mps); }
  Day& pass(int seconds, double mps) {
    for (int i = 0; i < seconds; ++i) {
      input_.now.ns += ns_per_s;
      input_.moving = mps > 0;
      input_.driven_m += mps;
      trips_.take(input_, watch_.take(input_.now, load_), records_);
    }
    return *this;
  }
  /// "loaded:site tipped:tip ".
  std::string told() const {
    std::string text;
    for (const TripRecord& record : records_) {
      text += std::string(to_string(record.event)) + ":" + record.site;
      if (!record.second_site.empty()) text += "+" + record.second_site;
      if (!record.tip.empty()) text += ">" + record.tip;
      text += " ";
    }
    return text;
  }
  const std::vector<TripRecord>& records() const { return records_; }
  Trips& trips() { return trips_; }

 private:
  TripInput input_ = [] {
    TripInput input;
    input.boot_id = 7;
    input.fix = true;
    input.cover = Cover::closed;
    return input;
  }();
  Load load_ = Load::invalid;
  LoadWatch watch_;
  Trips trips_;
  std::vector<TripRecord> records_;
};

TEST(LoadWatch, NeedsAChangeToLast) {
  LoadWatch watch;
  BootTime now;
  const auto take = [&](Load load, int seconds) {
    LoadEvent seen = LoadEvent::none;
    for (int i = 0; i < seconds; ++i) {
      now.ns += ns_per_s;
      const LoadEvent event = watch.take(now, load);
      if (event != LoadEvent::none) seen = event;
    }
    return seen;
  };
  EXPECT_EQ(watch.laden(), Truth::unknown);
  EXPECT_EQ(take(Load::empty, 10), LoadEvent::none);
  EXPECT_EQ(watch.laden(), Truth::no);
  EXPECT_EQ(take(Load::full, 4), LoadEvent::none);
  EXPECT_EQ(take(Load::empty, 10), LoadEvent::none);
  EXPECT_EQ(take(Load::half, 10), LoadEvent::loaded);
  EXPECT_EQ(take(Load::fault, 100), LoadEvent::none);
  EXPECT_EQ(watch.laden(), Truth::yes);
  EXPECT_EQ(take(Load::over, 10), LoadEvent::more);
  EXPECT_EQ(take(Load::half, 10), LoadEvent::less);
  EXPECT_EQ(take(Load::light, 5), LoadEvent::unloaded);
}

TEST(LoadWatch, UnderAnOpenCoverAPartIsSoonerGone) {
  LoadWatch closed;
  LoadWatch open;
  std::optional<int> closed_s;
  std::optional<int> open_s;
  for (int s = 0; s < 30; ++s) {
    const BootTime now{s * ns_per_s};
    const auto load = s < 10 ? protocol::Load::full : protocol::Load::half;
    if (closed.take(now, load) == LoadEvent::less) closed_s = s;
    if (open.take(now, load, true) == LoadEvent::less) open_s = s;
  }
  EXPECT_EQ(closed_s, 14);
  EXPECT_EQ(open_s, 11);
}

TEST(LoadWatch, FindsALoadThatWasThere) {
  LoadWatch watch;
  LoadEvent seen = LoadEvent::none;
  for (int i = 0; i < 10 && seen == LoadEvent::none; ++i) {
    seen = watch.take(BootTime{i * ns_per_s}, Load::full);
  }
  EXPECT_EQ(seen, LoadEvent::found_laden);
}

Day loaded_at_a() {
  Day day;
  day.permit("P1").load(Load::empty).at_site("A").stand(20).load(Load::full).stand(20);
  return day;
}

TEST(Trips, GoFromLoadingToTipping) {
  Day day = loaded_at_a();
  day.on_road().drive(100).cover(Cover::open).drive(10).cover(Cover::invalid).drive(5);
  day.cover(Cover::closed).fix(false).drive(20).fix(true).stand(200).drive(50);
  day.at_tip("D").stand(10).load(Load::empty).stand(10);
  EXPECT_EQ(day.told(), "loaded:A tipped:A>D ");
  const TripRecord& trip = day.records().back();
  EXPECT_EQ(trip.permit, "P1");
  EXPECT_EQ(trip.load_permille, std::nullopt) << "nothing has measured it";
  EXPECT_EQ(trip.rest_permille, std::nullopt);
  EXPECT_EQ(trip.load_kg, std::nullopt);
  EXPECT_EQ(trip.driven_m, 1850);
  EXPECT_EQ(trip.unsealed_m, 100);
  EXPECT_EQ(trip.sealed_m, 1700);
  EXPECT_EQ(trip.no_fix_m, 200);
  EXPECT_EQ(trip.stops, 1);
  EXPECT_EQ(trip.begin_boot_id, 7U);
  EXPECT_FALSE(day.trips().under_way());
}

TEST(Trips, WhereThePermitNamesNoRoadsNoneIsTold) {
  Day any = loaded_at_a();
  any.on_road().drive(100).at_tip("D").stand(10).load(Load::empty).stand(10);
  EXPECT_EQ(any.records().back().on_route_m, -1);
  Day other = loaded_at_a();
  other.on_road().roads(false).drive(100).at_tip("D").stand(10).load(Load::empty).stand(10);
  EXPECT_EQ(other.records().back().on_route_m, 0) << "on none of those that are named";
  Day right = loaded_at_a();
  right.on_road().roads(true).drive(60).roads(false).drive(40);
  right.at_tip("D").stand(10).load(Load::empty).stand(10);
  EXPECT_EQ(right.records().back().on_route_m, 600);
}

TEST(Trips, TwoSitesAndPartialTipping) {
  Day day;
  day.load(Load::empty).at_site("A").stand(10).load(Load::half).stand(10).on_road().drive(100);
  day.at_site("B").stand(10).load(Load::full).stand(10).on_road().drive(100);
  day.at_tip("D").stand(10).load(Load::half).stand(10).on_road().drive(100);
  day.at_tip("E").load(Load::empty).stand(10);
  EXPECT_EQ(day.told(), "loaded:A loaded_more:A+B partly_tipped:A+B>D tipped:A+B>E ");
}

Day measured() {
  Day day;
  day.rated_kg(16'000).weigh(0.02).at_site("A").stand(20);
  for (const double share : {0.2, 0.4, 0.6, 0.74}) day.weigh(share).stand(15);
  return day;
}

TEST(Trips, HaveTheLoadThatWasMeasuredAtTheEndOfLoading) {
  Day day = measured();
  EXPECT_EQ(day.told(), "loaded:A ");
  // Neither a bumpy road nor the tipping is loading.
  day.on_road().weigh(0.8).drive(60).weigh(0.7).stand(60).drive(60).at_tip("D").stand(5);
  day.weigh(0.35).stand(9).weigh(0.03).stand(10);
  EXPECT_EQ(day.told(), "loaded:A tipped:A>D ");
  const TripRecord& trip = day.records().back();
  EXPECT_NEAR(trip.load_permille.value_or(0), 740, 2);
  EXPECT_NEAR(trip.load_kg.value_or(0), 11'840, 32);
  EXPECT_EQ(trip.rest_permille, 30);
}

TEST(Trips, WeighAgainWhereMoreIsLoaded) {
  Day day;
  day.weigh(0.0).at_site("A").stand(20).weigh(0.4).stand(20).on_road().drive(100);
  day.at_site("B").weigh(0.7).stand(10).weigh(0.95).stand(20).on_road().drive(100);
  day.at_tip("D").weigh(0.0).stand(10);
  EXPECT_EQ(day.told(), "loaded:A loaded_more:A+B tipped:A+B>D ");
  EXPECT_NEAR(day.records().back().load_permille.value_or(0), 950, 2);
  EXPECT_EQ(day.records().back().load_kg, std::nullopt) << "nobody said what a full load weighs";
}

TEST(Trips, ALoadIsMeasuredOverAPowerCut) {
  Day first = measured();
  Day second;
  second.trips().resume(first.records().back());
  second.on_road().weigh(0.9).stand(10).drive(60).at_tip("D").weigh(0).stand(10);
  EXPECT_EQ(second.records().back().load_permille, first.records().back().load_permille);
}

TEST(Trips, ArePartlyTippedOnlyWhenTheyDriveOffWithTheRest) {
  Day slowly = measured();
  slowly.on_road().drive(100).at_tip("D").weigh(0.4).stand(120).drive(3).weigh(0).stand(10);
  EXPECT_EQ(slowly.told(), "loaded:A tipped:A>D ");
  Day partly = measured();
  partly.on_road().drive(100).at_tip("D").weigh(0.4).stand(20);
  EXPECT_EQ(partly.told(), "loaded:A ");
  partly.on_road().drive(10);
  EXPECT_EQ(partly.told(), "loaded:A partly_tipped:A>D ");
  EXPECT_EQ(partly.records().back().rest_permille, 400);
  partly.drive(100).weigh(0).stand(10);
  EXPECT_EQ(partly.told(), "loaded:A partly_tipped:A>D tipped:A ");
}

TEST(Trips, AreTwoWhenThereAreTwoLoads) {
  Day day = loaded_at_a();
  day.on_road().drive(100).at_tip("D").load(Load::empty).stand(10).on_road().drive(100);
  day.at_site("A").load(Load::full).stand(10).on_road().drive(100);
  day.at_tip("D").load(Load::empty).stand(10);
  EXPECT_EQ(day.told(), "loaded:A tipped:A>D loaded:A tipped:A>D ");
  EXPECT_NE(day.records()[0].begin_boot_ms, day.records()[2].begin_boot_ms);
}

TEST(Trips, ReturnWithTheLoad) {
  Day day = loaded_at_a();
  day.on_road().drive(100).at_site("A").stand(30).on_road().drive(100);
  day.at_tip("D").load(Load::empty).stand(10);
  EXPECT_EQ(day.told(), "loaded:A returned:A loaded:A tipped:A>D ");
}

TEST(Trips, ShovelsAtOneSiteAreOneLoad) {
  Day day;
  day.load(Load::empty)
      .at_site("A")
      .stand(10)
      .load(Load::half)
      .stand(60)
      .load(Load::full)
      .stand(60);
  EXPECT_EQ(day.told(), "loaded:A ");
}

TEST(Trips, GoOnAfterAPowerCut) {
  Day first = loaded_at_a();
  first.on_road().drive(100).permit("P2").drive(1);
  EXPECT_EQ(first.told(), "loaded:A permit_changed:A ");
  Day second;
  second.trips().resume(first.records().back());
  second.permit("P2").load(Load::full).stand(10).drive(50).at_tip("D").load(Load::empty).stand(10);
  EXPECT_EQ(second.told(), "resumed:A tipped:A>D ");
  EXPECT_EQ(second.records().back().begin_boot_ms, first.records().back().begin_boot_ms);
  EXPECT_EQ(second.records().back().driven_m, 1010 + 500);
  Day unknown;
  unknown.load(Load::full).stand(10).at_tip("D").load(Load::empty).stand(10);
  EXPECT_EQ(unknown.told(), "resumed: tipped:>D ");
}

TEST(Trips, TippedAtNoRegisteredPlaceSaySo) {
  Day day = loaded_at_a();
  day.on_road().drive(100).load(Load::empty).stand(10);
  EXPECT_EQ(day.told(), "loaded:A tipped:A ");
}

}  // namespace
}  // namespace lujing::core
