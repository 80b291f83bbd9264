// The desk: from an offer to an answer, and what a cut leaves.
#include "terminal/directives/desk.h"

#include "protocol/chain.h"
#include "terminal/directives/folder.h"
#include "tests/support/heard.h"
#include "tests/unit/directives/signer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <mutex>

namespace lujing::directives {
namespace {

using protocol::DirectiveHead;
using protocol::DirectiveOutcome;
using test_support::eventually;
using tests::Signer;

class DeskTest : public testing::Test {
 protected:
  DeskTest() { open(); }

  void open() {
    desk_.reset();
    DeskOptions options;
    options.folder = dir_.path("directives");
    options.authority = authority_;
    options.own_rule_set = "default@1";
    options.name_of_rule_set = [](std::string_view body) { return "city@" + std::string(body); };
    options.tell_core = [this](const hal::DirectiveInForce& told) {
      const std::lock_guard lock(mutex_);
      if (full_ > 0) {
        --full_;
        return false;
      }
      told_.push_back(told);
      return true;
    };
    options.log = [](const std::string&) {};
    desk_ = std::make_unique<Desk>(std::move(options));
  }
  std::vector<hal::DirectiveInForce> told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  /// What a core that takes everything but "bad" would say.
  protocol::DirectiveRecord verdict_of(const DirectiveHead& head, const std::string& body) {
    return {head.name, head.version,
            body == "bad"      ? DirectiveOutcome::refused
            : head.withdraws() ? DirectiveOutcome::withdrawn
                               : DirectiveOutcome::applied,
            protocol::to_hex(head.sha256), body == "bad" ? "street 7 is not known" : ""};
  }
  uplink::DirectiveAnswer answer() {
    std::optional<uplink::DirectiveAnswer> got;
    EXPECT_TRUE(eventually([&] { return (got = desk_->next_answer()).has_value(); }));
    return got.value_or(uplink::DirectiveAnswer{});
  }
  bool arrive(const DirectiveHead& head, const std::string& body) {
    if (desk_->offer(head)) return false;
    const auto before = told().size();
    desk_->take(head, body);
    return eventually([&] { return told().size() > before; });
  }
  /// The whole way.
  uplink::DirectiveAnswer send(const std::string& name, std::uint64_t version,
                               const std::string& body, const Signer& signer = Signer::ours()) {
    const auto head = signer.head(name, version, body);
    if (auto no = desk_->offer(head)) return *no;
    EXPECT_TRUE(arrive(head, body));
    EXPECT_TRUE(body.empty() || *desk_->library()->find(head.sha256) == body);
    desk_->judged(verdict_of(head, body));
    return answer();
  }

