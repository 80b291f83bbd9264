// Directives with the real programs: an operator puts one, the gateway sends it over TLS, the
// vehicle judges by it without a restart, the books chain as the journal replays; kills and damage
// between.
#include "platform/pki/pki.h"
#include "terminal/config/terminal_config.h"
#include "tests/e2e/main/books.h"
#include "tests/support/modbus_module.h"
#include "tests/support/system.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace lujing::testing {
namespace {

using nlohmann::json;
using protocol::DirectiveOutcome;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace fs = std::filesystem;

std::string rules(const std::string& name, int version, const std::string& trigger) {
  return "[profile]\nname = \"" + name + "\"\nversion = " + std::to_string(version) +
         "\n[rules.MT-01]\ntrigger_speed_kmh = " + trigger +
         "\nsustain_s = 0.5\nclear_s = 0.5\nsuppress_s = 1.0\n";
}

/// Wheels at 8 km/h for ten minutes, as a J1939 bus says it.
void write_bus(const std::string& path) {
  std::ofstream log(path);
  for (int i = 0; i < 6000; ++i) {
    char line[80];
    (void)std::snprintf(line, sizeof line, "(%d.%06d) can0 18FEF100#FF0008FFFFFFFFFF\n",
                        1'780'000'000 + i / 10, i % 10 * 100'000);
    log << line;
  }
}

class DirectivesTest : public ::testing::Test {
 protected:
  DirectivesTest() : platform_(dir_) {
    write_bus(dir_ / "bus.log");
    cover(true);
    module_.set_input(0, 900);
    TerminalSetup setup;
    setup.more =
        "[[can]]\ninterface = \"candump:" + (dir_ / "bus.log") + "\"\ndbc = [\"" +
        std::string(LUJING_SOURCE_DIR) +
        "/deploy/vehicles/chassis_j1939.dbc\"]\n[[can.signal]]\nname = \"wheel_speed\"\nmessage = "
        "\"CCVS1\"\nsignal = \"WheelBasedVehicleSpeed\"\n[modbus]\ndevice = \"" +
        module_.device() +
        "\"\nbaud = 9600\n[[input]]\nname = \"cover_closed\"\nsource = \"modbus:discrete:0\"\n"
        "debounce_ms = 100\n[[input]]\nname = \"load\"\nsource = \"modbus:input:0\"\nscale = "
        "0.001\n"
        "max = 1.5\n[uplink]\nbackoff_min_s = 0.1\nbackoff_max_s = 0.3\n";
    terminal_ = std::make_unique<TerminalUnderTest>(dir_, platform_, setup);
    platform_.start();
  }

  void cover(bool closed) { module_.set_discrete(0, closed); }
  std::vector<std::string> words(std::vector<std::string> given) const {
    given.insert(given.begin(), "directive");
    given.insert(given.end(), {"--data-dir", fs::path(platform_.ledger_path()).parent_path()});
    return given;
  }
  std::string put(const std::string& kind, const std::string& body,
                  std::vector<std::string> more = {}) {
    write_file(dir_ / "body", body);
    std::vector<std::string> given = {
        "put", kind, dir_ / "body", "--for", "all", "--authority", platform_.authority_dir()};
    given.insert(given.end(), more.begin(), more.end());
    return ctl(words(given));
  }
  /// The newest version's answer of our terminal; null while there is none.
  json answer(const std::string& kind) const {
    const json all = json::parse(ctl(words({"list", "--json"})));
    for (const auto& entry : all["directives"]) {
      if (entry["name"] != kind) continue;
      return entry["answers"].empty() ? json() : entry["answers"][0];
    }
    return {};
  }
  bool answered(const std::string& kind) {
    return wait_until([&] { return !answer(kind).is_null(); }, seconds(30));
  }
  std::string rule_set() const {
    const auto now = json::parse(terminal_->status(), nullptr, false);
    return now.is_discarded() ? "" : now.value("rule_set", "");
  }
  bool judges_by(const std::string& name) {
    return wait_until([&] { return rule_set() == name; }, seconds(30));
  }
  std::size_t open_alarms() const {
    const auto now = json::parse(terminal_->status(), nullptr, false);
    std::size_t raised = 0;
    if (now.is_discarded()) return 0;
    for (const auto& alarm : now["alarms"]) raised += alarm["state"] == "raised" ? 1 : 0;
    return raised;
  }
  bool settled() {
    return wait_until([&] { return terminal_->status_number("outbox.depth_records") == 0; },
                      seconds(60));
  }
  /// Everything into the books, both programs ended.
  Books end() {
    EXPECT_TRUE(settled());
    EXPECT_EQ(terminal_->stop(), 0);
    platform_.stop();
    return read_books(platform_.ledger_path(), "M-003");
  }
  std::string replayed() const {
    std::string hash = ctl({"replay", terminal_->data_dir() + "/journal", "--hash"});
    while (!hash.empty() && hash.back() == '\n') hash.pop_back();
    return hash;
  }

