// A simulated shift becomes journals, the core's records, a platform's ledger; `lujing-ctl audit`
// reads that ledger and prints the rate. It must be the one that whoever shows rates computes, near
// to what was really cleaned, and open down to the record and the seconds of the journal.
#include "platform/ledger/ledger.h"
#include "platform/report/books.h"
#include "platform/report/rates.h"
#include "terminal/directives/folder.h"
#include "terminal/journal/replay.h"
#include "tests/support/system.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>

namespace lujing::testing {
namespace {

using nlohmann::json;
constexpr std::uint64_t epoch = 0xa0d17;

class Audit : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { set_up("honest-sweeper"); }
  static void set_up(const std::string& scenario) {
    dir_ = std::make_unique<TempDir>();
    Process sim({program("lujing-sim"), "run",
                 std::string(LUJING_SOURCE_DIR) + "/sim/scenarios/" + scenario + ".toml", "--share",
                 std::string(LUJING_SOURCE_DIR) + "/deploy", "--out", *dir_ / "run"},
                *dir_ / "sim.log");
    ASSERT_EQ(sim.wait(std::chrono::seconds(60)), 0) << sim.log();
    const std::string journal = journals();
    std::vector<protocol::Record> records;
    const auto replayed = journal::replay(
        journal, [&](const protocol::Numbered& one) { records.push_back(one.record); }, {},
        std::make_shared<directives::FolderLibrary>(directives::folder_beside(journal)));
    ASSERT_TRUE(replayed.ok());
    ASSERT_EQ(replayed->directives_missing, 0U);
    auto ledger = ledger::Ledger::open(books());
    ASSERT_TRUE(ledger.ok());
    ASSERT_TRUE((*ledger)->hello("S-001", "sweeper", "苏M·H2058", "test").ok());
    protocol::Hash chain{};
    for (std::size_t i = 0; i < records.size(); i += 60) {
      const std::size_t count = std::min<std::size_t>(60, records.size() - i);
      const auto batch = protocol::seal(epoch, i + 1, chain, std::span(records).subspan(i, count));
      chain = batch.chain_after;
      ASSERT_TRUE((*ledger)
                      ->take("S-001", batch, protocol::encode(batch),
                             records[i + count - 1].stamp.utc_ms.value_or(0))
                      .ok());
    }
    ASSERT_TRUE((*ledger)->commit().ok());
    records_ = std::move(records);
  }
  static void TearDownTestSuite() {
    dir_.reset();
    records_.clear();
  }
  static std::string journals() { return *dir_ / "run/S-001/data/journal"; }
  static std::string books() { return *dir_ / "ledger.db"; }
  static std::string roads_file() { return *dir_ / "run/city/city.roads"; }
  static std::vector<std::string> words(const std::vector<std::string>& more) {
    std::vector<std::string> all = {"audit", "--ledger", books(), "--roads", roads_file()};
    all.insert(all.end(), more.begin(), more.end());
    if (std::find(more.begin(), more.end(), "--profile") == more.end()) {
      all.insert(all.end(), {"--profile", *dir_ / "run/profile.toml"});
    }
    return all;
  }
  static json audit(const std::vector<std::string>& more) { return json::parse(ctl(words(more))); }
  /// Exit code, and what it said.
  static std::pair<int, std::string> asked(const std::vector<std::string>& more) {
    std::vector<std::string> command = {program("lujing-ctl")};
    for (const std::string& word : words(more)) command.push_back(word);
    static int times = 0;
    Process process(command, *dir_ / ("said-" + std::to_string(++times)));
    const int code = process.wait(std::chrono::seconds(60));
    return {code, process.log()};
  }
  /// The body of that kind that the vehicle had.
  static std::string body_in_force(const std::string& kind) {
    for (const protocol::Record& record : records_) {
      const auto* told = std::get_if<protocol::DirectiveRecord>(&record.payload);
      if (told != nullptr && told->name == kind) {
        return *dir_ / ("run/S-001/data/directives/" + told->sha256 + ".body");
      }
    }
    throw std::runtime_error("the vehicle had no " + kind);
  }
  static const json& row(const json& report, const std::string& group, const std::string& name) {
    for (const json& one : report.at("rates")) {
      if (one["group"] == group && one["name"] == name) return one;
    }
    throw std::runtime_error("no row " + group + " " + name);
  }

