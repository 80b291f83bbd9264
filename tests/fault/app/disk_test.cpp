// A full disk under the whole terminal: it says so, goes on deciding, and loses nothing.

#include "tests/e2e/main/books.h"
#include "tests/fault/app/rig.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace lujing::testing {
namespace {

using std::chrono::seconds;

/// A small file system of its own, unmounted with the object.
class SmallDisk {
 public:
  SmallDisk(std::string at, const char* options) : at_(std::move(at)) {
    std::filesystem::create_directories(at_);
    mounted_ = mount("tmpfs", at_.c_str(), "tmpfs", 0, options) == 0;
    why_ = std::strerror(errno);
  }
  ~SmallDisk() {
    if (mounted_) umount2(at_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }
  const std::string& why() const { return why_; }
  /// Writes until not one more byte fits. May be called again, when room was given back.
  void fill() {
    ++fills_;
    for (const std::size_t chunk : {std::size_t{65536}, std::size_t{512}, std::size_t{1}}) {
      std::ofstream out(at_ + "/ballast-" + std::to_string(fills_) + "-" + std::to_string(chunk),
                        std::ios::binary);
      const std::string block(chunk, 'x');
      while (out.write(block.data(), static_cast<std::streamsize>(chunk)).flush()) {
      }
    }
  }
  void free() const {
    for (const auto& entry : std::filesystem::directory_iterator(at_)) {
      if (entry.path().filename().string().starts_with("ballast-")) {
        std::filesystem::remove(entry.path());
      }
    }
  }

 private:
  std::string at_;
  bool mounted_ = false;
  int fills_ = 0;
  std::string why_;
};

TEST(Disk, FullUnderTheTerminalAndFreedAgain) {
  const TempDir dir;
  PlatformUnderTest platform(dir);  // never started until the disk is free: nothing is sent before
  TerminalSetup setup;
  setup.more = eager_uplink() + "[outbox]\nmax_mib = 4\nreserve_mib = 1\n";
  TerminalUnderTest terminal(dir, platform, setup);
  SmallDisk disk(terminal.data_dir(), "size=6m");
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a small file system here: " << disk.why();

  const std::size_t expected = write_ride(dir / "ride.ljj", 3600);
  terminal.start({"--replay", dir / "ride.ljj", "--replay-speed", "300"});
  ASSERT_TRUE(
      wait_until([&] { return terminal.status_number("outbox.depth_records") > 100; }, seconds(30)))
      << terminal.process().log();
  // Again and again, until the outbox has used up its reserve and the disk refuses it.
  ASSERT_TRUE(wait_until(
      [&] {
        disk.fill();
        return terminal.status_number("outbox.commit_errors") > 0;
      },
      seconds(30)))
      << terminal.status();
  ASSERT_TRUE(
      wait_until([&] { return terminal.status().find("\"finished\":true") != std::string::npos; },
                 seconds(60)))
      << terminal.process().log();
  EXPECT_TRUE(terminal.process().running()) << "a full disk must not end it";
  const auto told = nlohmann::json::parse(terminal.status());
  const std::string error = told.at("outbox").at("last_error").get<std::string>();
  EXPECT_NE(error.find("full"), std::string::npos) << error;
  std::cout << "said of the full disk: " << error << " ("
            << told.at("outbox").at("commit_errors").get<int>() << " commits refused)\n";
  disk.free();
  platform.start();
  ASSERT_TRUE(wait_until(
      [&] {
        return terminal.status_number("outbox.next_seq") == static_cast<int>(expected) + 1 &&
               terminal.status_number("outbox.depth_records") == 0;
      },
      seconds(60)))
      << terminal.status();
  EXPECT_EQ(terminal.status_number("outbox.dropped_in_memory"), 0);
  EXPECT_EQ(terminal.stop(), 0);
  platform.stop();
  const Books books = read_books(platform.ledger_path(), "M-003");
  EXPECT_EQ(books.records.size(), expected);
  EXPECT_EQ(books.epochs.size(), 1u);
}

}  // namespace
}  // namespace lujing::testing
