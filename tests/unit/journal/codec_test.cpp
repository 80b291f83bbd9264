// Observations as bytes and back: every bit of every kind, and nothing that outside bytes can do.
#include "terminal/journal/observation_codec.h"
#include "tests/support/any_observations.h"

#include <gtest/gtest.h>

#include <bit>
#include <string>
#include <vector>

namespace lujing::journal {
namespace {

using hal::Observation;

std::string encode(const std::vector<Observation>& all) {
  ObservationEncoder encoder;
  for (const Observation& observation : all) encoder.add(observation);
  return std::string(encoder.bytes());
}

std::vector<Observation> decode(const std::string& bytes) {
  std::vector<Observation> all;
  const DecodeOutcome outcome = decode_observations(bytes, all);
  EXPECT_FALSE(outcome.damaged);
  EXPECT_EQ(outcome.skipped, 0U);
  return all;
}

TEST(ObservationCodec, GivesBackEveryBitOfEveryKind) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<Observation> all = test::AnyObservations(seed).take(500);
    const std::vector<Observation> again = decode(encode(all));
    ASSERT_EQ(again.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(again[i].at, all[i].at);
      ASSERT_EQ(again[i].what.index(), all[i].what.index());
    }
    // NaN is unequal to itself; the bytes tell whether the bits came back.
    EXPECT_EQ(encode(again), encode(all));
  }
}

TEST(ObservationCodec, GivesBackEqualValues) {
  hal::GnssFix fix;
  fix.mode = hal::FixMode::fix_2d;
  fix.utc = UtcTime{1'780'000'000'250};
  fix.position = {-331'234'567, 1'799'999'999};
  fix.speed_mps = 8.25;
  fix.horizontal_error_m = 0.1;
  hal::Recalled piece{1, 2, 3, {}};
  piece.bytes[0] = 'a';
  piece.bytes[2] = '\xff';
  const std::vector<Observation> all{
      {BootTime{5}, piece},
      {BootTime{1'000'000'001}, hal::Boot{0xfedcba9876543210}},
      {BootTime{1'000'000'500}, fix},
      {BootTime{999'999'999}, hal::CanSignal{7, hal::SignalState::ok, -0.0}},
      {BootTime{2'000'000'000}, hal::ClockTick{UtcTime{-5}, true}},
      {BootTime{INT64_MAX}, hal::Counter{65535, INT64_MIN}},
      {BootTime{INT64_MIN}, hal::Power{std::nullopt, 3.7}},
      {BootTime{0}, hal::LinkState{hal::Link::uplink, true, 255}},
      {BootTime{0}, hal::Analog{1, hal::SwitchState::on, 0.123456789}},
      {BootTime{0}, hal::SkyView{31, 12, 0.9, 44.5}},
      {BootTime{0}, hal::Switch{2, hal::SwitchState::fault}},
      {BootTime{0}, hal::DirectiveInForce{DirectiveKind::control, UINT64_MAX, sha256_of_nothing}}};
  EXPECT_EQ(decode(encode(all)), all);
}

TEST(ObservationCodec, IsCompact) {
  std::vector<Observation> all;
  for (int i = 0; i < 1000; ++i) {
    const double kmh = (i % 250) * (1.0 / 256) * 77;
    all.push_back({BootTime{i * 100'000'003LL}, hal::CanSignal{0, hal::SignalState::ok, kmh}});
  }
  EXPECT_LT(encode(all).size(), 1000U * 14);
}

TEST(ObservationCodec, PassesOverWhatItDoesNotKnowAndReadsOn) {
  const std::vector<Observation> all{{BootTime{10}, hal::Boot{1}},
                                     {BootTime{20}, hal::Switch{2, hal::SwitchState::on}},
                                     {BootTime{30}, hal::ClockTick{}}};
  std::string bytes = encode(all);
  // A kind of a later version, 5 ns after the last one, and one more that is known.
  bytes += std::string("\x63\x04\x0a\x01\x02\x03", 6);
  bytes += std::string("\x05\x04\x0a\x09\x01\x77", 6);  // a switch, with a field of a later version
  std::vector<Observation> again;
  const DecodeOutcome outcome = decode_observations(bytes, again);
  EXPECT_FALSE(outcome.damaged);
  EXPECT_EQ(outcome.skipped, 1U);
  ASSERT_EQ(again.size(), 4U);
  EXPECT_EQ(again[3].at.ns, 40);
  EXPECT_EQ(again[3].what, hal::What(hal::Switch{9, hal::SwitchState::on}));
}

TEST(ObservationCodec, OutlivesAnyBytes) {
  std::mt19937_64 random(7);
  const std::string good = encode(test::AnyObservations(3).take(60));
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = good;
    if (round % 3 == 0) bytes.resize(random() % (bytes.size() + 1));
    const std::size_t hits = 1 + random() % 4;
    for (std::size_t i = 0; i < hits && !bytes.empty(); ++i) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    std::vector<Observation> again;
    decode_observations(bytes, again);
    EXPECT_LE(again.size(), bytes.size());
  }
}

TEST(ObservationCodec, RefusesAnotherVersion) {
  std::string bytes = encode({{BootTime{10}, hal::Boot{1}}});
  bytes[0] = 2;
  std::vector<Observation> again;
  EXPECT_TRUE(decode_observations(bytes, again).damaged);
  EXPECT_TRUE(decode_observations("", again).damaged);
  EXPECT_TRUE(again.empty());
}

}  // namespace
}  // namespace lujing::journal
