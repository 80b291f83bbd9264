// What a well-behaved terminal may count on.
#include "platform/gateway/gateway.h"

#include "platform/pki/pki.h"
#include "protocol/directive.h"
#include "protocol/wire.pb.h"
#include "tests/support/gateway_rig.h"

#include <gtest/gtest.h>

namespace lujing::gateway {
namespace {

using tests::drive;
using tests::GatewayRig;
using tests::Vehicle;

std::vector<std::uint64_t> booked(GatewayRig& rig, const std::string& terminal) {
  std::vector<std::uint64_t> seqs;
  auto done = rig.ledger().for_each(
      terminal, [&](std::uint64_t, const protocol::Numbered& n) { seqs.push_back(n.seq); });
  EXPECT_TRUE(done);
  return seqs;
}

void expect_each_once(GatewayRig& rig, const std::string& terminal, std::uint64_t count) {
  const auto seqs = booked(rig, terminal);
  ASSERT_EQ(seqs.size(), count);
  for (std::uint64_t i = 0; i < count; ++i) ASSERT_EQ(seqs[i], i + 1);
  auto wrong = rig.ledger().verify();
  ASSERT_TRUE(wrong);
  EXPECT_TRUE(wrong->empty()) << wrong->front();
}

TEST(Gateway, WelcomesBooksAndAcknowledges) {
  GatewayRig rig;
  Vehicle vehicle(rig, "M-003", 7);
  vehicle.outbox().append(drive(0, 120));
  ASSERT_EQ(vehicle.connect(), 0u) << vehicle.client().error();
  EXPECT_TRUE(vehicle.deliver(1, 60));
  EXPECT_EQ(booked(rig, "M-003").size(), 60u) << "acknowledged is durable";
  EXPECT_TRUE(vehicle.deliver(61, 120));
  expect_each_once(rig, "M-003", 120);
  const auto stats = rig.gateway().stats();
  EXPECT_EQ(stats.sessions, 1u);
  EXPECT_EQ(stats.half_open, 0u);
  EXPECT_EQ(stats.records, 120u);
  EXPECT_EQ(stats.batches, 2u);
  auto vehicles = rig.ledger().vehicles();
  ASSERT_TRUE(vehicles && vehicles->size() == 1);
  EXPECT_EQ(vehicles->front().plate, "鄂G12345");
  EXPECT_EQ(vehicles->front().vehicle_type, "muck");
}

TEST(Gateway, AReconnectGoesOnWhereTheBooksAre) {
  GatewayRig rig;
  Vehicle vehicle(rig, "M-003", 7);
  vehicle.outbox().append(drive(0, 100));
  ASSERT_EQ(vehicle.connect(), 0u);
  ASSERT_TRUE(vehicle.deliver(1, 40));
  ASSERT_EQ(vehicle.connect(), 40u);
  ASSERT_TRUE(vehicle.deliver(21, 70)) << "sent again, cut elsewhere";
  rig.restart();
  ASSERT_EQ(vehicle.connect(), 70u);
  ASSERT_TRUE(vehicle.deliver(71, 100));
  expect_each_once(rig, "M-003", 100);
}

TEST(Gateway, ASessionIsResumedByTicket) {
  GatewayRig rig;
  Vehicle vehicle(rig, "M-003", 7);
  ASSERT_TRUE(vehicle.connect());
  EXPECT_FALSE(vehicle.client().resumed());
  ASSERT_TRUE(vehicle.connect(true));
  EXPECT_TRUE(vehicle.client().resumed());
  EXPECT_EQ(rig.gateway().stats().resumed, 1u);
}

TEST(Gateway, AWindowOfBatchesMayBeInFlight) {
  GatewayRig rig;
  Vehicle vehicle(rig, "M-003", 7);
  vehicle.outbox().append(drive(0, 80));
  ASSERT_EQ(vehicle.connect(), 0u);
  for (std::uint64_t seq = 1; seq <= 71; seq += 10) ASSERT_TRUE(vehicle.send_batch(seq, seq + 9));
  EXPECT_TRUE(vehicle.wait_acknowledged(80));
  expect_each_once(rig, "M-003", 80);
}

TEST(Gateway, ASecondSessionReplacesTheFirst) {
  GatewayRig rig;
  Vehicle first(rig, "M-003", 7);
  Vehicle second(rig, "M-003", 7);
  second.outbox().append(drive(0, 10));
  ASSERT_TRUE(first.connect());
  ASSERT_TRUE(second.connect());
  EXPECT_EQ(first.wait_error().code, wire::Error::REPLACED);
  EXPECT_TRUE(second.deliver(1, 10));
  EXPECT_TRUE(rig.wait_until([](const Stats& stats) { return stats.sessions == 1; }));
  second.client().close();
  ASSERT_TRUE(rig.events().wait_for("offline", 1));
  EXPECT_EQ(rig.events().count("online"), 1u) << "it was online all the time";
  EXPECT_EQ(rig.events().count("offline"), 1u);
}

TEST(Gateway, ObserversHearEachRecordOnceAndInOrder) {
  GatewayRig rig;
  Vehicle vehicle(rig, "M-003", 7);
  vehicle.outbox().append(drive(0, 60));
  ASSERT_TRUE(vehicle.connect());
  ASSERT_TRUE(vehicle.deliver(1, 30));
  ASSERT_TRUE(vehicle.deliver(11, 60));
  ASSERT_TRUE(vehicle.deliver(1, 60));
  std::uint64_t next = 1;
  for (const auto& told : rig.events().all()) {
    if (told.kind != "committed") continue;
    EXPECT_TRUE(told.late) << "the drive was long ago";
    for (const auto& numbered : told.records) EXPECT_EQ(numbered.seq, next++);
  }
  EXPECT_EQ(next, 61u);
  EXPECT_EQ(rig.events().all().front().kind, "online");
  EXPECT_EQ(rig.gateway().stats().duplicate_batches, 1u);
}

TEST(Gateway, LiveRecordsAreShownAndNotBooked) {
  GatewayRig rig;
  Vehicle vehicle(rig, "M-003", 7);
  vehicle.outbox().append(drive(0, 100));
  ASSERT_TRUE(vehicle.connect());
  ASSERT_TRUE(vehicle.send_live(91, 100));
  ASSERT_TRUE(rig.events().wait_for("live", 1));
  EXPECT_TRUE(booked(rig, "M-003").empty());
  ASSERT_TRUE(vehicle.deliver(1, 100));
  expect_each_once(rig, "M-003", 100);
}

TEST(Gateway, AnUnknownKindIsAnsweredAndTheSessionGoesOn) {
  GatewayRig rig;
  Vehicle vehicle(rig, "M-003", 7);
  vehicle.outbox().append(drive(0, 10));
  ASSERT_TRUE(vehicle.connect());
  // Field 900 of Frame, a message of two bytes.
  ASSERT_TRUE(vehicle.client().send_raw(std::string("\0\0\0\5\xa2\x38\x02hi", 9)));
  EXPECT_EQ(vehicle.wait_error().code, wire::Error::UNKNOWN_KIND);
  EXPECT_TRUE(vehicle.deliver(1, 10));
  EXPECT_EQ(rig.gateway().stats().unknown_frames, 1u);
}

TEST(Gateway, AnUnknownFieldIsPassedOver) {
  GatewayRig rig;
  Vehicle vehicle(rig, "M-003", 7);
  ASSERT_TRUE(vehicle.connect());
  wire::Frame frame;
  frame.mutable_ping()->set_token(99);
  frame.GetReflection()->MutableUnknownFields(&frame)->AddVarint(901, 5);
  ASSERT_TRUE(vehicle.client().send(frame));
  const auto answer = vehicle.client().receive();
  ASSERT_TRUE(answer && answer->has_pong());
  EXPECT_EQ(answer->pong().token(), 99u);
}

TEST(Gateway, ASilentTerminalIsAskedAndThenLetGo) {
  GatewayRig rig([](GatewayConfig& config) {
    config.timeouts.ping = std::chrono::milliseconds(50);
    config.timeouts.silence = std::chrono::seconds(2);  // a busy machine must get to the question
  });
  Vehicle vehicle(rig, "M-003", 7);
  ASSERT_TRUE(vehicle.connect());
  const auto ping = vehicle.client().receive();
  ASSERT_TRUE(ping && ping->has_ping());
  EXPECT_EQ(vehicle.wait_error().code, wire::Error::TIMEOUT);
  EXPECT_TRUE(rig.wait_ended(Ended::silence, 1));
}

TEST(Gateway, WhatATerminalNoLongerHoldsIsBookedAsAGap) {
  GatewayRig rig;
  Vehicle vehicle(rig, "M-003", 7);
  vehicle.outbox().append(drive(0, 60));
  ASSERT_EQ(vehicle.connect(), 0u);
  ASSERT_TRUE(vehicle.deliver(1, 20));
  tests::TlsClient client(rig.port(), rig.certificate("M-003"));
  ASSERT_TRUE(client.connect());
  wire::Frame hello;
  hello.mutable_hello()->set_protocol(1);
  hello.mutable_hello()->set_terminal_id("M-003");
  hello.mutable_hello()->set_epoch(7);
  hello.mutable_hello()->set_oldest_seq(41);
  hello.mutable_hello()->set_next_seq(61);
  ASSERT_TRUE(client.send(hello));
  const auto welcome = client.receive();
  ASSERT_TRUE(welcome && welcome->has_welcome());
  EXPECT_EQ(welcome->welcome().durable_seq(), 40u);
  wire::Frame batch;
  batch.mutable_batch()->set_packed(protocol::encode(vehicle.outbox().batch(41, 60)));
  ASSERT_TRUE(client.send(batch));
  const auto ack = client.receive();
  ASSERT_TRUE(ack && ack->has_ack());
  EXPECT_EQ(ack->ack().durable_seq(), 60u);
  auto wrong = rig.ledger().verify();
  ASSERT_TRUE(wrong);
  ASSERT_EQ(wrong->size(), 1u);
  EXPECT_NE(wrong->front().find("21..40 never came"), std::string::npos);
}

TEST(Gateway, StoppingAcknowledgesWhatCameAndSaysSo) {
  GatewayRig rig;
  Vehicle vehicle(rig, "M-003", 7);
  vehicle.outbox().append(drive(0, 60));
  ASSERT_TRUE(vehicle.connect());
  ASSERT_TRUE(vehicle.deliver(1, 60));
  rig.stop_gateway();
  EXPECT_EQ(vehicle.wait_error().code, wire::Error::GOING_DOWN);
  EXPECT_EQ(rig.events().count("offline"), 1u);
  EXPECT_EQ(rig.gateway().stats().ended_by(Ended::going_down), 1u);
  EXPECT_EQ(rig.gateway().stats().sessions, 0u);
  rig.stop_gateway();
}

TEST(Gateway, ADirectiveReachesTheTerminalAndItsAnswerComesBack) {
  GatewayRig rig;
  Vehicle vehicle(rig, "M-003", 7);
  ASSERT_TRUE(vehicle.connect());
  auto signature = pki::sign_directive(rig.ca_folder(), "plan", 3, "body");
  ASSERT_TRUE(signature);
  auto directive = std::make_shared<OutgoingDirective>();
  *directive = {"plan", 3, "body", "", *signature};
  ASSERT_TRUE(rig.gateway().send_directive("M-003", directive));
  EXPECT_FALSE(rig.gateway().send_directive("M-004", directive)) << "not online";
  const auto frame = vehicle.client().receive();
  ASSERT_TRUE(frame && frame->has_directive());
  const auto& came = frame->directive();
  auto good = pki::verify_directive(rig.certificate("M-003").authority, came.name(), came.version(),
                                    came.body(), came.signature());
  EXPECT_TRUE(good && *good);
  wire::Frame answer;
  answer.mutable_directive_result()->set_name("plan");
  answer.mutable_directive_result()->set_version(3);
  answer.mutable_directive_result()->set_reason("street 7 is not known");
  ASSERT_TRUE(vehicle.client().send(answer));
  ASSERT_TRUE(rig.events().wait_for("result", 1));
  EXPECT_EQ(rig.events().all().back().text, "plan 3 refused street 7 is not known");
}

TEST(Gateway, AMegabyteDirectiveComesInPiecesBetweenTheAcknowledgements) {
  GatewayRig rig;
  Vehicle vehicle(rig, "M-003", 7);
  vehicle.outbox().append(drive(0, 60));
  ASSERT_TRUE(vehicle.connect());
  auto directive = std::make_shared<OutgoingDirective>();
  *directive = {"roads", 1, std::string(5'000'000, 'r'), std::string(32, 'h'), "signed"};
  for (std::size_t i = 0; i < directive->body.size(); i += 1000)
    directive->body[i] = static_cast<char>(i >> 9);
  ASSERT_TRUE(rig.gateway().send_directive("M-003", directive));
  ASSERT_TRUE(vehicle.send_batch(1, 60));
  std::string body;
  bool acknowledged = false;
  while (body.size() < directive->body.size()) {
    const auto frame = vehicle.client().receive();
    ASSERT_TRUE(frame);
    if (frame->has_ack()) acknowledged = true;
    if (!frame->has_directive()) continue;
    const auto& piece = frame->directive();
    ASSERT_EQ(piece.offset(), body.size());
    EXPECT_EQ(piece.body_size(), directive->body.size());
    EXPECT_EQ(piece.body_sha256(), directive->body_sha256);
    EXPECT_EQ(piece.signature(), piece.offset() == 0 ? "signed" : "");
    ASSERT_LE(piece.body().size(), protocol::directive_piece_bytes);
    body += piece.body();
  }
  EXPECT_EQ(body, directive->body);
  if (!acknowledged) {
    EXPECT_TRUE(vehicle.wait_acknowledged(60));
  }
}

TEST(Gateway, WhatIsAnsweredIsNotSentToItsEnd) {
  GatewayRig rig;
  Vehicle vehicle(rig, "M-003", 7);
  ASSERT_TRUE(vehicle.connect());
  auto big = std::make_shared<OutgoingDirective>();
  *big = {"roads", 1, std::string(20'000'000, 'r'), std::string(32, 'h'), "signed"};
  auto next = std::make_shared<OutgoingDirective>();
  *next = {"plan", 9, "body", std::string(32, 'h'), "signed"};
  ASSERT_TRUE(rig.gateway().send_directive("M-003", big));
  ASSERT_TRUE(rig.gateway().send_directive("M-003", next));
  auto frame = vehicle.client().receive();
  ASSERT_TRUE(frame && frame->has_directive());
  wire::Frame answer;
  answer.mutable_directive_result()->set_name("roads");
  answer.mutable_directive_result()->set_version(1);
  ASSERT_TRUE(vehicle.client().send(answer));
  std::size_t got = 0;
  while (frame && frame->directive().name() == "roads") {
    got += frame->directive().body().size();
    frame = vehicle.client().receive();
  }
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->directive().name(), "plan");
  EXPECT_LT(got, big->body.size());
}

}  // namespace
}  // namespace lujing::gateway
