// `--check` and the start: a file that is missing, unreadable or another's is refused with its
// name, the cause and the remedy.
#include "tests/e2e/programs/said.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace lujing::testing {
namespace {

namespace fs = std::filesystem;

/// A platform's files and its platform.toml, from which single values are changed.
class PlatformFiles : public ::testing::Test {
 protected:
  PlatformFiles() {
    for (const std::string name : {"own", "foreign"}) {
      ctl({"enroll", "--ca", dir_ / (name + "-ca"), "--gateway", "--host", "127.0.0.1", "--out",
           dir_ / name});
    }
    fs::create_directory(dir_ / "page");
    write_file(dir_ / "page/index.html", "<!doctype html><title>page</title>");
  }
  Said check(const std::string& words = "--check") {
    write_file(dir_ / "platform.toml",
               "[platform]\ndata_dir = \"" + data_dir_ +
                   "\"\n[gateway]\nlisten = \"127.0.0.1:0\"\nauthority = \"" + authority_ +
                   "\"\ncertificate = \"" + certificate_ + "\"\nkey = \"" + key_ +
                   "\"\n[dispatch]\nlisten = \"127.0.0.1:0\"\nweb_root = \"" + web_root_ +
                   "\"\nbasemap = \"" + basemap_ + "\"\n");
    if (words.empty()) return run_program("lujing-platform", {"--config", dir_ / "platform.toml"});
    return run_program("lujing-platform", {"--config", dir_ / "platform.toml", words});
  }
  void refused(const std::vector<std::string>& words) {
    const Said said = check();
    EXPECT_EQ(said.code, 1) << said.text;
    for (const auto& each : words) EXPECT_TRUE(said.has(each)) << each << "\n" << said.text;
    EXPECT_FALSE(said.has("system lib")) << said.text;
  }
  TempDir dir_;
  std::string data_dir_ = dir_ / "books";
  std::string authority_ = dir_ / "own/ca.crt";
  std::string certificate_ = dir_ / "own/gateway.crt";
  std::string key_ = dir_ / "own/gateway.key";
  std::string web_root_ = dir_ / "page";
  std::string basemap_;
};

TEST_F(PlatformFiles, GoodOnesAreGood) {
  const Said said = check();
  EXPECT_EQ(said.code, 0) << said.text;
  EXPECT_TRUE(said.has("good")) << said.text;
  EXPECT_FALSE(fs::exists(data_dir_)) << "a check changes nothing";
}

TEST_F(PlatformFiles, EachMissingFileIsNamed) {
  certificate_ = dir_ / "none.crt";
  refused({"gateway.certificate", "none.crt: No such file", "lujing-ctl enroll --gateway"});
  certificate_ = dir_ / "own/gateway.crt";
  key_ = dir_ / "none.key";
  refused({"gateway.key", "none.key: No such file", "lujing-ctl enroll --gateway"});
  key_ = dir_ / "own/gateway.key";
  authority_ = dir_ / "own";
  refused({"gateway.authority", "is a folder"});
  authority_ = dir_ / "own/ca.crt";
  web_root_ = dir_ / "no-page";
  refused({"dispatch.web_root", "no-page", "build the page"});
  web_root_ = dir_.path();
  refused({"dispatch.web_root", "no index.html"});
  web_root_ = dir_ / "page";
  basemap_ = dir_ / "none.geojson";
  refused({"dispatch.basemap", "none.geojson", "No such file"});
}

TEST_F(PlatformFiles, EveryTroubleIsSaidAtOnce) {
  data_dir_ = dir_ / "page/index.html";
  key_ = dir_ / "foreign/gateway.key";
  basemap_ = dir_ / "page/index.html";
  refused({"platform.data_dir", "is no folder", "gateway.key", "does not belong to",
           "dispatch.basemap", "GeoJSON"});
}

TEST_F(PlatformFiles, AFolderThatMayNotBeWrittenIsNamed) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  fs::create_directory(data_dir_);
  fs::permissions(data_dir_, fs::perms::owner_read | fs::perms::owner_exec);
  refused({"platform.data_dir", "Permission denied", "chown lujing-platform"});
}