  /// What the vehicle judges by without a directive.
  const std::string own_ =
      config::load_profile(std::string(LUJING_SOURCE_DIR) + "/deploy/profiles/default.toml")
          ->rule_set();
  TempDir dir_;
  test_support::ModbusModule module_;
  PlatformUnderTest platform_;
  std::unique_ptr<TerminalUnderTest> terminal_;
};

TEST_F(DirectivesTest, ARuleSetTakesForceWithoutARestartAndTheBooksStillReplay) {
  put("rule_set", rules("city", 7, "5.0"));  // queued: no terminal is on line
  terminal_->start();
  ASSERT_TRUE(judges_by("city@7"));
  ASSERT_TRUE(answered("rule_set"));
  EXPECT_TRUE(answer("rule_set")["applied"].get<bool>());
  cover(false);
  ASSERT_TRUE(wait_until([&] { return open_alarms() == 1; }, seconds(30))) << terminal_->status();

  put("rule_set", "[profile]\nname = \"city\"\nversion = 8\n[rules.MT-01]\nsustain_s = -1.0\n",
      {"--unchecked"});
  ASSERT_TRUE(answered("rule_set"));
  EXPECT_FALSE(answer("rule_set")["applied"].get<bool>());
  EXPECT_NE(answer("rule_set")["reason"].get<std::string>().find("sustain_s"), std::string::npos)
      << answer("rule_set");
  EXPECT_EQ(rule_set(), "city@7");

  put("rule_set", rules("city", 9, "20.0"));
  ASSERT_TRUE(judges_by("city@9"));
  ASSERT_TRUE(wait_until([&] { return open_alarms() == 0; }, seconds(30)));
  put("driver_text", "前方积水，请绕行");
  ASSERT_TRUE(answered("driver_text"));
  EXPECT_NE(platform_.get("/api/directives").find("\"city"), 0U);

  ASSERT_TRUE(settled());
  EXPECT_EQ(terminal_->stop(), 0);
  terminal_->start();
  ASSERT_TRUE(judges_by("city@9")) << "kept over the restart";

  const Books books = end();
  std::vector<std::string> judged;
  for (const auto& alarm : books.all_of<protocol::AlarmRecord>()) {
    judged.push_back(alarm.rule + " " + protocol::to_string(alarm.state) + " " + alarm.rule_set);
  }
  EXPECT_EQ(judged, (std::vector<std::string>{"MT-01 raised city@7", "MT-01 cleared city@9"}));
  const auto boots = books.all_of<protocol::BootRecord>();
  ASSERT_EQ(boots.size(), 2U);
  EXPECT_EQ(boots[0].rule_set, own_);
  EXPECT_EQ(boots[1].rule_set, "city@9");
  std::vector<std::string> told;
  for (const auto& each : books.all_of<protocol::DirectiveRecord>()) {
    told.push_back(each.name + " " + std::to_string(each.version) + " " +
                   protocol::to_string(each.outcome));
  }
  EXPECT_EQ(told, (std::vector<std::string>{"rule_set 1 applied", "rule_set 2 refused",
                                            "rule_set 3 applied", "driver_text 1 applied",
                                            "rule_set 3 applied", "driver_text 1 applied"}));
  EXPECT_EQ(replayed(), books.last_chain) << "decided again from journal and directives";
}

TEST_F(DirectivesTest, AnAlarmsEvidenceIsMadeAtTheNextStartAndVerifies) {
  put("rule_set", rules("city", 7, "5.0"));
  terminal_->start();
  ASSERT_TRUE(judges_by("city@7"));
  ASSERT_TRUE(answered("rule_set"));
  cover(false);
  ASSERT_TRUE(wait_until([&] { return open_alarms() == 1; }, seconds(30))) << terminal_->status();
  ASSERT_TRUE(settled()) << "acknowledged: the platform has the records, the vehicle keeps them";
  terminal_->kill();  // long before the minute behind the alarm is over
  terminal_->start();
  const std::string folder = terminal_->data_dir() + "/evidence";
  std::string bundle;
  ASSERT_TRUE(wait_until(
      [&] {
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator(folder, ignored)) {
          if (entry.path().extension() == ".lje") bundle = entry.path();
        }
        return !bundle.empty();
      },
      seconds(30)));
  // So young a terminal had signed no checkpoint before the alarm: the platform's books stand in.
  const json verdict =
      json::parse(ctl({"verify", bundle, "--authority", platform_.authority_dir() + "/ca.crt",
                       "--ledger", platform_.ledger_path(), "--json"}));
  EXPECT_TRUE(verdict["whole"].get<bool>()) << verdict;
  EXPECT_EQ(verdict["rule"], "MT-01");
  EXPECT_EQ(verdict["rule_set"], "city@7");
  EXPECT_EQ(verdict["items"].back()["item"], "complete");
  end();
}

