// Whatever is changed in a bundle is found: each byte, each record, the clock. By one without the
// key, and as far as that goes by one who has it.
#include "protocol/journal_file.h"
#include "terminal/journal/journal_reader.h"
#include "tests/unit/evidence/rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace lujing::evidence {
namespace {

using protocol::EvidencePart;
using test::EvidenceRig;
using ::testing::HasSubstr;

class Flipped : public ::testing::Test {
 protected:
  void SetUp() override {
    rig.drive(test::hauling_truck(), test::dumping_ride(rig).told());
    const auto alarms = alarms_in(rig.packed());
    auto made = make_evidence(rig.inputs(alarms.back().id));
    ASSERT_TRUE(made) << made.error().what();
    bytes = std::move(made->bytes);
    ASSERT_EQ(rig.verify(bytes), "whole");
  }

  /// As one who has the terminal's key would: parts changed, manifest and signature made anew.
  using Change = std::function<void(protocol::EvidenceManifest&, std::vector<std::string>&)>;
  std::string signed_anew(const Change& change) const { return signed_anew(bytes, change); }
  std::string signed_anew(const std::string& from, const Change& change) const {
    const auto view = *protocol::read_evidence(from);
    protocol::EvidenceManifest manifest = view.manifest;
    std::vector<std::string> parts(view.parts.begin(), view.parts.end());
    change(manifest, parts);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      manifest.parts[i].bytes = parts[i].size();
      manifest.parts[i].sha256 = protocol::sha256(parts[i]);
    }
    const std::string text = protocol::to_text(manifest);
    return protocol::write_evidence(
        text, *protocol::sign_evidence(rig.read("keys/terminal.key"), text), parts);
  }
  /// A checkpoint knows the records from before; one who has the key leaves it out.
  std::string without_checkpoint(const std::string& from) const {
    return signed_anew(from, [](auto& manifest, auto& parts) {
      parts.erase(parts.begin() + 1);
      manifest.parts.erase(manifest.parts.begin() + 1);
    });
  }
  /// The records of the bundle changed and packed anew, with a chain that comes out.
  std::string with_records(
      const std::function<void(std::vector<protocol::Record>&)>& change) const {
    return signed_anew([&](auto& manifest, auto& parts) {
      std::vector<protocol::Record> records;
      std::vector<std::string> others;
      std::vector<protocol::EvidencePartFacts> facts;
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if (manifest.parts[i].part != EvidencePart::records) {
          others.push_back(parts[i]);
          facts.push_back(manifest.parts[i]);
          continue;
        }
        const auto batch = protocol::decode(parts[i]);
        for (const auto& numbered : batch->records) records.push_back(numbered.record);
      }
      change(records);
      const auto batch =
          protocol::seal(manifest.epoch, manifest.first_seq, manifest.chain_before, records);
      manifest.last_seq = batch.last_seq;
      manifest.chain_after = batch.chain_after;
      for (const auto& numbered : batch.records) {
        const auto* alarm = std::get_if<protocol::AlarmRecord>(&numbered.record.payload);
        const bool same = alarm != nullptr && alarm->rule == manifest.rule &&
                          alarm->state == protocol::AlarmState::raised;
        if (!same) continue;
        manifest.alarm_seq = numbered.seq;
        manifest.raised_utc_ms = numbered.record.stamp.utc_ms;
        manifest.raised_boot_ms = numbered.record.stamp.boot_ms;
        manifest.since_boot_ms = alarm->since_boot_ms;
      }
      others.push_back(protocol::encode(batch));
      facts.push_back({EvidencePart::records, {}, 0, {}});
      parts = std::move(others);
      manifest.parts = std::move(facts);
    });
  }

  EvidenceRig rig;
  std::string bytes;
};

/// One bit of each byte.
TEST_F(Flipped, AnyBitOfAnyByte) {
  std::mt19937 random(20261122);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ (1 << (random() % 8)));
    ASSERT_NE(rig.verify(changed), "whole") << "byte " << at;
  }
}

