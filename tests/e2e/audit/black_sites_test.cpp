// MT-23 from the road to the screen: three simulated trucks, the real core on their journals, a
// platform's ledger, `lujing-ctl black-sites`.
#include "platform/ledger/ledger.h"
#include "terminal/directives/folder.h"
#include "terminal/journal/replay.h"
#include "tests/support/system.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <memory>

namespace lujing::testing {
namespace {

using nlohmann::json;

/// What the vehicles of a scenario told, in one ledger.
class TrucksInBooks {
 public:
  TrucksInBooks(const std::string& scenario, const std::vector<std::string>& vehicles) {
    Process sim({program("lujing-sim"), "run",
                 std::string(LUJING_SOURCE_DIR) + "/sim/scenarios/" + scenario, "--share",
                 std::string(LUJING_SOURCE_DIR) + "/deploy", "--out", dir_ / "run"},
                dir_ / "sim.log");
    EXPECT_EQ(sim.wait(std::chrono::seconds(60)), 0) << sim.log();
    auto opened = ledger::Ledger::open(books());
    EXPECT_TRUE(opened.ok());
    ledger_ = std::move(*opened);
    for (const std::string& id : vehicles) book(id);
    EXPECT_TRUE(ledger_->commit().ok());
  }
  std::string books() const { return dir_ / "ledger.db"; }
  json true_site() const {
    std::ifstream file(dir_ / "run/truth/violations.jsonl");
    for (std::string line; std::getline(file, line);) {
      json one = json::parse(line);
      if (one["rule"] == "MT-23") return one;
    }
    return {};
  }

 private:
  void book(const std::string& id) {
    const std::string journal = dir_ / ("run/" + id + "/data/journal");
    std::vector<protocol::Record> records;
    const auto replayed = journal::replay(
        journal, [&](const protocol::Numbered& one) { records.push_back(one.record); }, {},
        std::make_shared<directives::FolderLibrary>(directives::folder_beside(journal)));
    ASSERT_TRUE(replayed.ok());
    ASSERT_TRUE(ledger_->hello(id, "muck", "鄂G" + id, "test").ok());
    protocol::Hash chain{};
    for (std::size_t i = 0; i < records.size(); i += 60) {
      const std::size_t count = std::min<std::size_t>(60, records.size() - i);
      const auto batch = protocol::seal(7, i + 1, chain, std::span(records).subspan(i, count));
      chain = batch.chain_after;
      ASSERT_TRUE(ledger_->take(id, batch, protocol::encode(batch), 0).ok());
    }
  }

  TempDir dir_;
  std::unique_ptr<ledger::Ledger> ledger_;  ///< stays open: the platform runs on beside the reader
};

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
