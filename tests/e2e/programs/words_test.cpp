// What the programs say to a person who typed something wrong, or asks at the wrong moment.
#include "tests/e2e/programs/said.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace lujing::testing {
namespace {

/// A port that takes connections and never says a word.
class MutePort {
 public:
  MutePort() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(fd_, 8) != 0 ||
        getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      ADD_FAILURE() << "no port to listen on";
    }
    port_ = ntohs(address.sin_port);
  }
  ~MutePort() { close(fd_); }
  MutePort(const MutePort&) = delete;
  MutePort& operator=(const MutePort&) = delete;
  int port() const { return port_; }

 private:
  int fd_;
  int port_ = 0;
};

TEST(Ctl, NumbersThatAreNoneAreRefused) {
  for (const char* value : {"-1", "nan", "inf", "x"}) {
    const Said said =
        run_program("lujing-ctl", {"signals", "any.log", "--dbc", "any.dbc", "--seconds", value});
    EXPECT_NE(said.code, 0) << value;
    EXPECT_TRUE(said.has("--seconds")) << said.text;
    EXPECT_TRUE(said.has(value)) << said.text;
  }
  EXPECT_NE(run_program("lujing-ctl", {"doctor", "--wait", "nan"}).code, 0);
  const Said lag = run_program(
      "lujing-ctl", {"match", "--roads", "r", "--fixes", "f", "--online", "--lag", "nan"});
  EXPECT_TRUE(lag.has("nan is no number")) << lag.text;
  EXPECT_NE(run_program("lujing-terminal", {"--replay", "x", "--replay-speed", "nan"}).code, 0);
}

/// A script's variable without a value would ask for all there is; an option without the one that
/// it belongs to would do nothing. Neither ledger nor tracks are looked at: the words are wrong.
TEST(Ctl, WordsThatWouldSilentlyAskForSomethingElseAreRefused) {
  const std::vector<std::string> audit = {"audit", "--ledger", "l", "--roads", "r"};
  const std::vector<std::string> coverage = {"coverage", "--tracks", "t", "--machine", "m"};
  const std::vector<std::string> manifests = {"manifests", "--ledger", "l"};
  struct Wrong {
    std::vector<std::string> command;
    std::string option;
    std::string value;
    std::string said;
  };
  const std::string empty = "is empty: give it a value, or leave the option out";
  for (const Wrong& wrong : {Wrong{audit, "--day", "", empty},
                             {audit, "--month", "", empty},
                             {coverage, "--day", "", empty},
                             {manifests, "--day", "", empty},
                             {manifests, "--vehicle", "", empty},
                             {manifests, "--from", "", empty},
                             {manifests, "--to", "", empty},
                             {audit, "--days", "2", "requires --day"},
                             {coverage, "--days", "2", "requires --day"},
                             {manifests, "--days", "2", "requires --day"},
                             {audit, "--utc-offset-min", "841", "841"},
                             {coverage, "--utc-offset-min", "-100000", "-100000"},
                             {audit, "--link", "-3", "-3"}}) {
    std::vector<std::string> words = wrong.command;
    words.insert(words.end(), {wrong.option, wrong.value});
    const Said said = run_program("lujing-ctl", words);
    EXPECT_GT(said.code, 100) << words[0] << " " << wrong.option << ": " << said.text;
    EXPECT_TRUE(said.has(wrong.option)) << words[0] << " " << wrong.option << ": " << said.text;
    EXPECT_TRUE(said.has(wrong.said)) << words[0] << " " << wrong.option << ": " << said.text;
  }
}

TEST(Programs, WhatIsReadIsNotWrittenOver) {
  const tests::TempDir folder;
  const std::string file = folder.path("streets.osm");
  std::ofstream(file) << "<osm/>";
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"roads", "build", file, "-o", file},
        {"roads", "geojson", file, "-o", file},
        {"match", "--roads", "r", "--fixes", file, "--points", file},
        {"fuse", "--trace", file, "--csv", file}}) {
    const Said said = run_program("lujing-ctl", words);
    EXPECT_EQ(said.code, 1) << said.text;
    EXPECT_TRUE(said.has("is what is read")) << said.text;
  }
  const Said city = run_program("lujing-sim", {"city", "--read", file, "--osm", file});
  EXPECT_EQ(city.code, 1) << city.text;
  EXPECT_TRUE(city.has("is what is read")) << city.text;
  std::ifstream in(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "<osm/>");
}

TEST(Ctl, AWordThatIsNoCommandIsNamedWithThoseThereAre) {
  const Said first = run_program("lujing-ctl", {"jurnal"});
  EXPECT_NE(first.code, 0);
  EXPECT_TRUE(first.has("\"jurnal\" is no command")) << first.text;
  EXPECT_TRUE(first.has("replay")) << first.text;
  const Said nested = run_program("lujing-ctl", {"journal", "lst"});
  EXPECT_NE(nested.code, 0);
  EXPECT_TRUE(nested.has("\"lst\" is no command; there are: list, print, cut")) << nested.text;
  const Said help = run_program("lujing-ctl", {"journal", "--help"});
  EXPECT_EQ(help.code, 0) << help.text;
}

TEST(Ctl, StatusSaysWhatTheUplinkIsAboutBeforeItHasATrouble) {
  const TempDir dir;
  const PlatformUnderTest platform(dir);
  const MutePort mute;
  TerminalSetup setup;
  setup.gateway_port = mute.port();
  TerminalUnderTest terminal(dir, platform, setup);
  terminal.start();
  Said said;
  ASSERT_TRUE(wait_until(
      [&] {
        said = run_program("lujing-ctl", {"status", "--config", terminal.config_path()});
        return said.has("OFF LINE (connected, shakes hands (TLS))");
      },
      std::chrono::seconds(60)))
      << said.text;
  terminal.stop();
}

TEST(Terminal, TheLogNamesATroubleOfTheLink) {
  const TempDir dir;
  const PlatformUnderTest platform(dir);  // does not run
  TerminalUnderTest terminal(dir, platform, {});
  terminal.start();
  ASSERT_TRUE(wait_until(
      [&] { return terminal.process().log().find("nothing listens there") != std::string::npos; },
      std::chrono::seconds(60)))
      << terminal.process().log();
  terminal.stop();
}

TEST(Platform, AnEmptyLedgerIsMovedAsideAndSaid) {
  const TempDir dir;
  PlatformUnderTest platform(dir);
  write_file(platform.ledger_path(), "");
  platform.start();
  EXPECT_TRUE(std::filesystem::exists(platform.ledger_path() + ".empty-1"));
  EXPECT_NE(platform.process().log().find("new books are begun"), std::string::npos)
      << platform.process().log();
  platform.stop();
}

}  // namespace
}  // namespace lujing::testing