TEST_F(Flipped, AllBitsOfASample) {
  std::mt19937 random(6);
  for (int n = 0; n < 200; ++n) {
    const std::size_t at = random() % bytes.size();
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      ASSERT_NE(rig.verify(changed), "whole") << "byte " << at << " bit " << bit;
    }
  }
}

TEST_F(Flipped, CutShortOrWithMoreBehindIsUnreadable) {
  std::mt19937 random(7);
  for (int n = 0; n < 300; ++n) {
    ASSERT_THAT(rig.verify(std::string_view(bytes).substr(0, random() % bytes.size())),
                HasSubstr("unreadable"));
  }
  EXPECT_THAT(rig.verify(bytes + "x"), HasSubstr("1 bytes too many"));
  EXPECT_THAT(rig.verify(bytes + bytes), HasSubstr("too many"));
}

TEST_F(Flipped, ABatchThatIsLeftOutEvenByWhoHasTheKey) {
  const auto view = *protocol::read_evidence(bytes);
  std::vector<std::size_t> batches;
  for (std::size_t i = 0; i < view.parts.size(); ++i) {
    if (view.manifest.parts[i].part == EvidencePart::records) batches.push_back(i);
  }
  ASSERT_GT(batches.size(), 2U);
  for (const std::size_t left_out : batches) {
    const std::string forged = signed_anew([&](auto& manifest, auto& parts) {
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(left_out));
      manifest.parts.erase(manifest.parts.begin() + static_cast<std::ptrdiff_t>(left_out));
    });
    EXPECT_THAT(rig.verify(forged), HasSubstr("chain: ")) << left_out;
  }
}

TEST_F(Flipped, ARecordThatIsLeftOutOfABatch) {
  const auto view = *protocol::read_evidence(bytes);
  const auto packed = *view.part(EvidencePart::records);
  const protocol::Batch whole = *protocol::decode(packed);
  for (std::size_t i = 0; i < whole.records.size(); ++i) {
    std::vector<protocol::Record> rest;
    for (std::size_t k = 0; k < whole.records.size(); ++k) {
      if (k != i) rest.push_back(whole.records[k].record);
    }
    const auto batch = protocol::seal(whole.epoch, whole.first_seq, whole.chain_before, rest);
    const std::string forged = signed_anew([&](auto& manifest, auto& parts) {
      for (std::size_t k = 0; k < parts.size(); ++k) {
        if (manifest.parts[k].part != EvidencePart::records) continue;
        parts[k] = protocol::encode(batch);
        break;
      }
    });
    ASSERT_THAT(rig.verify(forged), HasSubstr("chain: record ")) << i;
  }
}

