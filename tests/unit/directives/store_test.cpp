// The platform's side: what is kept, for whom it is meant, and what is sent to whom.
#include "platform/directives/store.h"

#include "platform/directives/sender.h"
#include "platform/directives/target.h"
#include "tests/support/heard.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <mutex>

namespace lujing::directives {
namespace {

using test_support::eventually;

TEST(Targets, AreReadAndMeant) {
  const auto targets = parse_targets("type:muck,M-003,group:night");
  ASSERT_TRUE(targets);
  EXPECT_EQ(to_text(*targets), "M-003,group:night,type:muck");
  EXPECT_TRUE(is_meant_for(*targets, {"M-003", "sweeper", {}}));
  EXPECT_TRUE(is_meant_for(*targets, {"X", "muck", {}}));
  EXPECT_TRUE(is_meant_for(*targets, {"X", "sweeper", {"night"}}));
  EXPECT_FALSE(is_meant_for(*targets, {"X", "sweeper", {"day"}}));
  EXPECT_TRUE(is_meant_for({"all"}, {"X", "", {}}));
  for (const char* wrong : {"", "type:boat", "M 3", "group:", "M-003,", ",all", "group:a b"}) {
    EXPECT_FALSE(parse_targets(wrong)) << wrong;
  }
}

class StoreTest : public testing::Test {
 protected:
  StoreTest() : store_(*Store::open(path())) {}
  std::string path() const { return dir_.path("directives.db"); }
  Result<void> put(const std::string& name, std::uint64_t version, const std::string& body,
                   const std::string& targets = "all") {
    Entry entry;
    entry.head = {name, version, protocol::sha256_of(body), body.size(), "signed"};
    entry.targets = *parse_targets(targets);
    entry.note = "why";
    entry.created_utc_ms = 5;
    return store_.put(entry, body);
  }
  tests::TempDir dir_;
  Store store_;
};

TEST_F(StoreTest, KeepsWhatWasPut) {
  const std::string body("b\0dy", 4);
  ASSERT_TRUE(put("roads", 2, body, "type:muck"));
  ASSERT_TRUE(put("roads", 3, ""));
  const auto refused = put("roads", 3, "again");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what(), "roads has version 3 already; the next one is 4");
  EXPECT_FALSE(put("roads", 1, "older"));
  auto second = Store::open(path());
  ASSERT_TRUE(second);
  const auto entries = second->entries();
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 2U);
  EXPECT_TRUE((*entries)[0].head.withdraws());
  EXPECT_EQ((*entries)[1].head.sha256, protocol::sha256_of(body));
  EXPECT_EQ((*entries)[1].head.signature, "signed");
  EXPECT_EQ((*entries)[1].targets, std::vector<std::string>{"type:muck"});
  EXPECT_EQ(*second->body("roads", 2), body);
  EXPECT_FALSE(second->body("roads", 9));
  EXPECT_EQ(*second->newest_version("roads"), 3U);
  EXPECT_EQ(*second->newest_version("plan"), 0U);
}

TEST_F(StoreTest, RefusesAFileOfAnotherProgram) {
  const std::string other = dir_.path("other.db");
  ASSERT_TRUE(
      ledger::Database::open(other, ledger::Database::Mode::create)->exec("CREATE TABLE t(x)"));
  EXPECT_FALSE(Store::open(other));
}

/// The gateway as the sender sees it.
class SenderTest : public StoreTest {
 protected:
  SenderTest() : sender_(std::move(*Sender::start(path()))) {
    sender_->begin([this](const std::string& terminal,
                          std::shared_ptr<const gateway::OutgoingDirective> directive) {
      const std::lock_guard lock(mutex_);
      sent_.push_back(terminal + " " + directive->name + " " + std::to_string(directive->version) +
                      " " + directive->body);
      return true;
    });
  }
  void hello(const std::string& terminal, const std::string& type,
             const std::vector<std::pair<std::string, std::uint64_t>>& active = {},
             const std::string& software = "1") {
    sender_->greeted({terminal, type, software, active});
  }
  bool wait_sent(const std::vector<std::string>& wanted) {
    const bool there = eventually([&] {
      const std::lock_guard lock(mutex_);
      return sent_.size() >= wanted.size();
    });
    const std::lock_guard lock(mutex_);
    EXPECT_EQ(sent_, wanted);
    return there;
  }
  std::mutex mutex_;
  std::vector<std::string> sent_;
  std::unique_ptr<Sender> sender_;
};

TEST_F(SenderTest, SendsTheNewestThatIsMeantAndNewerThanWhatIsThere) {
  ASSERT_TRUE(put("rule_set", 1, "one"));
  ASSERT_TRUE(put("rule_set", 2, "two"));
  ASSERT_TRUE(put("rule_set", 3, "three", "type:sweeper"));
  ASSERT_TRUE(put("plan", 1, "p", "M-001"));
  hello("M-003", "muck", {{"rule_set", 1}});
  EXPECT_TRUE(wait_sent({"M-003 rule_set 2 two"}));
  hello("M-004", "muck", {{"rule_set", 2}});
  hello("M-001", "sweeper", {{"rule_set", 2}});
  EXPECT_TRUE(wait_sent({"M-003 rule_set 2 two", "M-001 plan 1 p", "M-001 rule_set 3 three"}));
}

TEST_F(SenderTest, SendsWhatIsPutWhileATerminalIsOnLine) {
  hello("M-003", "muck");
  ASSERT_TRUE(put("plan", 1, "p", "M-003"));
  EXPECT_TRUE(wait_sent({"M-003 plan 1 p"}));
  ASSERT_TRUE(store_.set_group("night", {"M-003"}));
  ASSERT_TRUE(put("fences", 1, "f", "group:night"));
  EXPECT_TRUE(wait_sent({"M-003 plan 1 p", "M-003 fences 1 f"}));
}

TEST_F(SenderTest, KnowsFromTheHelloWhatAnAnswerThatWasLostWouldHaveSaid) {
  ASSERT_TRUE(put("rule_set", 1, "one"));
  hello("M-003", "muck", {{"rule_set", 1}});
  ASSERT_TRUE(eventually([&] { return !store_.verdicts()->empty(); }));
  EXPECT_TRUE(store_.verdicts()->front().applied);
}

TEST_F(SenderTest, KeepsTheAnswersAndAsksTheSameSoftwareOnce) {
  ASSERT_TRUE(put("rule_set", 1, "one"));
  hello("M-003", "muck");
  EXPECT_TRUE(wait_sent({"M-003 rule_set 1 one"}));
  sender_->answered("M-003", "rule_set", 1, false, "line 3: no such rule");
  ASSERT_TRUE(eventually([&] { return !store_.verdicts()->empty(); }));
  const auto verdicts = *store_.verdicts();
  EXPECT_EQ(verdicts[0].reason, "line 3: no such rule");
  EXPECT_EQ(verdicts[0].software, "1");
  hello("M-003", "muck");
  hello("M-004", "muck");
  EXPECT_TRUE(wait_sent({"M-003 rule_set 1 one", "M-004 rule_set 1 one"}));
  hello("M-003", "muck", {}, "2");
  EXPECT_TRUE(wait_sent({"M-003 rule_set 1 one", "M-004 rule_set 1 one", "M-003 rule_set 1 one"}));
}

}  // namespace
}  // namespace lujing::directives
