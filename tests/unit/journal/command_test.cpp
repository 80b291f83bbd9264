// lujing-ctl journal and replay, as a person types them.
#include "ctl/journal_cmd.h"
#include "ctl/replay_cmd.h"
#include "terminal/journal/replay.h"
#include "tests/support/journals.h"
#include "tests/support/temp_dir.h"
#include "tests/support/typed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace lujing::ctl {
namespace {

using test::muck_truck;
using test::Ride;
using test::SwitchState;
using test::Typed;
using ::testing::HasSubstr;

Typed type(const std::vector<std::string>& words) {
  const auto add = [](cli::App& app, int& exit_code) {
    add_journal_command(app, exit_code);
    add_replay_command(app, exit_code);
  };
  return test::typed(add, words);
}

std::string a_journal(const tests::TempDir& folder) {
  Ride ride;
  ride.boot().gnss(30.0, 114.0, "2026-05-01T02:00:00Z").cover(SwitchState::off).load(0.9);
  ride.wheels_kmh(30).pass(60);
  test::write_journal(folder.path("a.ljj"), muck_truck(), ride.told());
  return folder.path("a.ljj");
}

TEST(JournalCommand, Lists) {
  const tests::TempDir folder;
  const Typed list = type({"journal", "list", a_journal(folder)});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_THAT(list.out, HasSubstr("a.ljj  M-001  2026-05-01T02:0"));
  const Typed json = type({"journal", "list", folder.path(), "--json"});
  EXPECT_THAT(json.out, HasSubstr("\"boot_id\":\"000000000000b007\""));
}

TEST(JournalCommand, PrintsByTimeAndKind) {
  const tests::TempDir folder;
  const std::string path = a_journal(folder);
  const Typed fixes = type({"journal", "print", path, "--kind", "gnss_fix", "--from",
                            "2026-05-01T02:00:10Z", "--to", "2026-05-01T02:00:20Z"});
  EXPECT_EQ(fixes.exit_code, 0) << fixes.err;
  EXPECT_EQ(std::count(fixes.out.begin(), fixes.out.end(), '\n'), 10);
  const Typed inputs = type({"journal", "print", path, "--kind", "analog", "--json"});
  EXPECT_THAT(inputs.out, HasSubstr(R"("name":"load","state":"ok","value":0.9,"unit":"of full")"));
  const Typed wrong = type({"journal", "print", path, "--from", "noon"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("--from: \"noon\" is no moment"));
}

TEST(JournalCommand, CutsAPieceThatCanBeReplayed) {
  const tests::TempDir folder;
  const std::string path = a_journal(folder);
  const Typed cut = type(
      {"journal", "cut", path, "--from", "110", "--to", "130", "-o", folder.path("piece.ljj")});
  EXPECT_EQ(cut.exit_code, 0) << cut.err;
  const Typed replayed = type({"replay", folder.path("piece.ljj"), "--kind", "alarm"});
  EXPECT_EQ(replayed.exit_code, 0) << replayed.err;
  EXPECT_THAT(replayed.out, HasSubstr("MT-01"));
  const Typed again = type({"journal", "cut", path, "-o", folder.path("piece.ljj")});
  EXPECT_EQ(again.exit_code, 1);
}

TEST(ReplayCommand, GivesRecordsASummaryOrTheHash) {
  const tests::TempDir folder;
  const std::string path = a_journal(folder);
  const auto summary = journal::replay(path, {});
  ASSERT_TRUE(summary.ok());
  const std::string hash = protocol::to_hex(summary->chain);
  const Typed records = type({"replay", path});
  EXPECT_EQ(static_cast<std::uint64_t>(std::count(records.out.begin(), records.out.end(), '\n')),
            summary->records);
  EXPECT_EQ(type({"replay", path, "--hash"}).out, hash + "\n");
  EXPECT_THAT(type({"replay", path, "--summary"}).out, HasSubstr(hash));
  EXPECT_THAT(type({"replay", path, "--json"}).out, HasSubstr("\"alarms_raised\":1"));
  const std::string rules = std::string(LUJING_SOURCE_DIR) + "/deploy/profiles/default.toml";
  EXPECT_THAT(type({"replay", path, "--rules", rules, "--summary"}).out, HasSubstr("default@4"));
  const Typed absent = type({"replay", folder.path("absent")});
  EXPECT_EQ(absent.exit_code, 1);
  EXPECT_THAT(absent.err, HasSubstr("no such file"));
}

TEST(Commands, ExplainThemselvesWithAnExample) {
  for (const auto& words : std::vector<std::vector<std::string>>{{"journal", "--help"},
                                                                 {"journal", "list", "--help"},
                                                                 {"journal", "cut", "--help"},
                                                                 {"journal", "print", "--help"},
                                                                 {"replay", "--help"}}) {
    EXPECT_THAT(type(words).out, HasSubstr("lujing-ctl " + words[0]));
  }
}

}  // namespace
}  // namespace lujing::ctl
