// Bytes that no terminal sends: each ends with a counted reason, and nobody else notices.
#include "protocol/wire.pb.h"
#include "tests/fault/gateway/beside.h"

#include <sys/socket.h>
#include <unistd.h>
#include <zstd.h>

#include <functional>
#include <random>

namespace lujing::gateway {
namespace {

using tests::drive;
using tests::GatewayRig;
using tests::Vehicle;

std::string random_bytes(std::mt19937& random, std::size_t count) {
  std::string bytes(count, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::string framed(const std::string& body) {
  std::string out(4, '\0');
  for (std::size_t i = 0; i < 4; ++i) out[i] = static_cast<char>(body.size() >> (24 - 8 * i));
  return out + body;
}

/// A vehicle says hello, does something, and is told why it is sent away.
Vehicle::Told told_after(GatewayRig& rig, const std::function<void(Vehicle&)>& misbehave) {
  Vehicle vehicle(rig, "BAD-1", 7);
  vehicle.outbox().append(drive(0, 100));
  EXPECT_TRUE(vehicle.connect()) << vehicle.client().error();
  misbehave(vehicle);
  auto told = vehicle.wait_error();
  EXPECT_FALSE(vehicle.client().receive()) << "the session ends";
  EXPECT_TRUE(vehicle.client().closed());
  return told;
}

TEST(Garbage, RandomBytesInsteadOfTls) {
  GatewayRig rig;
  const Beside beside(rig);
  std::mt19937 random(1);
  for (int i = 0; i < 50; ++i) {
    const int fd = tests::connect_tcp(rig.port());
    ASSERT_GE(fd, 0);
    const auto bytes = random_bytes(random, 1 + random() % 3000);
    (void)::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ::shutdown(fd, SHUT_WR);
    char sink[512];
    while (::recv(fd, sink, sizeof sink, 0) > 0) {
    }
    ::close(fd);
  }
  EXPECT_TRUE(rig.wait_until([](const Stats& stats) {
    return stats.ended_by(Ended::tls) + stats.ended_by(Ended::connection) >= 50 &&
           stats.sessions == 1;
  }));
  EXPECT_GE(rig.gateway().stats().ended_by(Ended::tls), 40u);
}

TEST(Garbage, RandomBytesInsideTls) {
  GatewayRig rig;
  const Beside beside(rig);
  std::mt19937 random(2);
  for (int i = 0; i < 20; ++i) {
    Vehicle vehicle(rig, "BAD-1", 7);
    ASSERT_TRUE(vehicle.connect());
    (void)vehicle.client().send_raw(framed(random_bytes(random, 1 + random() % 2000)));
    (void)vehicle.client().send_raw(random_bytes(random, 1 + random() % 20000));
    // Until the gateway hangs up: who leaves earlier is no bad frame but a lost connection.
    while (vehicle.client().receive(std::chrono::seconds(5))) {
    }
  }
  EXPECT_TRUE(rig.wait_until([](const Stats& stats) { return stats.sessions == 1; }));
  EXPECT_GE(rig.gateway().stats().ended_by(Ended::bad_frame), 15u);
}

TEST(Garbage, AnOverLongFrame) {
  GatewayRig rig;
  const Beside beside(rig);
  const auto told = told_after(rig, [](Vehicle& vehicle) {
    vehicle.client().send_raw(std::string("\xff\xff\xff\xff then some", 14));
  });
  EXPECT_EQ(told.code, wire::Error::BAD_FRAME);
  EXPECT_TRUE(rig.wait_ended(Ended::bad_frame, 1));
}

TEST(Garbage, TruncatedAndHostileProtobuf) {
  GatewayRig rig;
  const Beside beside(rig);
  wire::Frame frame;
  frame.mutable_batch()->set_packed(std::string(200, 'x'));
  const auto whole = frame.SerializeAsString();
  std::string nested = "x";  // groups in groups, deeper than any parser should follow
  for (int i = 0; i < 5000; ++i) nested.insert(0, 1, '\x0b');
  const std::string bodies[] = {
      whole.substr(0, whole.size() / 2),
      std::string("\x1a\xff\xff\xff\xff\x0f", 6),  // a field of 4 GiB
      std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11),
      nested,
      std::string(),
      std::string("\x12\x03\x12\x01\xff", 5),  // a second hello, and its text is not UTF-8
  };
  std::uint64_t refused = 0;
  for (const auto& body : bodies) {
    const auto told =
        told_after(rig, [&](Vehicle& vehicle) { vehicle.client().send_raw(framed(body)); });
    EXPECT_EQ(told.code, wire::Error::BAD_FRAME) << refused;
    EXPECT_TRUE(rig.wait_ended(Ended::bad_frame, ++refused));
  }
}

TEST(Garbage, FramesOutOfTurn) {
  GatewayRig rig;
  const Beside beside(rig);
  wire::Frame welcome;
  welcome.mutable_welcome()->set_protocol(1);
  const auto told = told_after(rig, [&](Vehicle& vehicle) { vehicle.client().send(welcome); });
  EXPECT_EQ(told.code, wire::Error::BAD_FRAME);

  tests::TlsClient client(rig.port(), rig.certificate("BAD-2"));
  ASSERT_TRUE(client.connect());
  wire::Frame ping;
  ping.mutable_ping()->set_token(1);
  ASSERT_TRUE(client.send(ping));
  const auto answer = client.receive();
  ASSERT_TRUE(answer && answer->has_error());
  EXPECT_NE(answer->error().reason().find("hello"), std::string::npos);
}

TEST(Garbage, ABatchThatIsNone) {
  GatewayRig rig;
  const Beside beside(rig);
  std::mt19937 random(3);
  std::string bomb(32u << 20, '\0');
  std::string packed_bomb(ZSTD_compressBound(bomb.size()), '\0');
  packed_bomb.resize(
      ZSTD_compress(packed_bomb.data(), packed_bomb.size(), bomb.data(), bomb.size(), 3));
  std::uint64_t refused = 0;
  for (const auto& packed :
       {std::string(), random_bytes(random, 500), packed_bomb, std::string(900'000, '\0')}) {
    const auto told = told_after(rig, [&](Vehicle& vehicle) { vehicle.send_packed(packed); });
    EXPECT_EQ(told.code, wire::Error::BAD_BATCH) << refused;
    EXPECT_TRUE(rig.wait_ended(Ended::bad_batch, ++refused));
  }
}

TEST(Garbage, GoodBatchesWithFlippedBitsNeverReachTheBooks) {
  GatewayRig rig;
  const Beside beside(rig);
  std::mt19937 random(4);
  Vehicle source(rig, "BAD-1", 7);
  source.outbox().append(drive(0, 60));
  const auto good = protocol::encode(source.outbox().batch(1, 60));
  for (int i = 0; i < 30; ++i) {
    auto packed = good;
    packed[random() % packed.size()] ^= static_cast<char>(1 << random() % 8);
    const auto told = told_after(rig, [&](Vehicle& vehicle) { vehicle.send_packed(packed); });
    EXPECT_EQ(told.code, wire::Error::BAD_BATCH);
  }
  ASSERT_EQ(source.connect(), 0u) << "nothing of it was booked";
  EXPECT_TRUE(source.deliver(1, 60));
}

TEST(Garbage, AGapABrokenChainAndAnotherEpoch) {
  GatewayRig rig;
  const Beside beside(rig);
  auto told = told_after(rig, [](Vehicle& vehicle) { vehicle.send_batch(11, 20); });
  EXPECT_EQ(told.code, wire::Error::BAD_BATCH);
  EXPECT_NE(told.reason.find("the next that is wanted is 1"), std::string::npos) << told.reason;

  Vehicle honest(rig, "BAD-1", 7);
  honest.outbox().append(drive(0, 50));
  ASSERT_TRUE(honest.connect());
  ASSERT_TRUE(honest.deliver(1, 50));
  tests::MemoryOutbox other(7);
  other.append(drive(5000, 100));
  told = told_after(
      rig, [&](Vehicle& vehicle) { vehicle.send_packed(protocol::encode(other.batch(51, 100))); });
  EXPECT_NE(told.reason.find("broken chain"), std::string::npos) << told.reason;

  tests::MemoryOutbox elsewhere(8);
  elsewhere.append(drive(0, 10));
  told = told_after(rig, [&](Vehicle& vehicle) {
    vehicle.send_packed(protocol::encode(elsewhere.batch(1, 10)));
  });
  EXPECT_NE(told.reason.find("epoch"), std::string::npos) << told.reason;
}

TEST(Garbage, MoreThanTheWindow) {
  // The ledger may be quick enough to keep up; so the window is one and what comes is one record.
  GatewayRig rig([](GatewayConfig& config) { config.limits.window = 1; });
  Vehicle vehicle(rig, "BAD-1", 7);
  vehicle.outbox().append(drive(0, 400));
  ASSERT_TRUE(vehicle.connect());
  std::string all;
  for (std::uint64_t seq = 1; seq <= 400; ++seq) {
    wire::Frame frame;
    frame.mutable_batch()->set_packed(protocol::encode(vehicle.outbox().batch(seq, seq)));
    all += framed(frame.SerializeAsString());
  }
  (void)vehicle.client().send_raw(all);
  EXPECT_EQ(vehicle.wait_error().code, wire::Error::OVERLOADED);
  EXPECT_TRUE(rig.wait_ended(Ended::window, 1));
  auto wrong = rig.ledger().verify();
  EXPECT_TRUE(wrong && wrong->empty());
}

}  // namespace
}  // namespace lujing::gateway
