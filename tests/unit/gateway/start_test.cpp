// What is refused at the start, with the item named.
#include "platform/gateway/gateway.h"
#include "platform/pki/pki.h"
#include "tests/support/gateway_rig.h"

#include <gtest/gtest.h>

#include <fstream>

namespace lujing::gateway {
namespace {

struct StartTest : ::testing::Test {
  tests::TempDir dir;
  tests::RecordingEvents events;
  std::unique_ptr<ledger::Ledger> books;
  GatewayConfig config;

  void SetUp() override {
    ASSERT_TRUE(pki::create_authority(dir.path("ca")));
    auto own = pki::issue_gateway(dir.path("ca"), {"127.0.0.1"}, dir.path("gw"));
    ASSERT_TRUE(own);
    auto opened = ledger::Ledger::open(dir.path("ledger.db"));
    ASSERT_TRUE(opened);
    books = std::move(*opened);
    config.host = "127.0.0.1";
    config.port = 0;
    config.authority = own->authority;
    config.certificate = own->certificate;
    config.key = own->key;
  }
  std::string refused() {
    auto started = Gateway::start(config, *books, events);
    EXPECT_FALSE(started);
    return started ? "" : started.error().what();
  }
};

TEST_F(StartTest, AMissingOrForeignFileIsNamed) {
  const auto good = config;
  config.certificate = dir.path("none.crt");
  EXPECT_NE(refused().find("none.crt"), std::string::npos);
  config = good;
  config.key = dir.path("ca/ca.key");
  EXPECT_NE(refused().find("ca.key"), std::string::npos);
  config = good;
  config.authority = dir.path("text");
  std::ofstream(dir.path("text")) << "not a certificate";
  EXPECT_NE(refused().find("gateway.authority"), std::string::npos);
}

TEST_F(StartTest, ACertificateThatItsAuthorityDidNotSignIsRefused) {
  const auto other = pki::create_authority(dir.path("other-ca"));
  ASSERT_TRUE(other);
  config.authority = other->certificate;
  EXPECT_NE(refused().find("does not stand behind it"), std::string::npos);
}

TEST_F(StartTest, AnAddressThatIsTakenOrNoneIsNamed) {
  auto first = Gateway::start(config, *books, events);
  ASSERT_TRUE(first) << first.error().what();
  config.port = (*first)->port();
  EXPECT_NE(refused().find("in use"), std::string::npos);
  config.host = "gateway.example.org";
  EXPECT_NE(refused().find("give an address"), std::string::npos);
}

}  // namespace
}  // namespace lujing::gateway
