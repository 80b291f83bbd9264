// The fleet against a real gateway with a real ledger.
#include "sim/fleet/fleet.h"

#include "sim/fleet/load.h"
#include "tests/support/gateway_rig.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace lujing::sim {
namespace {

FleetConfig config_for(const tests::GatewayRig& rig, std::uint32_t terminals) {
  FleetConfig config;
  config.port = rig.port();
  config.authority = rig.ca_folder();
  config.terminals = terminals;
  config.records_each = 150;
  config.timeout_s = 60;
  return config;
}

TEST(Fleet, EveryRecordIsAcknowledgedAndInTheLedgerOnce) {
  tests::GatewayRig rig;
  const auto report = run_fleet(config_for(rig, 40), {});
  ASSERT_TRUE(report) << report.error().what();
  EXPECT_EQ(report->welcomed, 40U);
  EXPECT_EQ(report->finished, 40U);
  EXPECT_TRUE(report->failed.empty());
  EXPECT_EQ(report->records, 40U * 150U);
  EXPECT_EQ(report->batches, 40U * 3U) << "60 + 60 + 30";
  EXPECT_EQ(report->ack.count(), report->batches);
  EXPECT_EQ(report->welcome.count(), 40U);
  EXPECT_EQ(rig.gateway().stats().records, 40U * 150U);
  EXPECT_EQ(rig.gateway().stats().duplicate_batches, 0U);
}

TEST(Fleet, PacedBatchesArriveOneByOne) {
  tests::GatewayRig rig;
  FleetConfig config = config_for(rig, 3);
  config.pace_s = 0.05;
  config.records_a_batch = 50;
  const auto report = run_fleet(config, {});
  ASSERT_TRUE(report) << report.error().what();
  EXPECT_EQ(report->finished, 3U);
  EXPECT_GE(report->streaming_s, 0.1) << "the third batch of each is due after two paces";
}

TEST(Fleet, IdleTerminalsAreWelcomedAndHeld) {
  tests::GatewayRig rig;
  FleetConfig config = config_for(rig, 10);
  config.records_each = 0;
  const auto report = run_fleet(config, {});
  ASSERT_TRUE(report) << report.error().what();
  EXPECT_EQ(report->finished, 10U);
  EXPECT_EQ(report->records, 0U);
}

TEST(Fleet, AForeignAuthorityIsToldAsTheReason) {
  tests::GatewayRig rig;
  tests::GatewayRig other;
  FleetConfig config = config_for(rig, 5);
  config.authority = other.ca_folder();
  const auto report = run_fleet(config, {});
  ASSERT_TRUE(report) << report.error().what();
  EXPECT_EQ(report->welcomed, 0U);
  ASSERT_EQ(report->failed.size(), 1U);
  EXPECT_EQ(report->failed.begin()->second, 5U);
  EXPECT_NE(report->failed.begin()->first.find("TLS"), std::string::npos)
      << report->failed.begin()->first;
}

TEST(Fleet, NobodyListensIsToldAsTheReason) {
  tests::GatewayRig rig;
  FleetConfig config = config_for(rig, 5);
  config.port = 1;
  const auto report = run_fleet(config, {});
  ASSERT_TRUE(report) << report.error().what();
  ASSERT_EQ(report->failed.count("connect: Connection refused"), 1U);
}

TEST(Fleet, WhatCannotBeginSaysWhy) {
  tests::GatewayRig rig;
  FleetConfig config = config_for(rig, 0);
  EXPECT_FALSE(run_fleet(config, {}));
  config.terminals = 1;
  config.host = "localhost";
  const auto named = run_fleet(config, {});
  ASSERT_FALSE(named);
  EXPECT_NE(named.error().what().find("127.0.0.1"), std::string::npos);
  config.host = "127.0.0.1";
  config.authority = "/nowhere";
  const auto missing = run_fleet(config, {});
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().what().find("/nowhere"), std::string::npos);
}

TEST(Load, IsTheSameForTheSameSeedAndChained) {
  Load one(7, 3, 1'700'000'000'000);
  Load same(7, 3, 1'700'000'000'000);
  Load other(7, 4, 1'700'000'000'000);
  const std::string first = one.next_batch(60);
  EXPECT_EQ(first, same.next_batch(60));
  EXPECT_NE(first, other.next_batch(60));
  const auto a = protocol::decode(first);
  const auto b = protocol::decode(one.next_batch(60));
  ASSERT_TRUE(a);
  ASSERT_TRUE(b);
  EXPECT_EQ(b->first_seq, 61U);
  EXPECT_EQ(b->chain_before, a->chain_after);
}

TEST(Latency, PercentilesAreWithinTheBucketsWidthOfTheSortedOnes) {
  std::mt19937_64 random(5);
  std::lognormal_distribution<double> draw(8, 2);
  Latency latency;
  std::vector<std::int64_t> all;
  for (int n = 0; n < 20'000; ++n) {
    const auto us = static_cast<std::int64_t>(std::min(draw(random), 3e9));
    latency.add_us(us);
    all.push_back(us);
  }
  std::sort(all.begin(), all.end());
  for (const double share : {0.01, 0.5, 0.95, 0.99, 0.999}) {
    const auto exact = static_cast<double>(all[static_cast<std::size_t>(share * 20'000) - 1]);
    EXPECT_NEAR(static_cast<double>(latency.percentile_us(share)), exact, exact / 60 + 1) << share;
  }
  EXPECT_EQ(latency.max_us(), all.back());
}

}  // namespace
}  // namespace lujing::sim
