// What is signed, and the head that a vehicle keeps.
#include "protocol/directive.h"
#include "tests/unit/directives/signer.h"

#include <gtest/gtest.h>

namespace lujing::protocol {
namespace {

using tests::Signer;

DirectiveAuthority authority_of(const Signer& signer) {
  auto authority = DirectiveAuthority::from_pem(signer.pem());
  if (!authority) throw std::runtime_error(authority.error().what());
  return *authority;
}

TEST(Envelope, TheSignatureHoldsForThatNameVersionAndBodyOnly) {
  const auto authority = authority_of(Signer::ours());
  const DirectiveHead good = Signer::ours().head("rule_set", 7, "body");
  EXPECT_TRUE(authority.signed_this(good));
  DirectiveHead other = good;
  other.name = "plan";
  EXPECT_FALSE(authority.signed_this(other));
  other = good;
  other.version = 8;
  EXPECT_FALSE(authority.signed_this(other));
  other = good;
  other.sha256 = sha256_of("bodY");
  EXPECT_FALSE(authority.signed_this(other));
  for (const std::string& signature : {std::string(), std::string("x"), std::string(300, 'x'),
                                       good.signature + "x", good.signature.substr(1)}) {
    other = good;
    other.signature = signature;
    EXPECT_FALSE(authority.signed_this(other));
  }
  EXPECT_FALSE(authority_of(Signer::theirs()).signed_this(good));
  EXPECT_FALSE(DirectiveAuthority::from_pem("no certificate"));
  EXPECT_FALSE(DirectiveAuthority::from_pem(""));
}

TEST(Envelope, AHeadComesBackFromItsText) {
  const DirectiveHead head = Signer::ours().head("permits", UINT64_MAX, "核准证");
  const auto again = parse_directive_head(to_text(head));
  ASSERT_TRUE(again) << again.error().what();
  EXPECT_EQ(*again, head);
  const DirectiveHead withdrawn = Signer::ours().head("plan", 1, "");
  EXPECT_TRUE(withdrawn.withdraws());
  EXPECT_EQ(withdrawn.sha256, sha256_of_nothing);
  ASSERT_TRUE(parse_directive_head(to_text(withdrawn)));
}

TEST(Envelope, EachTruncationAndEachFlippedBitOfAHeadIsRefused) {
  const std::string text = to_text(Signer::ours().head("rule_set", 12, "body"));
  for (std::size_t size = 0; size < text.size(); ++size) {
    ASSERT_FALSE(parse_directive_head(text.substr(0, size))) << size;
  }
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string wrong = text;
    wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_FALSE(parse_directive_head(wrong)) << bit;
  }
  EXPECT_FALSE(parse_directive_head(text + "\n"));
}

TEST(Envelope, AHeadThatContradictsItselfIsRefused) {
  DirectiveHead head = Signer::ours().head("rule_set", 1, "body");
  head.bytes = 0;
  EXPECT_FALSE(parse_directive_head(to_text(head)));
  head = Signer::ours().head("rule_set", 0, "body");
  EXPECT_FALSE(parse_directive_head(to_text(head)));
  head = Signer::ours().head("horoscope", 1, "body");
  EXPECT_FALSE(parse_directive_head(to_text(head)));
}

TEST(Envelope, ReadsHexadecimalHashesOnlyWhole) {
  const std::string digits(64, 'a');
  ASSERT_TRUE(sha256_from_hex(digits));
  EXPECT_FALSE(sha256_from_hex(digits.substr(1)));
  EXPECT_FALSE(sha256_from_hex(digits + "a"));
  EXPECT_FALSE(sha256_from_hex(std::string(64, 'g')));
}

}  // namespace
}  // namespace lujing::protocol
