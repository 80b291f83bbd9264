// kill -9 of terminal, gateway, or both, at random moments under load.

#include "tests/e2e/main/books.h"
#include "tests/fault/app/rig.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

namespace lujing::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

int kills_wanted() {
  const char* text = std::getenv("LUJING_KILLS");
  return text != nullptr ? std::atoi(text) : 300;
}

TEST(Kill, NothingCommittedIsLostAndNothingIsBookedTwice) {
  const TempDir dir;
  write_ride(dir / "ride.ljj", 1800);
  PlatformUnderTest platform(dir);
  platform.start();
  TerminalSetup setup;
  setup.more = eager_uplink();
  TerminalUnderTest terminal(dir, platform, setup);
  // Half an hour in about nine seconds: records are made, committed and sent at every moment.
  const std::vector<std::string> load = {"--replay", dir / "ride.ljj", "--replay-speed", "200"};

  std::mt19937 random(20'231'121);
  std::uniform_int_distribution<int> pause_ms(0, 500);
  std::uniform_int_distribution<int> victim(0, 2);
  Mark before;
  int terminals = 0;
  int gateways = 0;
  const int wanted = kills_wanted();
  terminal.start(load);
  for (int n = 0; n < wanted; ++n) {
    std::this_thread::sleep_for(milliseconds(pause_ms(random)));
    const int who = victim(random);
    if (who != 1) {
      ASSERT_TRUE(terminal.process().running()) << terminal.process().log();
      terminal.kill();
      ++terminals;
      const Mark mark = read_outbox(terminal.data_dir());
      if (before.epoch != 0) {
        ASSERT_EQ(mark.epoch, before.epoch) << "an epoch was given up without damage";
      }
      if (mark.epoch != 0) {
        ASSERT_GE(mark.next_seq, before.next_seq) << "committed records are gone";
        before = mark;
      }
    }
    if (who != 0) {
      platform.kill();
      ++gateways;
      platform.start();
    }
    if (who != 1) terminal.start(load);
  }
  terminal.kill();
  // A last start without load: what is left goes to the books.
  terminal.start();
  ASSERT_TRUE(
      wait_until([&] { return terminal.status_number("outbox.depth_records") == 0; }, seconds(120)))
      << terminal.status();
  EXPECT_EQ(terminal.stop(), 0);
  platform.stop();

  const Mark end = read_outbox(terminal.data_dir());
  const Books books = read_books(platform.ledger_path(), "M-003");
  ASSERT_EQ(books.epochs.size(), 1u);
  EXPECT_EQ(books.epochs[0], end.epoch);
  // The stop itself may have written records that only the next start will send.
  EXPECT_LE(books.records.size(), end.next_seq - 1);
  EXPECT_GE(books.records.size(), before.next_seq - 1);
  std::cout << terminals << " kills of the terminal, " << gateways << " of the platform; "
            << books.records.size() << " records, each once, in sequence, chain unbroken\n";
}

}  // namespace
}  // namespace lujing::testing
