// The power is cut at a random operation of the disk, thousands of times, under load: append,
// commit, acknowledge, thin, close and open. What commit() returned for is there afterwards.
#include "tests/fault/outbox/shadow.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/random_records.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace lujing::test {
namespace {

constexpr std::uint64_t cuts_a_disk = 25;

std::uint64_t cuts_wanted() {
  const char* text = std::getenv("LUJING_POWER_CUTS");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 2000;
}

struct Totals {
  std::uint64_t cuts = 0;
  std::uint64_t opened = 0;
  std::uint64_t commits = 0;
  std::uint64_t thinned = 0;
  std::uint64_t checked = 0;
  std::uint64_t cut_while_opening = 0;
};

/// One vehicle's life: a disk, an outbox, and cuts.
class Life {
 public:
  Life(std::uint64_t seed, Totals& totals)
      : random_(seed), disk_(seed), records_(seed), tight_(seed % 3 == 0), totals_(totals) {
    options_.path = "outbox.db";
    options_.vfs = disk_.vfs_name();
    options_.max_bytes = tight_ ? 80u << 10 : 4u << 20;  // a tight one has to thin
    options_.reserve_bytes = 16 << 10;
    options_.batch_records = seed % 4 == 0 || tight_ ? 60 : 12;
  }

  std::string run() {
    for (std::uint64_t n = 0; n < cuts_a_disk; ++n) {
      constexpr std::uint64_t spans[] = {40, 100, 200, 600};
      disk_.cut_power_after(1 + random_() % spans[random_() % 4]);
      if (auto wrong = work_until_cut(); !wrong.empty()) return wrong;
      ++totals_.cuts;
      disk_.power_on();
      auto box = outbox::Outbox::open(options_);
      if (!box) return "did not start: " + box.error().what();
      ++totals_.opened;
      if (shadow_.next_seq() > 1 && (*box)->stats().moved_aside != aside_)
        return "a file was moved aside: " + (*box)->stats().last_damage;
      aside_ = (*box)->stats().moved_aside;
      if (auto wrong = shadow_.reopened(**box); !wrong.empty()) return wrong;
    }
    totals_.checked += shadow_.records_checked();
    return {};
  }

 private:
  std::string work_until_cut() {
    while (!disk_.power_is_off()) {
      auto opened = outbox::Outbox::open(options_);
      if (!opened) {
        if (!disk_.power_is_off()) return "did not open: " + opened.error().what();
        ++totals_.cut_while_opening;
        return {};
      }
      auto box = std::move(*opened);
      const std::string changed = shadow_.reopened(*box);
      if (disk_.power_is_off()) return {};
      if (!changed.empty()) return "after a clean end: " + changed;
      const std::uint64_t steps = 20 + random_() % 300;
      std::string wrong;
      for (std::uint64_t step = 0; step < steps && !disk_.power_is_off() && wrong.empty(); ++step)
        wrong = one_step(*box);
      totals_.thinned += box->stats().thinned_records;
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  std::string one_step(outbox::Outbox& box) {
    const std::uint64_t dice = random_() % 100;
    if (dice < 45) {
      std::vector<protocol::Record> some;
      for (std::uint64_t n = 1 + random_() % (dice < 3 ? 200 : 4); n > 0; --n)
        some.push_back(records_.any());
      shadow_.append(box, std::move(some));
      return {};
    }
    if (dice < 90) {
      const bool done = static_cast<bool>(box.commit());
      if (!done) return disk_.power_is_off() ? "" : "commit: " + box.stats().last_error;
      ++totals_.commits;
      return shadow_.committed(box);
    }
    const std::uint64_t held = box.stats().next_seq - box.stats().oldest_seq;
    const std::uint64_t most = tight_ ? 20 : held;  // a platform that is hardly ever there
    if (held > 0)
      shadow_.acknowledge(box, box.stats().oldest_seq + random_() % std::min(held, most));
    return {};
  }

  std::mt19937_64 random_;
  FaultDisk disk_;
  RandomRecords records_;
  bool tight_;
  Shadow shadow_;
  outbox::Options options_;
  std::uint64_t aside_ = 0;
  Totals& totals_;
};

TEST(OutboxPowerCut, NothingCommittedIsEverLost) {
  Totals totals;
  for (std::uint64_t seed = 1; totals.cuts < cuts_wanted(); ++seed) {
    const std::string wrong = Life(seed, totals).run();
    ASSERT_EQ(wrong, "") << "seed " << seed << ", cut " << totals.cuts;
  }
  std::cout << totals.cuts << " power cuts (" << totals.cut_while_opening
            << " of them while opening), " << totals.opened << " starts, 0 failed, "
            << totals.commits << " commits, " << totals.checked
            << " records read again and checked, " << totals.thinned << " thinned\n";
  EXPECT_GT(totals.thinned, 0u);
}

}  // namespace
}  // namespace lujing::test
