// Electronic manifests from the road to the screen: simulated trucks, the real core on their
// journals, a platform's books, `lujing-ctl manifests`; against what the simulator knows.
#include "platform/ledger/sqlite.h"
#include "tests/e2e/audit/trucks_in_books.h"

#include <sstream>
#include <utility>

namespace lujing::testing {
namespace {

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(json::parse(line));
  return all;
}

/// Loads of 1.0, 1.03 and 1.2 of a full one.
class ManifestsInTheBooks : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Loads, ManifestsInTheBooks,
                         ::testing::Values("honest-muck.toml", "mt-17-near.toml",
                                           "mt-17-raise.toml"));

TEST_P(ManifestsInTheBooks, EachTripIsALineWithWhatWasTrue) {
  const TrucksInBooks trucks(GetParam(), {"M-001"});
  const auto truth = trucks.truth("trips.jsonl");
  const auto told = lines_of(ctl({"manifests", "--ledger", trucks.books(), "--json"}));
  std::size_t n = 0;
  for (const json& trip : truth) {
    if (trip["tip_s"].is_null()) continue;
    ASSERT_LT(n, told.size());
    const json& manifest = told[n++];
    EXPECT_EQ(manifest["vehicle"], "M-001");
    EXPECT_EQ(manifest["state"], "tipped");
    EXPECT_EQ(manifest["loaded"]["fence"], trip["site_id"]);
    EXPECT_EQ(manifest["tipped"]["fence"], trip["disposal_id"]);
    EXPECT_NEAR(manifest["load_permille"].get<double>(), trip["share"].get<double>() * 1000, 25);
    EXPECT_NEAR(manifest["load_kg"].get<double>(), trip["share"].get<double>() * 16'000, 400);
    EXPECT_NEAR(manifest["driven_m"].get<double>(), trip["laden_m"].get<double>(), 60);
    EXPECT_GT(manifest["sealed_share"].get<double>(), 0.97);
    EXPECT_EQ(manifest["washed"], trip["washed"].get<bool>() ? "yes" : "no");
    EXPECT_TRUE(manifest["partly_tipped"].empty()) << "a tipping of ten seconds is one";
    EXPECT_FALSE(manifest["permit"].is_null());
  }
  EXPECT_GE(n, 1U);
}

TEST(Manifests, AreAskedForByVehicleAndDayAndReadByPeople) {
  const TrucksInBooks trucks("honest-muck.toml", {"M-001"});
  const auto all = lines_of(ctl({"manifests", "--ledger", trucks.books(), "--json"}));
  ASSERT_FALSE(all.empty());
  const std::string loaded = all[0]["loaded"]["utc"];
  const std::string line = ctl({"manifests", "--ledger", trucks.books(), "--vehicle", "M-001",
                                "--from", loaded.substr(0, 10) + "T00:00:00Z"});
  for (const char* word : {"M-001", "construction-", "disposal-", "washed", "approved roads", " t"})
    EXPECT_NE(line.find(word), std::string::npos) << word << " in " << line;
  EXPECT_EQ(ctl({"manifests", "--ledger", trucks.books(), "--day", "2020-01-01"}), "no trip\n");
  EXPECT_NE(ctl({"manifests", "--help"}).find("Example"), std::string::npos);
}

TEST(Manifests, NameWhatTheBooksLackOfTheirTime) {
  const TrucksInBooks trucks("honest-muck.toml", {"M-001"});
  const auto all = lines_of(ctl({"manifests", "--ledger", trucks.books(), "--json"}));
  ASSERT_FALSE(all.empty());
  const std::string day = std::string(all[0]["loaded"]["utc"]).substr(0, 10);
  const std::uint64_t last = all.back()["seq"];
  {
    auto db = ledger::Database::open(trucks.books(), ledger::Database::Mode::read_write);
    ASSERT_TRUE(db);
    const std::string lost =
        "DELETE FROM batch WHERE " + std::to_string(last) + " BETWEEN first_seq AND last_seq";
    ASSERT_TRUE(db->exec(lost.c_str()));
  }
  const TempDir logs;
  int asked_n = 0;
  const auto asked = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{program("lujing-ctl"), "manifests", "--ledger", trucks.books()};
    words.insert(words.end(), more.begin(), more.end());
    Process told(words, logs / std::to_string(asked_n++));
    const int code = told.wait(std::chrono::seconds(20));
    return std::pair(code, told.log());
  };
  const auto told = asked({"--from", day + "T00:00:00Z"});
  EXPECT_EQ(told.first, 4) << told.second;
  EXPECT_EQ(told.second.find("BOOKS NOT WHOLE  M-001: records "), 0U) << told.second;
  EXPECT_NE(told.second.find("are not in the books; take those of a backup"), std::string::npos);
  const auto lines = asked({"--json"});
  EXPECT_EQ(lines.first, 4);
  const auto books = lines_of(lines.second).back()["books"];
  EXPECT_EQ(books["whole"], false);
  EXPECT_LE(books["missing"][0]["first_seq"], last);
  EXPECT_GE(books["missing"][0]["last_seq"], last);
  // A year before nothing is missing, whatever the books lack today.
  EXPECT_EQ(asked({"--day", "2020-01-01"}).first, 0);
}

}  // namespace
}  // namespace lujing::testing
