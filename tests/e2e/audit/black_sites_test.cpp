// MT-23 from the road to the screen: three simulated trucks, the real core on their journals, a
// platform's ledger, `lujing-ctl black-sites`.
#include "tests/e2e/audit/trucks_in_books.h"

namespace lujing::testing {
namespace {

TEST(BlackSitesInTheBooks, ThreeTrucksAtOneUnregisteredPlaceAreNamedWithIt) {
  const TrucksInBooks trucks("mt-23-raise.toml", {"M-001", "M-002", "M-003"});
  const json site = json::parse(ctl({"black-sites", "--ledger", trucks.books(), "--json"}));
  EXPECT_EQ(site["rule"], "MT-23");
  EXPECT_EQ(site["kind"], "black_site");
  EXPECT_EQ(site["vehicles"], json({"M-001", "M-002", "M-003"}));
  const json really = trucks.true_site();
  ASSERT_FALSE(really.is_null());
  const auto place = [](const json& at) {
    return GeoPoint::from_degrees(at["lat"].get<double>(), at["lon"].get<double>());
  };
  EXPECT_LT(distance_m(place(site), place(really)), 100);
  const std::string day = site["day"].get<std::string>();
  EXPECT_NE(ctl({"black-sites", "--ledger", trucks.books(), "--day", day}).find("M-003"),
            std::string::npos);
  EXPECT_EQ(ctl({"black-sites", "--ledger", trucks.books(), "--day", "2020-01-01"}),
            "no black site\n");
}

TEST(BlackSitesInTheBooks, TheNearMissIsSilent) {
  const TrucksInBooks trucks("mt-23-near.toml", {"M-001", "M-002"});
  EXPECT_EQ(ctl({"black-sites", "--ledger", trucks.books(), "--json"}), "");
  EXPECT_EQ(ctl({"black-sites", "--ledger", trucks.books()}), "no black site\n");
}

}  // namespace
}  // namespace lujing::testing
