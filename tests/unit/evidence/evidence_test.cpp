// Bundles made of what a vehicle holds, and verified from their bytes alone.
#include "terminal/evidence/piece.h"
#include "tests/unit/evidence/rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace lujing::evidence {
namespace {

using test::EvidenceRig;
using test::Ride;
using test::SwitchState;
using ::testing::HasSubstr;

std::vector<FoundAlarm> drive(EvidenceRig& rig, const Ride& ride,
                              const core::CoreConfig& config = test::hauling_truck()) {
  rig.drive(config, ride.told());
  return alarms_in(rig.packed());
}

TEST(Evidence, OfEachAlarmOfADumpingTruckIsWhole) {
  EvidenceRig rig;
  const auto alarms = drive(rig, test::dumping_ride(rig));
  std::string rules;
  for (const FoundAlarm& alarm : alarms) {
    rules += alarm.id.rule + " ";
    const auto made = make_evidence(rig.inputs(alarm.id));
    ASSERT_TRUE(made) << made.error().what();
    EXPECT_EQ(rig.verify(made->bytes), "whole");
    EXPECT_EQ(made->manifest.terminal, "M-001");
    EXPECT_EQ(made->manifest.directives.size(), 2U);
  }
  EXPECT_EQ(rules, "MT-16 MT-03 MT-05 ");
}

TEST(Evidence, SaysItemByItemWhatItFound) {
  EvidenceRig rig;
  const auto alarms = drive(rig, test::dumping_ride(rig));
  const auto made = make_evidence(rig.inputs(alarms.back().id));
  ASSERT_TRUE(made) << made.error().what();
  const auto verdict = verify_evidence(*protocol::read_evidence(made->bytes), rig.options());
  std::string items;
  for (const Check& check : verdict.checks) items += check.item + " ";
  EXPECT_THAT(items, HasSubstr("signature certificate certificate checkpoint records "));
  EXPECT_THAT(
      items,
      HasSubstr("chain checkpoint alarm clock directive directive observations window replay "
                "complete"));
  EXPECT_THAT(verdict.checks[verdict.checks.size() - 2].said,
              HasSubstr("same alarm, byte for byte"));
}

/// The window's other records have to come out as well: one of health counts from the start on.
TEST(Evidence, BeginsWhereItLeadsToAllRecordsOfTheWindow) {
  EvidenceRig rig;
  Ride ride = test::ride_at_site(rig);
  ride.pass(3000).load(0.9).pass(10);  // an open cover, laden: MT-01 needs nothing from before
  ride.wheels_kmh(36).pass(90);
  const auto alarms = drive(rig, ride);
  const auto mt01 = std::find_if(alarms.begin(), alarms.end(),
                                 [](const auto& alarm) { return alarm.id.rule == "MT-01"; });
  ASSERT_NE(mt01, alarms.end());
  const auto made = make_evidence(rig.inputs(mt01->id));
  ASSERT_TRUE(made) << made.error().what();
  EXPECT_TRUE(made->manifest.whole_run);
  EXPECT_EQ(rig.verify(made->bytes), "whole");
  // Where the run's begin is no longer held, it is told which records do not come out.
  const auto run = *find_run(rig.path("journal"), mt01->id.boot_id, mt01->raised_boot_ms);
  ASSERT_TRUE(write_piece(run, mt01->raised_boot_ms - 600'000, run.end.ms(), rig.path("late.ljj")));
  MakeInputs inputs = rig.inputs(mt01->id);
  inputs.journal = rig.path("late.ljj");
  const auto late = make_evidence(inputs);
  ASSERT_TRUE(late) << late.error().what();
  const std::string said = rig.verify(late->bytes);
  EXPECT_THAT(said, HasSubstr("open replay: leads to the same alarm, byte for byte, and to "));
  EXPECT_THAT(said, HasSubstr("(its journal does not begin with the terminal's start); not to "));
  EXPECT_THAT(said, HasSubstr("open complete: "));
}

/// A body that is too large for the bundle, or that the vehicle no longer had when it was made.
TEST(Evidence, WithoutABodyItIsSaidWhichRecordsAreNotProven) {
  EvidenceRig rig;
  Ride ride = test::ride_at_site(rig);
  ride.load(0.9).pass(10).wheels_kmh(36).pass(90);
  const auto alarms = drive(rig, ride);
  const auto mt01 = std::find_if(alarms.begin(), alarms.end(),
                                 [](const auto& alarm) { return alarm.id.rule == "MT-01"; });
  ASSERT_NE(mt01, alarms.end());
  std::filesystem::rename(rig.path("directives"), rig.path("elsewhere"));
  const auto made = make_evidence(rig.inputs(mt01->id));
  ASSERT_TRUE(made) << made.error().what();
  const auto bundle = *protocol::read_evidence(made->bytes);
  EXPECT_FALSE(bundle.part(protocol::EvidencePart::body, "fences"));
  const std::string said = rig.verify(made->bytes);
  EXPECT_THAT(said, HasSubstr("open replay: leads to the same alarm, byte for byte, and to "));
  EXPECT_THAT(said,
              HasSubstr("without the body of fences 5, permits 3 (give it with --directives"));
  EXPECT_THAT(said, HasSubstr("; the first is record "));
  VerifyOptions with = rig.options();
  with.directives = rig.path("elsewhere");
  EXPECT_TRUE(verify_evidence(bundle, with).whole());
}

TEST(Evidence, ThatDoesNotLeadToTheAlarmIsNotMade) {
  EvidenceRig rig;
  Ride ride = test::dumping_ride(rig);
  const auto alarms = drive(rig, ride);
  // The journal tells of another ride: the hoist was never lifted, nothing was tipped.
  Ride other = test::ride_at_site(rig);
  other.pass(400);
  test::write_journal(rig.path("other.ljj"), test::hauling_truck(), other.told());
  MakeInputs inputs = rig.inputs(alarms.back().id);
  inputs.journal = rig.path("other.ljj");
  const auto made = make_evidence(inputs);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().what(), HasSubstr("does not lead to the same alarm: it raises none"));
}

TEST(Evidence, WithoutItsRecordsOrItsJournalIsNotMade) {
  EvidenceRig rig;
  const auto alarms = drive(rig, test::dumping_ride(rig));
  MakeInputs inputs = rig.inputs(alarms.back().id);
  inputs.alarm.rule = "MT-99";
  EXPECT_THAT(make_evidence(inputs).error().what(), HasSubstr("is not among the records"));
  inputs = rig.inputs(alarms.back().id);
  inputs.records.erase(inputs.records.begin() + 2);
  EXPECT_FALSE(make_evidence(inputs));
  inputs = rig.inputs(alarms.back().id);
  inputs.journal = rig.path("nothing");
  EXPECT_FALSE(make_evidence(inputs));
}

TEST(Evidence, OfARunThatEndedSoonIsCutThere) {
  EvidenceRig rig;
  Ride ride = test::ride_at_site(rig);
  ride.load(0.9).pass(10).wheels_kmh(36).pass(10);
  const auto alarms = drive(rig, ride);
  ASSERT_FALSE(alarms.empty());
  const auto made = make_evidence(rig.inputs(alarms.front().id));
  ASSERT_TRUE(made) << made.error().what();
  EXPECT_LT(made->manifest.to_boot_ms, made->manifest.raised_boot_ms + window_ms);
  EXPECT_EQ(rig.verify(made->bytes), "whole");
}

TEST(Evidence, OfTheSecondStartInOneBootBeginsThere) {
  EvidenceRig rig;
  Ride ride = test::ride_at_site(rig);
  ride.pass(30);
  Ride again(ride.now_s() + 5);
  again.boot().cover(SwitchState::off).load(0.9).gnss(30.4, 114.8, "2026-05-01T03:00:00Z");
  again.wheels_kmh(36).pass(100);
  for (const auto& observation : again.told()) ride.told().push_back(observation);
  core::CoreConfig config = test::muck_truck();
  const auto alarms = drive(rig, ride, config);
  ASSERT_FALSE(alarms.empty());
  const auto made = make_evidence(rig.inputs(alarms.back().id));
  ASSERT_TRUE(made) << made.error().what();
  EXPECT_GE(made->manifest.begin_boot_ms, 335'000);
  // Of the earlier start's last records no observations are in it; a checkpoint behind them is.
  EXPECT_THAT(rig.verify(made->bytes),
              HasSubstr("open complete: 4 records of 21 to 24, outside of the alarm's window, "));
  rig.sign_after(2);
  const auto signed_later = make_evidence(rig.inputs(alarms.back().id));
  ASSERT_TRUE(signed_later);
  EXPECT_EQ(rig.verify(signed_later->bytes), "whole");
}

TEST(Evidence, OfAnotherTerminalOrAuthorityIsNotBelieved) {
  EvidenceRig rig;
  const auto alarms = drive(rig, test::dumping_ride(rig));
  EvidenceRig stranger;
  MakeInputs inputs = rig.inputs(alarms.back().id);
  inputs.certificate_pem = stranger.read("keys/terminal.crt");
  inputs.key_pem = stranger.read("keys/terminal.key");
  const auto forged = make_evidence(inputs);
  ASSERT_TRUE(forged);
  EXPECT_THAT(rig.verify(forged->bytes), HasSubstr("certificate: the authority does not stand"));
  ASSERT_TRUE(pki::issue_terminal(rig.path("pki"), "M-002", rig.path("keys2")));
  inputs.certificate_pem = rig.read("keys2/terminal.crt");
  inputs.key_pem = rig.read("keys2/terminal.key");
  const auto colleague = make_evidence(inputs);
  ASSERT_FALSE(colleague);
  EXPECT_THAT(colleague.error().what(),
              HasSubstr("the certificate is M-002's, and the journal is M-001's; give M-001's"));
  inputs.certificate_pem = rig.read("keys/terminal.crt");
  EXPECT_THAT(make_evidence(inputs).error().what(),
              HasSubstr("the key does not belong to the certificate of M-001"));
  // Signed by the colleague all the same.
  const auto own = make_evidence(rig.inputs(alarms.back().id));
  ASSERT_TRUE(own);
  const auto view = *protocol::read_evidence(own->bytes);
  protocol::EvidenceManifest manifest = view.manifest;
  std::vector<std::string> parts(view.parts.begin(), view.parts.end());
  parts[0] = rig.read("keys2/terminal.crt");
  manifest.terminal = "M-002";
  manifest.parts[0].bytes = parts[0].size();
  manifest.parts[0].sha256 = protocol::sha256(parts[0]);
  const std::string text = protocol::to_text(manifest);
  EXPECT_THAT(rig.verify(protocol::write_evidence(
                  text, *protocol::sign_evidence(rig.read("keys2/terminal.key"), text), parts)),
              HasSubstr("observations: it is M-001's"));
}

/// A body is a piece of text: only the authority's signature makes it a rule.
TEST(Evidence, OfADirectiveThatNobodySignedIsNotProven) {
  EvidenceRig rig;
  const auto alarms = drive(rig, test::dumping_ride(rig));
  std::filesystem::rename(rig.path("directives/permits.directive"), rig.path("permits.directive"));
  const auto made = make_evidence(rig.inputs(alarms.back().id));
  ASSERT_TRUE(made) << made.error().what();
  const auto bundle = *protocol::read_evidence(made->bytes);
  EXPECT_THAT(
      rig.verify(made->bytes),
      HasSubstr("open directive: permits 3: the authority's signature is not in the bundle"));
  EXPECT_EQ(verify_evidence(bundle, rig.options()).outcome(), Outcome::open);
  VerifyOptions with = rig.options();
  with.directives = rig.path(".");
  EXPECT_TRUE(verify_evidence(bundle, with).whole());
}

}  // namespace
}  // namespace lujing::evidence
