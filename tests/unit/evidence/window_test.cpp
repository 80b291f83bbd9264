// What a bundle holds: records and journal from 60 s before the condition to 60 s after the alarm,
// over its whole life; and the chain from the last checkpoint before it.
#include "terminal/evidence/checkpoints.h"
#include "terminal/evidence/keeper.h"
#include "terminal/journal/journal_reader.h"
#include "tests/unit/evidence/rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace lujing::evidence {
namespace {

namespace fs = std::filesystem;
using protocol::EvidencePart;
using test::EvidenceRig;
using test::Ride;
using test::SwitchState;
using ::testing::HasSubstr;

/// Five minutes with an open cover, after ten at the site; then closed, and five more.
Ride long_alarm(EvidenceRig& rig) {
  Ride ride = test::ride_at_site(rig);
  ride.pass(400).load(0.9).pass(10).wheels_kmh(36).pass(300);
  return ride.cover(SwitchState::on).pass(300);
}

FoundAlarm mt01_of(const EvidenceRig& rig) {
  for (const FoundAlarm& alarm : alarms_in(rig.packed())) {
    if (alarm.id.rule == "MT-01") return alarm;
  }
  ADD_FAILURE() << "no MT-01";
  return {};
}

struct Span {
  std::int64_t first_ms = INT64_MAX;
  std::int64_t last_ms = INT64_MIN;
  int count = 0;
  void take(std::int64_t ms) {
    first_ms = std::min(first_ms, ms);
    last_ms = std::max(last_ms, ms);
    ++count;
  }
};

Span records_of(const protocol::EvidenceView& bundle) {
  Span span;
  for (std::size_t i = 0; i < bundle.parts.size(); ++i) {
    if (bundle.manifest.parts[i].part != EvidencePart::records) continue;
    const auto batch = protocol::decode(bundle.parts[i]);
    for (const protocol::Numbered& numbered : batch->records) {
      span.take(numbered.record.stamp.boot_ms);
    }
  }
  return span;
}

Span journal_of(const EvidenceRig& rig, const protocol::EvidenceView& bundle) {
  const std::string path = rig.path("cut.ljj");
  const auto bytes = *bundle.part(EvidencePart::journal);
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  auto journal = journal::Journal::open(path);
  EXPECT_TRUE(journal) << journal.error().what();
  Span span;
  hal::Observation observation;
  while (journal->next(observation)) {
    if (std::holds_alternative<hal::ClockTick>(observation.what)) span.take(observation.at.ms());
  }
  return span;
}

TEST(Window, IsAMinuteBeforeTheConditionToAMinuteAfterTheAlarm) {
  EvidenceRig rig;
  rig.drive(test::hauling_truck(), long_alarm(rig).told());
  const FoundAlarm alarm = mt01_of(rig);
  ASSERT_TRUE(alarm.cleared_boot_ms);
  ASSERT_GT(*alarm.cleared_boot_ms - alarm.raised_boot_ms, 280'000) << "its life is long";
  const auto made = make_evidence(rig.inputs(alarm.id));
  ASSERT_TRUE(made) << made.error().what();
  const protocol::EvidenceManifest& m = made->manifest;
  EXPECT_EQ(m.from_boot_ms, alarm.id.since_boot_ms - 60'000);
  EXPECT_EQ(m.cleared_boot_ms, alarm.cleared_boot_ms);
  EXPECT_EQ(m.to_boot_ms, *alarm.cleared_boot_ms + 60'000);
  const auto bundle = *protocol::read_evidence(made->bytes);
  const Span records = records_of(bundle);
  EXPECT_LE(records.first_ms, m.from_boot_ms);
  EXPECT_GE(records.last_ms, m.to_boot_ms - 1'000) << "a track point each second";
  const Span journal = journal_of(rig, bundle);
  EXPECT_LE(journal.first_ms, m.from_boot_ms);
  EXPECT_LE(journal.last_ms, records.last_ms) << "as far as the last batch goes";
  EXPECT_GE(journal.last_ms, m.to_boot_ms - 1'000);
  EXPECT_EQ(rig.verify(made->bytes), "whole");
}

TEST(Window, OfAnAlarmThatStillStandsGoesAsFarAsThereIs) {
  EvidenceRig rig;
  Ride ride = test::ride_at_site(rig);
  ride.pass(100).load(0.9).pass(10).wheels_kmh(36).pass(200);
  rig.drive(test::hauling_truck(), ride.told());
  const FoundAlarm alarm = mt01_of(rig);
  const auto made = make_evidence(rig.inputs(alarm.id));
  ASSERT_TRUE(made) << made.error().what();
  EXPECT_FALSE(made->manifest.cleared_boot_ms);
  EXPECT_NEAR(static_cast<double>(made->manifest.to_boot_ms), ride.now_s() * 1000, 1'000);
  EXPECT_EQ(rig.verify(made->bytes), "whole");
}

class Checkpoints : public ::testing::Test {
 protected:
  void SetUp() override { rig.drive(test::hauling_truck(), long_alarm(rig).told()); }

  std::string checkpoint_item(std::string_view bytes) const {
    const auto verdict = verify_evidence(*protocol::read_evidence(bytes), rig.options());
    std::string said = "none";  // the last: the part's bytes are an item of that name, too
    for (const Check& check : verdict.checks) {
      if (check.item == "checkpoint") said = to_string(check.outcome) + (": " + check.said);
    }
    return said;
  }
  /// As one who has the terminal's key would sign a bundle anew, with this part in it.
  std::string with_checkpoint(const std::string& bytes, const std::string& file) const {
    const auto view = *protocol::read_evidence(bytes);
    protocol::EvidenceManifest manifest = view.manifest;
    std::vector<std::string> parts(view.parts.begin(), view.parts.end());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (manifest.parts[i].part != EvidencePart::checkpoint) continue;
      parts[i] = file;
      manifest.parts[i].bytes = file.size();
      manifest.parts[i].sha256 = protocol::sha256(file);
    }
    const std::string text = protocol::to_text(manifest);
    return protocol::write_evidence(
        text, *protocol::sign_evidence(rig.read("keys/terminal.key"), text), parts);
  }

  EvidenceRig rig;
};

TEST_F(Checkpoints, TheRecordsGoBackToTheLastOneBeforeTheAlarm) {
  const FoundAlarm alarm = mt01_of(rig);
  ASSERT_GT(rig.packed().size(), 12U);
  fs::remove_all(rig.path("checkpoints"));
  const auto early = rig.sign_after(1);
  const auto last = rig.sign_after(3);
  const auto later = rig.sign_after(rig.packed().size());
  ASSERT_TRUE(early && last && later);
  ASSERT_LT(last->seq, alarm.seq);
  EXPECT_FALSE(rig.sign_after(3)) << "nothing new";
  const auto made = make_evidence(rig.inputs(alarm.id));
  ASSERT_TRUE(made) << made.error().what();
  EXPECT_LE(made->manifest.first_seq, last->seq + 1);
  EXPECT_EQ(rig.verify(made->bytes), "whole");
  EXPECT_THAT(checkpoint_item(made->bytes), HasSubstr("good: record " + std::to_string(last->seq)));
  EXPECT_THAT(checkpoint_item(made->bytes), HasSubstr("the chain leads on from it"));
  // Without any, the bundle's own signature is the only one.
  fs::remove_all(rig.path("checkpoints"));
  const auto without = make_evidence(rig.inputs(alarm.id));
  ASSERT_TRUE(without);
  EXPECT_THAT(rig.verify(without->bytes),
              HasSubstr("open checkpoint: the chain reaches no signed checkpoint"));
}

/// One that holds the alarm's own record shows that it stood then; one of the records before that
/// was signed after the alarm shows nothing of before it, and is not taken for one.
TEST_F(Checkpoints, FromAfterTheAlarm) {
  const FoundAlarm alarm = mt01_of(rig);
  std::size_t before = 0;
  while (protocol::decode(rig.packed()[before + 1])->last_seq < alarm.seq) ++before;
  fs::remove_all(rig.path("checkpoints"));
  const auto covering = rig.sign_after(before + 4);
  ASSERT_GE(covering->seq, alarm.seq);
  auto made = make_evidence(rig.inputs(alarm.id));
  ASSERT_TRUE(made) << made.error().what();
  EXPECT_EQ(rig.verify(made->bytes), "whole");
  EXPECT_THAT(checkpoint_item(made->bytes), HasSubstr("it holds the alarm's own record"));
  protocol::Checkpoint late = *rig.sign_after(before);
  made = make_evidence(rig.inputs(alarm.id));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->manifest.parts[1].part, EvidencePart::checkpoint);
  EXPECT_EQ(made->manifest.parts[2].part, EvidencePart::checkpoint) << "before it, and after it";
  const std::string key = rig.read("keys/terminal.key");
  fs::remove_all(rig.path("checkpoints"));
  ASSERT_TRUE(rig.sign_after(before));
  made = make_evidence(rig.inputs(alarm.id));
  late.made_utc_ms = *alarm.raised_utc_ms + 60'000;
  EXPECT_THAT(checkpoint_item(with_checkpoint(made->bytes, *protocol::sign_checkpoint(key, late))),
              HasSubstr("open: record"));
  late.made_utc_ms = made->manifest.made_utc_ms + 1;
  EXPECT_THAT(checkpoint_item(with_checkpoint(made->bytes, *protocol::sign_checkpoint(key, late))),
              HasSubstr("bad: it was signed after the bundle was made"));
  // The maker takes neither such a one nor one from a clock that was wrong.
  const std::string certificate = rig.read("keys/terminal.crt");
  for (const std::int64_t wrong_ms : {std::int64_t{-60'000}, std::int64_t{365} * 86'400'000}) {
    fs::remove_all(rig.path("checkpoints"));
    const auto rows = std::vector<std::string>(rig.packed().begin(), rig.packed().begin() + 2);
    const auto row = *protocol::decode(rows.back());
    const UtcTime then{*row.records.back().record.stamp.utc_ms + wrong_ms};
    ASSERT_TRUE(sign_where_it_stands(rig.path("checkpoints"), rows, certificate, key, then));
    made = make_evidence(rig.inputs(alarm.id));
    EXPECT_THAT(rig.verify(made->bytes), HasSubstr("reaches no signed checkpoint")) << wrong_ms;
  }
  fs::remove_all(rig.path("checkpoints"));
  const std::vector<std::string> held(rig.packed().begin(),
                                      rig.packed().begin() + static_cast<std::ptrdiff_t>(before));
  ASSERT_TRUE(sign_where_it_stands(rig.path("checkpoints"), held, rig.read("keys/terminal.crt"),
                                   key, UtcTime{*alarm.raised_utc_ms + 60'000}));
  made = make_evidence(rig.inputs(alarm.id));
  EXPECT_THAT(rig.verify(made->bytes), HasSubstr("the chain reaches no signed checkpoint"));
}

TEST_F(Checkpoints, ThatDoNotFitTheRecordsAreFound) {
  const FoundAlarm alarm = mt01_of(rig);
  const auto last = *rig.sign_after(3);
  const auto made = make_evidence(rig.inputs(alarm.id));
  ASSERT_TRUE(made);
  const std::string key = rig.read("keys/terminal.key");
  const auto forged = [&](protocol::Checkpoint checkpoint) {
    return checkpoint_item(
        with_checkpoint(made->bytes, *protocol::sign_checkpoint(key, checkpoint)));
  };
  EXPECT_THAT(forged(last), HasSubstr("good: "));
  protocol::Checkpoint other = last;
  other.chain[7] ^= 1;
  EXPECT_THAT(forged(other), HasSubstr("bad: the records up to"));
  other = last;
  other.boot_ms += 1000;
  EXPECT_THAT(forged(other), HasSubstr("has another time"));
  other = last;
  other.utc_ms = *last.utc_ms + 3'600'000;
  EXPECT_THAT(forged(other), HasSubstr("has another time"));
  other = last;
  other.made_utc_ms = *last.utc_ms - 60'000;
  EXPECT_THAT(forged(other), HasSubstr("signed before the record was made"));
  other = last;
  other.seq = made->manifest.last_seq + 5;
  EXPECT_THAT(forged(other), HasSubstr("not among those"));
  other = last;
  other.terminal = "M-999";
  EXPECT_THAT(forged(other), HasSubstr("it is M-999's"));
  // Another's key, and each flipped bit of the file.
  ASSERT_TRUE(pki::issue_terminal(rig.path("pki"), "M-002", rig.path("others")));
  const std::string stranger = *protocol::sign_checkpoint(rig.read("others/terminal.key"), last);
  EXPECT_THAT(checkpoint_item(with_checkpoint(made->bytes, stranger)),
              HasSubstr("not what the key of this certificate signed"));
  const std::string file = *protocol::sign_checkpoint(key, last);
  for (std::size_t at = 0; at < file.size(); ++at) {
    std::string changed = file;
    changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
    const auto view = protocol::read_checkpoint(changed);
    const bool same = view && view->signed_by(rig.read("keys/terminal.crt"));
    EXPECT_FALSE(same) << "byte " << at;
  }
}

TEST_F(Checkpoints, TheKeeperSignsThemByItself) {
  KeeperOptions options;
  options.data_dir = rig.path("");
  options.certificate = rig.path("keys/terminal.crt");
  options.key = rig.path("keys/terminal.key");
  options.wait = std::chrono::milliseconds(0);
  options.look_back = [&](std::uint64_t, std::int64_t) {
    return Result<std::vector<std::string>>(rig.packed());
  };
  options.log = [](const std::string&) {};
  Keeper keeper(options);
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (keeper.stats().checkpoints == 0 && std::chrono::steady_clock::now() < limit) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(keeper.stats().checkpoints, 1U);
  EXPECT_FALSE(fs::is_empty(rig.path("checkpoints")));
}

TEST(EvidenceBegin, TellsWhatABundleIsAboutAndThatItIsTorn) {
  EvidenceRig rig;
  rig.drive(test::hauling_truck(), test::dumping_ride(rig).told());
  const auto made = make_evidence(rig.inputs(alarms_in(rig.packed()).back().id));
  ASSERT_TRUE(made);
  const std::string_view bytes = made->bytes;
  const auto head = bytes.substr(0, protocol::evidence_begin_bytes);
  const auto told = protocol::read_evidence_begin(head, bytes.size());
  ASSERT_TRUE(told) << told.error().what();
  EXPECT_EQ(*told, made->manifest);
  EXPECT_FALSE(protocol::read_evidence_begin(head, bytes.size() - 1));
  EXPECT_FALSE(protocol::read_evidence_begin(bytes.substr(0, 100), bytes.size()));
}

}  // namespace
}  // namespace lujing::evidence