  static inline std::unique_ptr<TempDir> dir_;
  static inline std::vector<protocol::Record> records_;
};

TEST_F(Audit, PrintsTheRateThatEverybodyElseComputes) {
  const json told = audit({"--day", "2026-04-15", "--json"});
  std::ifstream file(roads_file(), std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  const auto roads = core::RoadNetwork::open(bytes);
  ASSERT_TRUE(roads.ok());
  report::Asked asked;
  asked.local_day = 20'558;
  const core::TimeWindow day = core::day_window(asked.local_day, 480);
  asked.question.when = {day};
  auto vehicles = report::read_books(books(), roads->version(), day, 1);
  ASSERT_TRUE(vehicles.ok());
  const auto again = report::make_report(*roads, report::ledger_of(*vehicles), *vehicles, asked);
  ASSERT_EQ(told["rates"].size(), again.rows.size());
  for (std::size_t i = 0; i < again.rows.size(); ++i) {
    const json& one = told["rates"][i];
    const report::Row& mine = again.rows[i];
    ASSERT_EQ(one["name"], mine.name);
    ASSERT_TRUE(mine.length.rate() && mine.area.rate());
    EXPECT_EQ(one["km"]["rate"].get<double>(), *mine.length.rate()) << mine.name;
    EXPECT_EQ(one["m2"]["rate"].get<double>(), *mine.area.rate()) << mine.name;
    EXPECT_EQ(one["kerbs_complete"], mine.kerbs_complete) << mine.name;
  }
  EXPECT_EQ(told["untimed"], 0);
  EXPECT_EQ(told["other_roads"], 0);
}

TEST_F(Audit, IsNearToWhatWasReallyCleaned) {
  double true_m = 0;
  std::ifstream kerbs(*dir_ / "run/truth/kerbs.jsonl");
  for (std::string line; std::getline(kerbs, line);) {
    const json kerb = json::parse(line);
    if (kerb["work"] == "wash-sweep") {
      true_m += kerb["to_m"].get<double>() - kerb["from_m"].get<double>();
    }
  }
  ASSERT_GT(true_m, 1000);
  const json told = audit({"--json"});
  // One kerb of two is half of its link.
  EXPECT_NEAR(row(told, "all", "all roads")["km"]["covered"].get<double>() * 2000, true_m,
              0.05 * true_m);
}

TEST_F(Audit, OpensDownToTheRecordAndTheSecondsOfTheJournal) {
  const protocol::CoverageRecord* longest = nullptr;
  std::size_t at = 0;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const auto* one = std::get_if<protocol::CoverageRecord>(&records_[i].payload);
    if (one == nullptr || one->state != protocol::CoverageState::covered) continue;
    if (longest != nullptr && one->to_cm - one->from_cm <= longest->to_cm - longest->from_cm)
      continue;
    longest = one;
    at = i;
  }
  ASSERT_NE(longest, nullptr);
  const json opened = audit({"--link", std::to_string(longest->link)});
  const json& passings = opened.at("passings");
  const auto found = std::find_if(passings.begin(), passings.end(),
                                  [&](const json& one) { return one["seq"] == at + 1; });
  ASSERT_NE(found, passings.end()) << passings.dump(2);
  EXPECT_EQ((*found)["epoch"], "00000000000a0d17");
  EXPECT_EQ((*found)["vehicle"], "S-001");
  EXPECT_EQ((*found)["state"], "covered");
  EXPECT_DOUBLE_EQ((*found)["from_m"].get<double>(), longest->from_cm / 100.0);
  EXPECT_DOUBLE_EQ((*found)["to_m"].get<double>(), longest->to_cm / 100.0);
  const json& journal = found->at("journal");
  EXPECT_DOUBLE_EQ(journal["from_s"].get<double>(),
                   static_cast<double>(longest->begin_boot_ms) / 1000);
  double counts_m = 0;
  for (const json& one : passings) counts_m += one["counts_m"].get<double>();
  double covered_m = 0;
  for (const json& kerb : opened["kerbs"]) covered_m += kerb["covered_m"].get<double>();
  EXPECT_NEAR(counts_m, covered_m, 1e-6) << "the parts make the rate";
  // The seconds: what the devices said while that stretch was driven.
  ctl({"journal", "cut", journals(), "--boot", journal["boot_id"].get<std::string>(), "--from",
       std::to_string(longest->begin_boot_ms / 1000), "--to",
       std::to_string(longest->end_boot_ms / 1000), "-o", *dir_ / "piece.ljj"});
  const std::string said = ctl({"journal", "print", *dir_ / "piece.ljj"});
  EXPECT_NE(said.find("gnss_fix"), std::string::npos);
  EXPECT_NE(said.find("name=brush_rpm"), std::string::npos);
}

TEST_F(Audit, ADayWithoutWorkIsZeroOfAllRoads) {
  const json other_day = audit({"--day", "2026-04-20", "--json"});
  EXPECT_EQ(row(other_day, "all", "all roads")["km"]["rate"], 0.0) << "roads there were, work none";
  EXPECT_EQ(row(other_day, "all", "all roads")["passes"], 0);
}

TEST_F(Audit, SaysByWhichPlanProfileAndRoadsAndThatTheyAreTheVehicles) {
  const std::string plan = body_in_force("plan");
  const auto [code, text] = asked({"--day", "2026-04-15", "--plan", plan, "--json"});
  EXPECT_EQ(code, 0) << text;
  const json rules = json::parse(text).at("rules");
  EXPECT_TRUE(rules["as_in_force"].get<bool>()) << rules.dump(2);
  bool named = false;
  for (const json& one : rules["given"]) {
    if (one["kind"] != "plan") continue;
    named = plan.find(one["sha256"].get<std::string>()) != std::string::npos &&
            !one["name"].empty() && !one["version"].empty();
  }
  EXPECT_TRUE(named) << rules.dump(2);
  const auto [table_code, table] = asked({"--day", "2026-04-15", "--plan", plan});
  EXPECT_EQ(table_code, 0);
  for (const char* word : {"plan ", "in force   plan version", "given as", "roads ", "l/km", "l/m2",
                           "effective km", "exceptions 0"}) {
    EXPECT_NE(table.find(word), std::string::npos) << word << "\n" << table;
  }
}

TEST_F(Audit, APlanOrAProfileThatNoVehicleHadIsTold) {
  const std::string bogus = *dir_ / "bogus.toml";
  std::ofstream(bogus) << "[plan]\nname = \"bogus\"\nversion = 77\n[[task]]\nname = \"t\"\n"
                          "[task.roads]\nclasses = [\"lane\"]\n";
  const auto [code, text] = asked({"--day", "2026-04-15", "--plan", bogus});
  EXPECT_EQ(code, 3);
  EXPECT_NE(text.find("NOT AS IN FORCE"), std::string::npos) << text;
  EXPECT_NE(text.find("bogus version 77"), std::string::npos);
  EXPECT_NE(text.find("the vehicles had plan version"), std::string::npos);
  const std::string profile = *dir_ / "mild.toml";
  std::ofstream(profile) << "[profile]\nname = \"mild\"\nversion = 1\n";
  EXPECT_EQ(asked({"--day", "2026-04-15", "--profile", profile}).first, 3);
  std::ofstream(profile) << "[profile]\nname = \"mild\"\nversion = 1\n[rules.CV-01]\n"
                            "enabled = true\npass_share = 0.01\n";
  const auto [refused, why] = asked({"--day", "2026-04-15", "--profile", profile});
  EXPECT_EQ(refused, 1);
  EXPECT_NE(why.find("pass_share"), std::string::npos) << why;
}

TEST_F(Audit, ARouteThatChoosesNoRoadIsTold) {
  const std::string plan = *dir_ / "misspelt.toml";
  std::ofstream(plan) << "[plan]\nname = \"misspelt\"\nversion = 1\n[[task]]\nname = \"nowhere\"\n"
                         "[task.roads]\nnames = [\"No Such Road\"]\n";
  const auto [table_code, table] = asked({"--day", "2026-04-15", "--plan", plan});
  EXPECT_NE(table.find("NO ROAD    route \"nowhere\""), std::string::npos) << table;
  const auto [code, text] = asked({"--day", "2026-04-15", "--plan", plan, "--json"});
  EXPECT_EQ(code, table_code);
  EXPECT_EQ(json::parse(text).at("no_road"), json::array({"nowhere"})) << text;
  EXPECT_TRUE(audit({"--day", "2026-04-15", "--json"}).at("no_road").empty());
}

TEST_F(Audit, WithoutAProfileNoLawWasApplied) {
  Process process({program("lujing-ctl"), "audit", "--ledger", books(), "--roads", roads_file(),
                   "--day", "2026-04-15"},
                  *dir_ / "said");
  EXPECT_EQ(process.wait(std::chrono::seconds(60)), 3);
  EXPECT_NE(process.log().find("NOT AS IN FORCE  no --profile was given"), std::string::npos)
      << process.log();
  EXPECT_NE(process.log().find("the vehicles had profile"), std::string::npos) << process.log();
}

TEST_F(Audit, EachDayIsNamedWithItsPlans) {
  const json told =
      audit({"--day", "2026-04-14", "--days", "2", "--plan", body_in_force("plan"), "--json"});
  ASSERT_EQ(told["days"].size(), 2U);
  EXPECT_EQ(told["days"][1]["day"], "2026-04-15");
  EXPECT_EQ(told["days"][1]["plans"].size(), 1U);
}

TEST_F(Audit, AMonthIsItsDaysAddedUp) {
  const std::string plan = body_in_force("plan");
  const json alone = audit({"--day", "2026-04-15", "--plan", plan, "--json"});
  const auto [code, text] =
      asked({"--day", "2026-04-14", "--days", "2", "--by-day", "--plan", plan, "--json"});
  const json both = json::parse(text);
  EXPECT_EQ(code, 3) << "on the day before no vehicle had the plan";
  EXPECT_NE(both["rules"]["differences"].dump().find("no vehicle had it: 2026-04-14"),
            std::string::npos)
      << both["rules"]["differences"].dump();
  ASSERT_EQ(both["days"].size(), 2U);
  EXPECT_EQ(both["days"][0]["km"]["covered"], 0.0);
  EXPECT_EQ(both["days"][1]["km"], row(alone, "all", "all roads")["km"]);
  std::string route;
  for (const json& one : alone["rates"]) {
    if (one["group"] == "route") route = one["name"];
  }
  const json& sum = row(both, "route", route)["km"];
  const json& day = row(alone, "route", route)["km"];
  EXPECT_DOUBLE_EQ(sum["whole"].get<double>(), 2 * day["whole"].get<double>());
  EXPECT_EQ(sum["covered"], day["covered"]);
  EXPECT_DOUBLE_EQ(sum["rate"].get<double>(), day["rate"].get<double>() / 2);
  EXPECT_EQ(both["vehicles"][0]["driven_km"], alone["vehicles"][0]["driven_km"]);

  const json month = audit({"--month", "2026-04", "--json"});
  EXPECT_EQ(month["days"].size() + month["days_to_come"].get<std::size_t>(), 30U);
  EXPECT_EQ(row(month, "all", "all roads")["km"]["covered"],
            row(alone, "all", "all roads")["km"]["covered"]);
  const auto [table_code, table] = asked({"--month", "2026-04"});
  EXPECT_EQ(table_code, 0) << table;
  EXPECT_NE(table.find("2026-04-15 "), std::string::npos) << table;
}

TEST_F(Audit, AMonthThatIsNoneIsRefused) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--month", "2026-13"},
                                                {"--month", "April"},
                                                {"--month", "2026-04", "--day", "2026-04-15"},
                                                {"--month", "2026-04", "--link", "1"},
                                                {"--by-day"},
                                                {"--month", "2300-01"}}) {
    const auto [code, text] = asked(wrong);
    EXPECT_NE(code, 0) << text;
    EXPECT_NE(text.find("--"), std::string::npos) << text;
  }
}

