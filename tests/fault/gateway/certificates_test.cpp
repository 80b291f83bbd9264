// Who may not speak: each is refused with a counted reason.
#include "protocol/wire.pb.h"
#include "tests/fault/gateway/beside.h"

namespace lujing::gateway {
namespace {

using tests::ClientCertificate;
using tests::GatewayRig;
using tests::TlsClient;
using tests::Vehicle;

void expect_refused_by_tls(GatewayRig& rig, const ClientCertificate& certificate) {
  TlsClient client(rig.port(), certificate);
  if (client.connect()) {
    EXPECT_FALSE(client.receive());
  }
  EXPECT_TRUE(client.closed());
  EXPECT_TRUE(rig.wait_ended(Ended::tls, 1));
}

TEST(Certificates, OfAnotherAuthority) {
  GatewayRig rig;
  const Beside beside(rig);
  expect_refused_by_tls(rig, rig.foreign_certificate("M-003"));
}

TEST(Certificates, Expired) {
  GatewayRig rig;
  const Beside beside(rig);
  expect_refused_by_tls(rig, rig.expired_certificate("M-003"));
}

TEST(Certificates, None) {
  GatewayRig rig;
  const Beside beside(rig);
  auto certificate = rig.certificate("M-003");
  certificate.key.clear();
  expect_refused_by_tls(rig, certificate);
}

TEST(Certificates, OneTerminalsWithAnothersId) {
  GatewayRig rig;
  const Beside beside(rig);
  Vehicle vehicle(rig, "M-003", 7);
  ASSERT_TRUE(vehicle.connect());
  ASSERT_TRUE(rig.wait_until([](const Stats& stats) { return stats.half_open == 0; }));
  TlsClient thief(rig.port(), rig.certificate("M-004"));
  ASSERT_TRUE(thief.connect());
  wire::Frame hello;
  hello.mutable_hello()->set_protocol(1);
  hello.mutable_hello()->set_terminal_id("M-003");
  hello.mutable_hello()->set_next_seq(1);
  ASSERT_TRUE(thief.send(hello));
  const auto answer = thief.receive();
  ASSERT_TRUE(answer && answer->has_error());
  EXPECT_EQ(answer->error().code(), wire::Error::WRONG_IDENTITY);
  EXPECT_NE(answer->error().reason().find("M-004"), std::string::npos);
  EXPECT_FALSE(thief.receive());
  EXPECT_TRUE(rig.wait_ended(Ended::wrong_identity, 1));
  EXPECT_EQ(rig.gateway().stats().ended_by(Ended::replaced), 0u) << "M-003 itself stays";
}

}  // namespace
}  // namespace lujing::gateway