  tests::TempDir dir_;
  std::string authority_ = Signer::ours().certificate();
  mutable std::mutex mutex_;
  std::vector<hal::DirectiveInForce> told_;
  int full_ = 0;
  std::unique_ptr<Desk> desk_;
};

TEST_F(DeskTest, WhatTheCoreTakesIsInForceAndSurvives) {
  EXPECT_EQ(desk_->standing().rule_set, "default@1");
  EXPECT_TRUE(send("rule_set", 4, "4").applied);
  EXPECT_EQ(desk_->standing().rule_set, "city@4");
  ASSERT_EQ(desk_->standing().versions.size(), 1U);
  EXPECT_EQ(desk_->standing().versions[0].second, 4U);
  open();
  EXPECT_EQ(desk_->standing().rule_set, "city@4");
  ASSERT_EQ(desk_->in_force().size(), 1U);
  EXPECT_EQ(*desk_->library()->find(desk_->in_force()[0].sha256), "4");
}

TEST_F(DeskTest, WhatTheCoreRefusesIsAnsweredWithItsReasonAndTheOldOneStays) {
  EXPECT_TRUE(send("rule_set", 4, "4").applied);
  const auto no = send("rule_set", 5, "bad");
  EXPECT_FALSE(no.applied);
  EXPECT_EQ(no.reason, "street 7 is not known");
  EXPECT_EQ(desk_->standing().rule_set, "city@4");
  open();
  EXPECT_EQ(desk_->standing().rule_set, "city@4");
  EXPECT_TRUE(send("rule_set", 5, "5").applied);
}

TEST_F(DeskTest, AForeignOrAnOlderOneIsRefusedBeforeItsBodyComes) {
  EXPECT_TRUE(send("rule_set", 4, "4").applied);
  EXPECT_EQ(send("rule_set", 5, "5", Signer::theirs()).reason,
            "its signature is not the authority's");
  EXPECT_EQ(send("rule_set", 3, "3").reason,
            "version 3 is older than version 4, which is in force");
  EXPECT_EQ(send("rule_set", 4, "other").reason,
            "version 4 is in force with another body; give the new one a new version");
  EXPECT_TRUE(send("rule_set", 4, "4").applied) << "the same again: nothing to do";
  EXPECT_EQ(told().size(), 1U);
  EXPECT_EQ(desk_->stats().refused, 3U);
}

TEST_F(DeskTest, ABodyThatIsNotTheSignedOneIsRefused) {
  const auto head = Signer::ours().head("plan", 1, "plan");
  ASSERT_FALSE(desk_->offer(head));
  desk_->take(head, "plam");
  EXPECT_EQ(answer().reason, "the body that came is not the one that was signed");
  EXPECT_TRUE(told().empty());
}

TEST_F(DeskTest, WithdrawingGoesBackToTheVehiclesOwn) {
  EXPECT_TRUE(send("rule_set", 4, "4").applied);
  EXPECT_TRUE(send("rule_set", 5, "").applied);
  EXPECT_EQ(desk_->standing().rule_set, "default@1");
  open();
  EXPECT_EQ(desk_->standing().rule_set, "default@1");
  EXPECT_EQ(desk_->standing().versions[0].second, 5U);
  EXPECT_FALSE(send("rule_set", 4, "4").applied) << "an old one is no way back";
}

TEST_F(DeskTest, ACutBeforeTheVerdictLeavesTheOldOne) {
  EXPECT_TRUE(send("rule_set", 4, "4").applied);
  ASSERT_TRUE(arrive(Signer::ours().head("rule_set", 5, "5"), "5"));
  open();
  EXPECT_EQ(desk_->standing().rule_set, "city@4");
  EXPECT_TRUE(send("rule_set", 5, "5").applied);
}

TEST_F(DeskTest, SentTwiceBeforeTheVerdictIsToldOnce) {
  const auto head = Signer::ours().head("plan", 5, "plan");
  ASSERT_TRUE(arrive(head, "plan"));
  ASSERT_FALSE(desk_->offer(head));
  desk_->take(head, "plan");
  desk_->judged(verdict_of(head, "plan"));
  EXPECT_TRUE(answer().applied);
  EXPECT_EQ(told().size(), 1U);
}

TEST_F(DeskTest, WaitsForACoreThatHasNoRoom) {
  full_ = 2;
  EXPECT_TRUE(send("plan", 1, "plan").applied);
}

TEST_F(DeskTest, ADiskThatFailsIsNotAnAnswer) {
  EXPECT_TRUE(send("rule_set", 4, "4").applied);
  const auto head = Signer::ours().head("rule_set", 5, "5");
  ASSERT_TRUE(arrive(head, "5"));
  // The head's place is taken by a folder: it cannot be replaced.
  std::filesystem::create_directories(dir_.path("directives/rule_set.directive.new/x"));
  desk_->judged(verdict_of(head, "5"));
  ASSERT_TRUE(eventually([&] { return desk_->stats().errors == 1; }));
  EXPECT_FALSE(desk_->next_answer());
  EXPECT_EQ(desk_->standing().rule_set, "city@4");
  // It comes again, the core has nothing to say about it, and now it can be kept.
  std::filesystem::remove_all(dir_.path("directives/rule_set.directive.new"));
  ASSERT_FALSE(desk_->offer(head));
  desk_->take(head, "5");
  EXPECT_TRUE(answer().applied);
  EXPECT_EQ(told().size(), 2U);
  EXPECT_EQ(desk_->standing().rule_set, "city@5");
}

TEST_F(DeskTest, ADriversTextIsReadOutOnce) {
  const auto head = Signer::ours().head("driver_text", 1, "前方积水");
  ASSERT_TRUE(arrive(head, "前方积水"));
  const auto verdict = verdict_of(head, "前方积水");
  EXPECT_EQ(desk_->text_for_driver(verdict), "前方积水");
  desk_->judged(verdict);
  EXPECT_TRUE(answer().applied);
  EXPECT_FALSE(desk_->text_for_driver(verdict));
  open();
  EXPECT_EQ(desk_->in_force().size(), 1U);
  EXPECT_FALSE(desk_->text_for_driver(verdict)) << "he has heard it before the restart";
}

TEST_F(DeskTest, WhatANewVersionOfTheSoftwareRefusesIsNotClaimedToBeInForce) {
  EXPECT_TRUE(send("rule_set", 4, "4").applied);
  open();
  auto verdict = verdict_of(Signer::ours().head("rule_set", 4, "4"), "4");
  verdict.outcome = DirectiveOutcome::refused;
  desk_->judged(verdict);
  EXPECT_TRUE(eventually([&] { return desk_->standing().versions.empty(); }));
}

}  // namespace
}  // namespace lujing::directives