TEST_F(Flipped, AChangedClockEvenWithANewChainAndTheKey) {
  // UTC an hour on from the middle: a step.
  const std::string stepped = with_records([](auto& records) {
    for (std::size_t i = records.size() / 2; i < records.size(); ++i)
      records[i].stamp.utc_ms = records[i].stamp.utc_ms.value_or(0) + 3'600'000;
  });
  EXPECT_THAT(rig.verify(stepped), HasSubstr("clock: UTC steps by 3600.0 s"));
  // All of it an hour on: in step, but the observations tell otherwise.
  const std::string moved = with_records([](auto& records) {
    for (auto& record : records) {
      if (record.stamp.utc_ms) *record.stamp.utc_ms += 3'600'000;
    }
  });
  EXPECT_THAT(rig.verify(moved), HasSubstr("checkpoint: the records up to 20 are others"));
  EXPECT_THAT(rig.verify(without_checkpoint(moved)),
              HasSubstr("replay: it leads to another alarm"));
  // The alarm a second later.
  const std::string later = with_records([](auto& records) {
    for (auto& record : records) {
      if (auto* alarm = std::get_if<protocol::AlarmRecord>(&record.payload))
        alarm->since_boot_ms += 1;
    }
  });
  EXPECT_THAT(rig.verify(later), HasSubstr("replay: it leads to another alarm"));
  const std::string backwards =
      with_records([](auto& records) { records[records.size() / 2].stamp.boot_ms -= 30'000; });
  EXPECT_THAT(rig.verify(backwards), HasSubstr("clock: "));
}

/// By one who has the key, leaves the checkpoint out and makes a new chain: each record of the
/// window changed, left out or told in another order is one that the observations do not lead to.
TEST_F(Flipped, EachRecordOfTheWindowEvenWithANewChainAndTheKey) {
  const auto view = *protocol::read_evidence(bytes);
  const protocol::EvidenceManifest& m = view.manifest;
  std::vector<protocol::Record> all;
  for (std::size_t i = 0; i < view.parts.size(); ++i) {
    if (m.parts[i].part != EvidencePart::records) continue;
    const auto batch = protocol::decode(view.parts[i]);
    ASSERT_TRUE(batch);
    for (const auto& one : batch->records) all.push_back(one.record);
  }
  std::size_t tried = 0;
  for (std::size_t i = 1; i < all.size(); i += 3) {
    const protocol::Stamp& stamp = all[i].stamp;
    if (stamp.boot_ms < m.from_boot_ms || stamp.boot_ms > m.to_boot_ms) continue;
    ++tried;
    const std::string changed =
        with_records([&](auto& records) { records[i].stamp.utc_ms = *stamp.utc_ms + 1; });
    EXPECT_NE(rig.verify(without_checkpoint(changed)), "whole") << i;
    EXPECT_THAT(rig.verify(without_checkpoint(changed)), ::testing::Not(HasSubstr("open replay")));
    const std::string less = with_records(
        [&](auto& records) { records.erase(records.begin() + static_cast<std::ptrdiff_t>(i)); });
    // Without the record that clears it, the alarm's end is what is missed first.
    EXPECT_THAT(rig.verify(without_checkpoint(less)),
                ::testing::AnyOf(HasSubstr("replay: "), HasSubstr("alarm: ")))
        << i;
    if (all[i] == all[i - 1]) continue;
    const std::string swapped =
        with_records([&](auto& records) { std::swap(records[i], records[i - 1]); });
    EXPECT_THAT(rig.verify(without_checkpoint(swapped)),
                ::testing::AnyOf(HasSubstr("clock: "), HasSubstr("replay: "), HasSubstr("alarm: ")))
        << i;
  }
  EXPECT_GT(tried, 10U);
}

/// Outside of it the records have to follow each other as the observations lead to them: whichever
/// is left out between the first and the last, or told otherwise, is missed.
TEST_F(Flipped, EachRecordOutsideOfTheWindowEvenWithANewChainAndTheKey) {
  // An open cover that is closed again: there are records behind the alarm's window, too.
  test::Ride ride = test::ride_at_site(rig);
  ride.load(0.9).pass(10).wheels_kmh(36).pass(40).cover(test::SwitchState::on).pass(130);
  rig.drive(test::hauling_truck(), ride.told());
  for (const FoundAlarm& alarm : alarms_in(rig.packed())) {
    if (alarm.id.rule == "MT-01") bytes = make_evidence(rig.inputs(alarm.id))->bytes;
  }
  ASSERT_EQ(rig.verify(bytes), "whole");
  const auto view = *protocol::read_evidence(bytes);
  const protocol::EvidenceManifest& m = view.manifest;
  std::vector<protocol::Record> all;
  for (std::size_t i = 0; i < view.parts.size(); ++i) {
    if (m.parts[i].part != EvidencePart::records) continue;
    const auto batch = protocol::decode(view.parts[i]);
    for (const auto& one : batch->records) all.push_back(one.record);
  }
  std::size_t before = 0;
  std::size_t behind = 0;
  for (std::size_t i = 1; i + 1 < all.size(); i += 2) {
    const protocol::Stamp& stamp = all[i].stamp;
    if (stamp.boot_ms >= m.from_boot_ms && stamp.boot_ms <= m.to_boot_ms) continue;
    ++(stamp.boot_ms < m.from_boot_ms ? before : behind);
    const std::string less = with_records(
        [&](auto& records) { records.erase(records.begin() + static_cast<std::ptrdiff_t>(i)); });
    EXPECT_THAT(rig.verify(without_checkpoint(less)), ::testing::StartsWith("open checkpoint"))
        << i;
    EXPECT_THAT(rig.verify(without_checkpoint(less)), HasSubstr("\ncomplete: between record "))
        << i;
    const std::string other = with_records(
        [&](auto& records) { records[i].stamp.utc_ms = stamp.utc_ms.value_or(0) + 1; });
    EXPECT_THAT(rig.verify(without_checkpoint(other)),
                ::testing::AnyOf(HasSubstr("\ncomplete: between record "), HasSubstr("clock: ")))
        << i;
  }
  EXPECT_GT(before, 5U);
  EXPECT_GT(behind, 3U);
}

TEST_F(Flipped, AnotherDirectiveThanTheAuthoritySigned) {
  const std::string other = "version = 3\n[[permit]]\nid = \"P9\"\n";
  const std::string forged = signed_anew([&](auto& manifest, auto& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (manifest.parts[i].name == "permits" && manifest.parts[i].part == EvidencePart::body)
        parts[i] = other;
    }
  });
  EXPECT_NE(rig.verify(forged), "whole");
}

/// With the body the manifest names its hash, as the terminal would have; the authority's head
/// stays or goes too.
TEST_F(Flipped, AnotherPermitWithItsOwnHashInTheManifest) {
  const std::string other = "version = 3\n[[permit]]\nid = \"P9\"\n";
  for (const bool without_head : {false, true}) {
    const std::string forged = signed_anew([&](auto& manifest, auto& parts) {
      for (auto& directive : manifest.directives) {
        if (directive.name == "permits") directive.sha256 = protocol::sha256_of(other);
      }
      for (std::size_t i = parts.size(); i-- > 0;) {
        if (manifest.parts[i].name != "permits") continue;
        if (manifest.parts[i].part == EvidencePart::body) parts[i] = other;
        if (manifest.parts[i].part != EvidencePart::head || !without_head) continue;
        parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i));
        manifest.parts.erase(manifest.parts.begin() + static_cast<std::ptrdiff_t>(i));
      }
    });
    const std::string verdict = rig.verify(forged);
    EXPECT_THAT(verdict, HasSubstr("the terminal was told permits")) << verdict;
    if (!without_head) {
      EXPECT_THAT(verdict, HasSubstr("the authority signed another body than this"));
    }
  }
}