TEST_F(DirectivesTest, WhatIsNotSignedByTheAuthorityIsRefused) {
  ASSERT_TRUE(pki::create_authority(dir_ / "other"));
  write_file(dir_ / "body", rules("evil", 1, "199.0"));
  ctl(words({"put", "rule_set", dir_ / "body", "--for", "M-003", "--authority", dir_ / "other"}));
  terminal_->start();
  ASSERT_TRUE(answered("rule_set"));
  EXPECT_EQ(answer("rule_set")["reason"], "its signature is not the authority's");
  EXPECT_EQ(rule_set(), own_);
  const Books books = end();
  EXPECT_TRUE(books.all_of<protocol::DirectiveRecord>().empty());
}

TEST_F(DirectivesTest, AWithdrawnRuleSetIsTheVehiclesOwnAgainAndADamagedFolderMends) {
  put("rule_set", rules("city", 1, "5.0"));
  terminal_->start();
  ASSERT_TRUE(judges_by("city@1"));
  ASSERT_TRUE(answered("rule_set"));
  EXPECT_EQ(terminal_->stop(), 0);
  write_file(terminal_->data_dir() + "/directives/rule_set.directive", "lujing directive 1\nname ");
  terminal_->start();
  ASSERT_TRUE(judges_by("city@1")) << "moved aside, and sent again";
  EXPECT_TRUE(fs::exists(terminal_->data_dir() + "/directives/rule_set.directive.damaged-1"));
  ctl(words({"withdraw", "rule_set", "--for", "all", "--authority", platform_.authority_dir()}));
  ASSERT_TRUE(judges_by(own_));
  const Books books = end();
  EXPECT_EQ(books.all_of<protocol::DirectiveRecord>().back().outcome, DirectiveOutcome::withdrawn);
  EXPECT_EQ(replayed(), books.last_chain);
}

TEST_F(DirectivesTest, KilledWhileItAppliesItHasTheOldOneOrTheNewOne) {
  put("rule_set", rules("city", 1, "5.0"));
  terminal_->start();
  ASSERT_TRUE(judges_by("city@1"));
  constexpr int kills = 15;
  for (int n = 2; n < 2 + kills; ++n) {
    put("rule_set", rules("city", n, "5.0"));
    // The sender looks twice a second: somewhere between before and after.
    std::this_thread::sleep_for(milliseconds(n * 53 % 700));
    terminal_->kill();
    terminal_->start();
    ASSERT_TRUE(wait_until(
        [&] {
          const std::string now = rule_set();
          return now == "city@" + std::to_string(n);
        },
        seconds(30)))
        << "after kill " << n - 1 << ": " << rule_set();
  }
  for (const auto& entry : fs::directory_iterator(terminal_->data_dir() + "/directives")) {
    EXPECT_EQ(entry.path().string().find("damaged"), std::string::npos) << entry.path();
  }
  const Books books = end();
  EXPECT_EQ(books.epochs.size(), 1U);
  for (const auto& each : books.all_of<protocol::DirectiveRecord>()) {
    EXPECT_EQ(each.outcome, DirectiveOutcome::applied) << each.version << ": " << each.reason;
  }
}

}  // namespace
}  // namespace lujing::testing
