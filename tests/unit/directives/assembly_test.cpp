// A directive out of its pieces, and everything that can be wrong with them.
#include "terminal/uplink/assembly.h"

#include "protocol/wire.pb.h"

#include <gtest/gtest.h>

namespace lujing::uplink {
namespace {

class ListInbox : public DirectiveInbox {
 public:
  Standing standing() const override { return {}; }
  std::optional<DirectiveAnswer> offer(const protocol::DirectiveHead& head) override {
    offered.push_back(head);
    if (!willing) return DirectiveAnswer{head.name, head.version, false, "no"};
    return std::nullopt;
  }
  void take(const protocol::DirectiveHead& head, std::string body) override {
    EXPECT_EQ(head, offered.back());
    bodies.push_back(std::move(body));
  }
  std::optional<DirectiveAnswer> next_answer() override { return std::nullopt; }
  void when_answered(std::function<void()>) override {}

  bool willing = true;
  std::vector<protocol::DirectiveHead> offered;
  std::vector<std::string> bodies;
};

struct Bench {
  ListInbox inbox;
  Assembly assembly;
  std::string body = std::string(100, 'a') + std::string(50, 'b');

  wire::Directive piece(std::size_t offset, std::size_t bytes) const {
    wire::Directive made;
    made.set_name("roads");
    made.set_version(3);
    made.set_body(body.substr(offset, bytes));
    made.set_body_size(body.size());
    made.set_offset(offset);
    const auto hash = protocol::sha256_of(body);
    made.set_body_sha256(std::string(hash.begin(), hash.end()));
    if (offset == 0) made.set_signature("signed");
    return made;
  }
  std::optional<DirectiveAnswer> take(const wire::Directive& made) {
    return assembly.take(made, inbox);
  }
};

TEST(Assembly, PutsPiecesTogether) {
  Bench bench;
  EXPECT_FALSE(bench.take(bench.piece(0, 60)));
  EXPECT_FALSE(bench.take(bench.piece(60, 60)));
  EXPECT_TRUE(bench.inbox.bodies.empty());
  EXPECT_FALSE(bench.take(bench.piece(120, 30)));
  EXPECT_EQ(bench.inbox.bodies, std::vector<std::string>{bench.body});
  EXPECT_EQ(bench.inbox.offered[0].signature, "signed");
  EXPECT_EQ(bench.inbox.offered[0].bytes, 150U);
}

TEST(Assembly, TakesABodyInOneFrameWithoutItsSizeAndHash) {
  Bench bench;
  auto whole = bench.piece(0, 150);
  whole.clear_body_size();
  whole.clear_body_sha256();
  EXPECT_FALSE(bench.take(whole));
  EXPECT_EQ(bench.inbox.bodies, std::vector<std::string>{bench.body});
  EXPECT_EQ(bench.inbox.offered[0].sha256, protocol::sha256_of(bench.body));
}

TEST(Assembly, TakesAnEmptyBody) {
  Bench bench;
  bench.body.clear();
  EXPECT_FALSE(bench.take(bench.piece(0, 0)));
  EXPECT_EQ(bench.inbox.bodies, std::vector<std::string>{""});
  EXPECT_TRUE(bench.inbox.offered[0].withdraws());
}

TEST(Assembly, PassesOverWhatIsStillOnItsWayAfterARefusal) {
  Bench bench;
  bench.inbox.willing = false;
  ASSERT_TRUE(bench.take(bench.piece(0, 60)));
  EXPECT_FALSE(bench.take(bench.piece(60, 60)));
  EXPECT_FALSE(bench.take(bench.piece(120, 30)));
  EXPECT_TRUE(bench.inbox.bodies.empty());
  bench.inbox.willing = true;
  EXPECT_FALSE(bench.take(bench.piece(0, 150)));
  EXPECT_EQ(bench.inbox.bodies.size(), 1U);
}

TEST(Assembly, BeginsAnewWithAFirstPiece) {
  Bench bench;
  EXPECT_FALSE(bench.take(bench.piece(0, 60)));
  EXPECT_FALSE(bench.take(bench.piece(0, 100)));
  EXPECT_FALSE(bench.take(bench.piece(100, 50)));
  EXPECT_EQ(bench.inbox.bodies, std::vector<std::string>{bench.body});
}

TEST(Assembly, RefusesPiecesThatDoNotFollowOn) {
  Bench bench;
  EXPECT_FALSE(bench.take(bench.piece(0, 60)));
  const auto gap = bench.take(bench.piece(70, 60));
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->reason, "its pieces came out of order");
  EXPECT_FALSE(bench.take(bench.piece(60, 60))) << "it has been answered";
  EXPECT_FALSE(bench.take(bench.piece(0, 60)));
  EXPECT_EQ(bench.take(bench.piece(60, 0))->reason, "a piece is empty");
  EXPECT_FALSE(bench.take(bench.piece(0, 60)));
  auto longer = bench.piece(60, 60);
  longer.set_body(std::string(91, 'x'));
  EXPECT_EQ(bench.take(longer)->reason, "its pieces are longer than its body_size");
  EXPECT_TRUE(bench.inbox.bodies.empty());
}

TEST(Assembly, RefusesWhatItCannotKnowOrHold) {
  Bench bench;
  auto odd = bench.piece(0, 60);
  odd.set_name("horoscope");
  EXPECT_EQ(bench.take(odd)->reason, "this version of the terminal does not know that kind");
  odd.set_name(std::string(1000, 'n'));
  EXPECT_EQ(bench.take(odd)->name, "");
  odd = bench.piece(0, 60);
  odd.set_body_size(UINT64_MAX);
  ASSERT_TRUE(bench.take(odd));
  odd = bench.piece(0, 60);
  odd.set_body_sha256("short");
  EXPECT_EQ(bench.take(odd)->reason, "it comes in pieces without body_sha256");
  EXPECT_TRUE(bench.inbox.offered.empty());
}

}  // namespace
}  // namespace lujing::uplink