/// What the signer may not choose: the alarm's records and the journal say where its window lies,
/// and when the bundle can have been made.
TEST_F(Flipped, AWindowOfTheSignersOwn) {
  const auto manifest = protocol::read_evidence(bytes)->manifest;
  ASSERT_TRUE(manifest.cleared_boot_ms && manifest.raised_utc_ms);
  const auto with = [&](const auto& change) {
    return rig.verify(signed_anew([&](auto& one, auto&) { change(one); }));
  };
  EXPECT_EQ(with([](auto&) {}), "whole");
  EXPECT_THAT(with([](auto& m) { m.from_boot_ms = m.since_boot_ms - 1000; }),
              HasSubstr("window: it begins at "));
  EXPECT_THAT(with([](auto& m) { m.to_boot_ms = *m.cleared_boot_ms; }),
              HasSubstr("window: it ends at "));
  EXPECT_THAT(with([](auto& m) { std::swap(m.from_boot_ms, m.to_boot_ms); }),
              HasSubstr("window: it begins at "));
  EXPECT_THAT(with([](auto& m) { m.cleared_boot_ms.reset(); }),
              HasSubstr("alarm: the records say"));
  EXPECT_THAT(with([](auto& m) { m.begin_boot_ms += 60'000; }),
              HasSubstr("observations: it begins"));
  EXPECT_THAT(with([](auto& m) { m.made_utc_ms = *m.raised_utc_ms - 60'000; }),
              HasSubstr("before its alarm was raised"));
}

}  // namespace
}  // namespace lujing::evidence