TEST_F(PlatformFiles, AFolderThatCannotBeMadeIsNamed) {
  data_dir_ = dir_ / "page/index.html/books";
  refused({"platform.data_dir", "index.html/books", "cannot be made", "install -d"});
}

TEST_F(PlatformFiles, AnotherAuthoritysCertificateIsRefusedAtTheStartToo) {
  authority_ = dir_ / "foreign/ca.crt";
  refused({"gateway.certificate", "does not stand behind it", "ca.crt"});
  const Said said = check("");
  EXPECT_EQ(said.code, 1) << said.text;
  EXPECT_TRUE(said.has("does not stand behind it")) << said.text;
}

TEST_F(PlatformFiles, AVehiclesCertificateIsNoGateways) {
  ctl({"enroll", "--ca", dir_ / "own-ca", "--id", "M-003", "--out", dir_ / "vehicle"});
  certificate_ = dir_ / "vehicle/terminal.crt";
  key_ = dir_ / "vehicle/terminal.key";
  refused({"gateway.certificate", "purpose"});
}

class TerminalFiles : public ::testing::Test {
 protected:
  TerminalFiles() : platform_(dir_), terminal_(dir_, platform_, setup()) {}
  static TerminalSetup setup() {
    TerminalSetup setup;
    setup.gateway_port = free_port();
    return setup;
  }
  Said check() {
    return run_program("lujing-terminal", {"--config", terminal_.config_path(), "--check"});
  }
  void change(const std::string& from, const std::string& to) {
    std::string text = read_file(terminal_.config_path());
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from << " in\n" << text;
    write_file(terminal_.config_path(), text.replace(at, from.size(), to));
  }
  TempDir dir_;
  PlatformUnderTest platform_;
  TerminalUnderTest terminal_;
};

TEST_F(TerminalFiles, GoodOnesAreGood) {
  const Said said = check();
  EXPECT_EQ(said.code, 0) << said.text;
  EXPECT_TRUE(said.has("days left")) << said.text;
}

TEST_F(TerminalFiles, AMissingCertificateIsNamed) {
  change("terminal.crt", "none.crt");
  const Said said = check();
  EXPECT_EQ(said.code, 1);
  EXPECT_TRUE(said.has("[platform] certificate")) << said.text;
  EXPECT_TRUE(said.has("none.crt: No such file")) << said.text;
  EXPECT_TRUE(said.has("lujing-ctl enroll")) << said.text;
}

TEST_F(TerminalFiles, AnotherVehiclesCertificateIsNamed) {
  change("id = \"M-003\"", "id = \"M-004\"");
  const Said said = check();
  EXPECT_EQ(said.code, 1);
  EXPECT_TRUE(said.has("is for \"M-003\"")) << said.text;
}

TEST_F(TerminalFiles, ADataFolderThatCannotBeMadeIsNamed) {
  change(terminal_.data_dir(), terminal_.config_path() + "/data");
  const Said said = check();
  EXPECT_EQ(said.code, 1);
  EXPECT_TRUE(said.has("cannot be made")) << said.text;
}

TEST_F(TerminalFiles, ARunningTerminalSaysWhichFileIsMissing) {
  change("terminal.crt", "none.crt");
  terminal_.start();
  ASSERT_TRUE(
      wait_until([&] { return terminal_.process().log().find("none.crt") != std::string::npos; },
                 std::chrono::seconds(60)));
  EXPECT_NE(terminal_.process().log().find("none.crt: No such file"), std::string::npos);
  EXPECT_EQ(terminal_.process().log().find("system lib"), std::string::npos);
  EXPECT_EQ(terminal_.stop(), 0);
}

}  // namespace
}  // namespace lujing::testing
