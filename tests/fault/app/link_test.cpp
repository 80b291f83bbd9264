// The link cut for an hour of data, cut in the middle of frames, slow to a trickle.

#include "tests/e2e/main/books.h"
#include "tests/fault/app/rig.h"
#include "tests/support/link_proxy.h"

#include <gtest/gtest.h>

#include <iostream>
#include <random>

namespace lujing::testing {
namespace {

using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr long memory_bound_kib = 64L * 1024;

class Link : public ::testing::Test {
 protected:
  Link() : platform(dir) {
    platform.start();
    proxy = std::make_unique<LinkProxy>(platform.gateway_port());
    TerminalSetup setup;
    setup.gateway_port = proxy->port();
    setup.more = eager_uplink();
    terminal = std::make_unique<TerminalUnderTest>(dir, platform, setup);
  }

  /// The whole ride is decided and committed; the platform may have some of it.
  void play(double ride_seconds, const std::string& speed) {
    expected = write_ride(dir / "ride.ljj", ride_seconds);
    terminal->start({"--replay", dir / "ride.ljj", "--replay-speed", speed});
  }
  bool played() {
    return wait_until(
        [&] { return terminal->status().find("\"finished\":true") != std::string::npos; },
        seconds(60));
  }
  bool drained(seconds limit) {
    return wait_until([&] { return terminal->status_number("outbox.depth_records") == 0; }, limit);
  }
  void expect_every_record_once() {
    EXPECT_EQ(terminal->stop(), 0);
    platform.stop();
    const Books books = read_books(platform.ledger_path(), "M-003");
    ASSERT_EQ(books.epochs.size(), 1u);
    EXPECT_EQ(books.records.size(), expected);
  }

  TempDir dir;
  PlatformUnderTest platform;
  std::unique_ptr<LinkProxy> proxy;
  std::unique_ptr<TerminalUnderTest> terminal;
  std::size_t expected = 0;
};

TEST_F(Link, AnHourWithoutALinkIsCaughtUp) {
  proxy->set_down(true);
  play(3600, "0");
  ASSERT_TRUE(played()) << terminal->status();
  ASSERT_TRUE(wait_until(
      [&] { return terminal->status_number("outbox.depth_records") == static_cast<int>(expected); },
      seconds(30)))
      << terminal->status();
  EXPECT_LT(terminal->process().resident_kib(), memory_bound_kib);
  proxy->set_down(false);
  const auto began = Clock::now();
  ASSERT_TRUE(drained(seconds(120))) << terminal->status();
  const double took = std::chrono::duration<double>(Clock::now() - began).count();
  std::cout << expected << " records of an hour caught up in " << took << " s, " << 3600 / took
            << " times real time, reconnecting included; " << terminal->process().resident_kib()
            << " KiB resident\n";
  expect_every_record_once();
}

TEST_F(Link, CutInTheMiddleOfFramesLosesNothing) {
  play(3 * 3600, "600");  // more records than the cuts below can let through
  std::mt19937 random(7);
  std::uniform_int_distribution<int> bytes(1, 6000);
  constexpr int wanted_cuts = 20;
  for (int n = 0; n < wanted_cuts; ++n) {
    const auto cuts = proxy->cuts();
    proxy->cut_after(bytes(random));
    if (!wait_until([&] { return proxy->cuts() > cuts; }, seconds(60))) break;  // all is sent
  }
  EXPECT_EQ(proxy->cuts(), wanted_cuts);
  proxy->cut_after(-1);
  ASSERT_TRUE(played()) << terminal->status();
  ASSERT_TRUE(drained(seconds(120))) << terminal->status();
  std::cout << proxy->cuts() << " cuts, " << proxy->connections() << " connections\n";
  expect_every_record_once();
}

TEST_F(Link, ATrickleIsUsedAndMemoryStaysBounded) {
  proxy->set_rate(2'000);
  play(12 * 3600, "0");  // some 290 kB: more than the trickle carries in the two minutes below
  ASSERT_TRUE(played()) << terminal->status();
  const auto sent = proxy->bytes_up();
  ASSERT_TRUE(wait_until([&] { return proxy->bytes_up() > sent + 8'000; }, seconds(60)));
  EXPECT_GT(terminal->status_number("outbox.depth_records"), 0);
  EXPECT_LT(terminal->process().resident_kib(), memory_bound_kib);
  // Slower than it would like, but the books grow in the meantime.
  ASSERT_TRUE(wait_until([&] { return terminal->status_number("uplink.batches_acknowledged") > 0; },
                         seconds(120)))
      << terminal->status();
  proxy->set_rate(0);
  ASSERT_TRUE(drained(seconds(120))) << terminal->status();
  std::cout << expected << " records, " << proxy->bytes_up() << " bytes\n";
  expect_every_record_once();
}

}  // namespace
}  // namespace lujing::testing
