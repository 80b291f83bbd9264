// Those who come and do nothing, or almost nothing.
#include "protocol/wire.pb.h"
#include "tests/fault/gateway/beside.h"

#include <sys/socket.h>
#include <unistd.h>

#include <vector>

namespace lujing::gateway {
namespace {

using std::chrono::milliseconds;
using tests::GatewayRig;
using tests::TlsClient;
using tests::Vehicle;

struct Sockets {
  std::vector<int> all;
  ~Sockets() {
    for (const int fd : all) ::close(fd);
  }
};

TEST(Slowness, AThousandHalfOpenConnectionsStopNobody) {
  GatewayRig rig([](GatewayConfig& config) {
    config.limits.max_half_open = 200;
    config.timeouts.hello = milliseconds(2000);
  });
  const Beside beside(rig);
  Sockets idle;
  for (int i = 0; i < 1000; ++i) {
    idle.all.push_back(tests::connect_tcp(rig.port()));
    ASSERT_GE(idle.all.back(), 0);
  }
  ASSERT_TRUE(rig.wait_until([](const Stats& stats) { return stats.accepted >= 1001; }));
  EXPECT_LE(rig.gateway().stats().half_open, 200u);
  Vehicle newcomer(rig, "NEW-1", 7);
  newcomer.outbox().append(tests::drive(0, 10));
  ASSERT_EQ(newcomer.connect(), 0u) << "the oldest half-open ones make way";
  EXPECT_TRUE(newcomer.deliver(1, 10));
  EXPECT_TRUE(rig.wait_until([](const Stats& stats) { return stats.half_open == 0; }));
  const auto stats = rig.gateway().stats();
  EXPECT_EQ(stats.ended_by(Ended::no_room) + stats.ended_by(Ended::hello_timeout), 1000u);
}

TEST(Slowness, AFullHouseRefusesAndGoesOn) {
  GatewayRig rig([](GatewayConfig& config) { config.limits.max_sessions = 2; });
  const Beside beside(rig);
  Vehicle second(rig, "S-2", 7);
  ASSERT_TRUE(second.connect());
  Vehicle third(rig, "S-3", 7);
  EXPECT_FALSE(third.connect());
  EXPECT_TRUE(rig.wait_ended(Ended::no_room, 1));
  second.client().close();
  ASSERT_TRUE(rig.wait_until([](const Stats& stats) { return stats.sessions == 1; }));
  EXPECT_TRUE(third.connect());
}

TEST(Slowness, TlsWithoutAHello) {
  GatewayRig rig([](GatewayConfig& config) { config.timeouts.hello = milliseconds(2000); });
  const Beside beside(rig);
  TlsClient client(rig.port(), rig.certificate("SLOW-1"));
  ASSERT_TRUE(client.connect());
  const auto told = client.receive();
  ASSERT_TRUE(told && told->has_error());
  EXPECT_EQ(told->error().code(), wire::Error::TIMEOUT);
  EXPECT_TRUE(rig.wait_ended(Ended::hello_timeout, 1));
}

TEST(Slowness, AFrameThatTricklesIn) {
  GatewayRig rig([](GatewayConfig& config) { config.timeouts.frame = milliseconds(2000); });
  const Beside beside(rig);
  Vehicle vehicle(rig, "SLOW-1", 7);
  ASSERT_TRUE(vehicle.connect());
  ASSERT_TRUE(vehicle.client().send_raw(std::string("\0\0\x10\0", 4)));
  // One byte every few milliseconds: never silent, never whole.
  for (int i = 0; i < 2000 && vehicle.client().send_raw("x"); ++i) {
    if (vehicle.client().receive(milliseconds(20))) break;
  }
  EXPECT_TRUE(rig.wait_ended(Ended::slow_frame, 1));
}

TEST(Slowness, AClientThatNeverReads) {
  GatewayRig rig([](GatewayConfig& config) {
    config.limits.max_write_queue_bytes = std::size_t{64} * 1024;
    config.timeouts.write = milliseconds(2000);
  });
  const Beside beside(rig);
  Vehicle vehicle(rig, "DEAF-1", 7);
  ASSERT_TRUE(vehicle.connect());
  wire::Frame ping;
  ping.mutable_ping()->set_token(UINT64_MAX);
  std::string pings;
  for (int i = 0; i < 1000; ++i) {
    const auto body = ping.SerializeAsString();
    pings += std::string("\0\0\0", 3) + static_cast<char>(body.size()) + body;
  }
  // Each is answered, and no answer is read, until nobody can send any more.
  timeval patience{5, 0};
  ::setsockopt(vehicle.client().socket(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  for (int i = 0; i < 5000 && vehicle.client().send_raw(pings); ++i) {
  }
  EXPECT_TRUE(rig.wait_ended(Ended::slow_reader, 1));
}

}  // namespace
}  // namespace lujing::gateway
