// lujing-ctl evidence and verify, as a person types them; records that stay for a while after they
// were acknowledged.
#include "ctl/evidence_cmd.h"
#include "platform/ledger/ledger.h"
#include "platform/ledger/sqlite.h"
#include "terminal/outbox/outbox.h"
#include "tests/support/typed.h"
#include "tests/unit/evidence/rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace lujing::ctl {
namespace {

using test::EvidenceRig;
using test::Typed;
using ::testing::HasSubstr;

Typed type(const std::vector<std::string>& words) {
  return test::typed(add_evidence_commands, words);
}

outbox::Options options_of(const EvidenceRig& rig, std::size_t kept) {
  outbox::Options options;
  options.path = rig.path("outbox.db");
  options.reserve_bytes = 0;
  options.kept_records = kept;
  return options;
}

/// A vehicle's folder, stopped, with everything acknowledged.
void fill(EvidenceRig& rig) {
  rig.drive(test::hauling_truck(), test::dumping_ride(rig).told());
  auto outbox = *outbox::Outbox::open(options_of(rig, 2'000));
  outbox->append(rig.records());
  ASSERT_TRUE(outbox->commit());
  ASSERT_TRUE(outbox->acknowledge(outbox->stats().epoch, rig.records().size()));
  ASSERT_TRUE(outbox->commit());
}

TEST(EvidenceCommand, ListsCutsAndVerifies) {
  EvidenceRig rig;
  fill(rig);
  const Typed list = type({"evidence", "list", rig.path("")});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_THAT(list.out, HasSubstr("MT-05"));
  EXPECT_THAT(list.out, HasSubstr("no bundle yet"));
  const std::vector<std::string> keys{"--certificate", rig.path("keys/terminal.crt"), "--key",
                                      rig.path("keys/terminal.key")};
  std::vector<std::string> cut{"evidence", "cut", rig.path(""),     "--rule",
                               "MT-03",    "-o",  rig.path("a.lje")};
  cut.insert(cut.end(), keys.begin(), keys.end());
  const Typed made = type(cut);
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("a.lje: MT-03 of M-001"));
  const std::string authority = rig.path("pki/ca.crt");
  const Typed good = type({"verify", rig.path("a.lje"), "--authority", authority});
  EXPECT_EQ(good.exit_code, 3) << "no checkpoint of this epoch: " << good.out << good.err;
  EXPECT_THAT(good.out, HasSubstr("good replay"));
  EXPECT_THAT(good.out, HasSubstr("a.lje: MT-03 of M-001, nothing is wrong, but"));
  const Typed json = type({"verify", rig.path("a.lje"), "--authority", authority, "--json"});
  EXPECT_THAT(json.out, HasSubstr("\"whole\":false"));
  EXPECT_THAT(json.out, HasSubstr("\"outcome\":\"open\""));
  cut = {"evidence", "cut", rig.path(""), "--all"};
  cut.insert(cut.end(), keys.begin(), keys.end());
  EXPECT_EQ(type(cut).exit_code, 0);
  EXPECT_THAT(type({"evidence", "list", rig.path(""), "--json"}).out,
              HasSubstr("/evidence/MT-16-000000000000b007-"));
}

/// The platform's books hold the same records: they stand in for a checkpoint.
TEST(EvidenceCommand, HoldsABundleAgainstTheBooks) {
  EvidenceRig rig;
  rig.drive(test::hauling_truck(), test::dumping_ride(rig).told());
  std::filesystem::remove_all(rig.path("checkpoints"));
  const auto alarm = evidence::alarms_in(rig.packed()).back();
  const std::string bytes = evidence::make_evidence(rig.inputs(alarm.id))->bytes;
  std::ofstream(rig.path("a.lje"), std::ios::binary) << bytes;
  const auto book = [&](const std::string& path, const std::string& terminal,
                        const std::vector<std::string>& rows) {
    auto books = *ledger::Ledger::open(path);
    ASSERT_TRUE(books->hello(terminal, "muck", "", ""));
    for (const std::string& row : rows)
      ASSERT_EQ(*books->take(terminal, *protocol::decode(row), row, 1'777'600'000'000),
                ledger::Taken::stored);
    ASSERT_TRUE(books->commit());
  };
  book(rig.path("same.db"), "M-001", rig.packed());
  book(rig.path("begun.db"), "M-001", {rig.packed().front()});
  book(rig.path("foreign.db"), "M-002", rig.packed());
  auto other = rig.records();
  other[other.size() / 2].stamp.boot_ms += 1;
  book(rig.path("other.db"), "M-001", EvidenceRig::pack(other));
  const auto verify = [&](const std::string& ledger) {
    return type({"verify", rig.path("a.lje"), "--authority", rig.path("pki/ca.crt"), "--ledger",
                 rig.path(ledger)});
  };
  const Typed same = verify("same.db");
  EXPECT_EQ(same.exit_code, 0) << same.out;
  EXPECT_THAT(same.out, HasSubstr("good books                the platform received the same: "));
  EXPECT_THAT(same.out, HasSubstr("the platform's books stand in for it"));
  const Typed begun = verify("begun.db");
  EXPECT_EQ(begun.exit_code, 3);
  EXPECT_THAT(begun.out, HasSubstr("the alarm's record is not in the books; 20 of the "));
  const Typed different = verify("other.db");
  EXPECT_EQ(different.exit_code, 1);
  EXPECT_THAT(different.out, HasSubstr("is another in the books"));
  EXPECT_THAT(verify("foreign.db").out, HasSubstr("M-001 has nothing in these books"));
  // Of the alarm's records some are gone from the books: they are named, as an audit names them.
  book(rig.path("holes.db"), "M-001", rig.packed());
  {
    auto db = ledger::Database::open(rig.path("holes.db"), ledger::Database::Mode::read_write);
    ASSERT_TRUE(db->exec("DELETE FROM batch WHERE first_seq = 21"));
  }
  const Typed holes = verify("holes.db");
  EXPECT_EQ(holes.exit_code, 4) << holes.out;
  EXPECT_THAT(holes.out, HasSubstr("open books"));
  EXPECT_THAT(holes.out, HasSubstr("20 are missing from its books"));
  EXPECT_THAT(holes.out,
              HasSubstr("BOOKS NOT WHOLE  M-001: records 21 to 40 of epoch 0000000000000007, "));
  const Typed holes_json = type({"verify", rig.path("a.lje"), "--authority", rig.path("pki/ca.crt"),
                                 "--ledger", rig.path("holes.db"), "--json"});
  EXPECT_EQ(holes_json.exit_code, 4);
  EXPECT_THAT(holes_json.out, HasSubstr("\"books\":{\"whole\":false,\"missing\":[{\"vehicle\":"));
}

TEST(EvidenceCommand, TellsApartWhatIsNotWholeAndWhatIsNotRead) {
  EvidenceRig rig;
  fill(rig);
  const auto alarm = evidence::alarms_in(rig.packed()).front();
  std::string bytes = evidence::make_evidence(rig.inputs(alarm.id))->bytes;
  bytes[bytes.size() - 30] ^= 1;
  std::ofstream(rig.path("bad.lje"), std::ios::binary) << bytes;
  const std::string authority = rig.path("pki/ca.crt");
  const Typed bad = type({"verify", rig.path("bad.lje"), "--authority", authority});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.out, HasSubstr("NOT whole"));
  EXPECT_EQ(type({"verify", rig.path("none.lje"), "--authority", authority}).exit_code, 2);
  EXPECT_EQ(type({"verify", authority, "--authority", authority}).exit_code, 2);
  EXPECT_EQ(type({"verify", rig.path("bad.lje"), "--authority", rig.path("none")}).exit_code, 2);
  EXPECT_EQ(type({"evidence", "list", rig.path("scratch")}).exit_code, 1);
}

/// Not looking where the caller said to look would be an open item that is not told from another.
TEST(EvidenceCommand, WhatIsNamedToBeLookedIntoMustBeThere) {
  EvidenceRig rig;
  fill(rig);
  const auto alarm = evidence::alarms_in(rig.packed()).front();
  std::ofstream(rig.path("a.lje"), std::ios::binary)
      << evidence::make_evidence(rig.inputs(alarm.id))->bytes;
  const auto verify = [&](const std::string& option, const std::string& value) {
    return type(
        {"verify", rig.path("a.lje"), "--authority", rig.path("pki/ca.crt"), option, value});
  };
  for (const std::string option : {"--ledger", "--directives"}) {
    const Typed empty = verify(option, "");
    EXPECT_EQ(empty.exit_code, 2) << empty.out;
    EXPECT_THAT(empty.err, HasSubstr(option + ": is empty: give it a value, or leave"));
    EXPECT_EQ(empty.out, "");
    const Typed none = verify(option, rig.path("none"));
    EXPECT_EQ(none.exit_code, 2) << none.out;
    EXPECT_THAT(none.err, HasSubstr(option + ": " + rig.path("none") + ": No such file"));
    EXPECT_THAT(none.err, HasSubstr("or leave it out"));
  }
  EXPECT_THAT(verify("--ledger", rig.path("")).err,
              HasSubstr("is not a file; name the platform's"));
  EXPECT_THAT(verify("--directives", rig.path("a.lje")).err, HasSubstr("is no folder; name the"));
  EXPECT_EQ(verify("--directives", rig.path("directives")).exit_code, 0);
}

TEST(LookBack, GivesWholeRowsFromTheMomentOn) {
  EvidenceRig rig;
  rig.drive(test::hauling_truck(), test::dumping_ride(rig).told());
  auto outbox = *outbox::Outbox::open(options_of(rig, 2'000));
  for (const auto& record : rig.records()) outbox->append({&record, 1});
  ASSERT_TRUE(outbox->commit());
  const auto rows = outbox->look_back(0xb007, 330'000);
  ASSERT_TRUE(rows);
  ASSERT_GT(rows->size(), 1U);
  const auto first = protocol::decode(rows->front());
  const auto second = protocol::decode((*rows)[1]);
  EXPECT_LE(first->records.front().record.stamp.boot_ms, 330'000);
  EXPECT_GT(second->records.front().record.stamp.boot_ms, 330'000);
  EXPECT_EQ(protocol::decode(rows->back())->last_seq, rig.records().size());
}

TEST(LookBack, KeepsAcknowledgedRecordsAsManyAsAsked) {
  for (const std::size_t kept : {0U, 1'000U}) {
    EvidenceRig rig;
    auto outbox = *outbox::Outbox::open(options_of(rig, kept));
    protocol::Record point;
    point.payload = protocol::TrackPoint{};
    point.stamp.boot_id = 5;
    for (int round = 0; round < 100; ++round) {
      for (int n = 0; n < 60; ++n) {
        ++point.stamp.boot_ms;
        outbox->append({&point, 1});
      }
      ASSERT_TRUE(outbox->commit());
      const auto stats = outbox->stats();
      ASSERT_TRUE(outbox->acknowledge(stats.epoch, stats.next_seq - 1));
    }
    const auto rows = outbox->look_back(5, 0);
    ASSERT_TRUE(rows);
    EXPECT_EQ(outbox->stats().depth_records, 0U);
    const std::size_t held = 60 * rows->size();
    EXPECT_GE(held, kept);
    EXPECT_LE(held, kept + 60 * 36);
  }
}

}  // namespace
}  // namespace lujing::ctl