TEST_F(Audit, ALinkThatIsNotThereIsNoEmptyAnswer) {
  const auto [code, text] = asked({"--link", "99999"});
  EXPECT_EQ(code, 1);
  EXPECT_NE(text.find("there is no link 99999"), std::string::npos) << text;
}

/// A driver who taps once, lifts his brushes and drives the rest of the street.
class LazyTap : public Audit {
 protected:
  static void SetUpTestSuite() { set_up("cv-01-tapped"); }
};

TEST_F(LazyTap, ExcusesAStretchAndTheAuditSaysWhoWhenWhyHowLongAndWhatEndedIt) {
  const json told = audit({"--plan", body_in_force("plan"), "--day", "2026-04-15", "--json"});
  ASSERT_EQ(told["exceptions"].size(), 1U) << told["exceptions"].dump(2);
  const json& mark = told["exceptions"][0];
  EXPECT_EQ(mark["who"], "driver");
  EXPECT_EQ(mark["why"], "parked_vehicles");
  EXPECT_EQ(mark["vehicle"], "S-001");
  EXPECT_EQ(mark["ended_by"], "length");
  EXPECT_GT(mark["length_m"].get<double>(), 50);
  EXPECT_LT(mark["length_m"].get<double>(), 165) << "the matched way beside 150 m by the odometer";
  EXPECT_LE(mark["seconds"].get<double>(), 300);
  EXPECT_TRUE(told["excepted"]["over_limit"].get<bool>()) << told["excepted"].dump(2);
  const auto [code, table] = asked({"--plan", body_in_force("plan"), "--day", "2026-04-15"});
  EXPECT_EQ(code, 0);
  EXPECT_NE(table.find("TOO MUCH EXCUSED"), std::string::npos) << table;
  EXPECT_NE(table.find("ended by"), std::string::npos);
}

}  // namespace
}  // namespace lujing::testing
