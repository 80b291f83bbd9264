// Directives in the core: whole or not at all, told once, the same in a replay.
#include "protocol/chain.h"
#include "terminal/core/directive/directives.h"
#include "terminal/core/directive/text.h"
#include "terminal/core/snapshot.h"
#include "tests/support/observations.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lujing::core {
namespace {

using hal::DirectiveInForce;
using protocol::AlarmRecord;
using protocol::AlarmState;
using protocol::DirectiveOutcome;
using protocol::DirectiveRecord;

/// Any 32 bytes will do: the core trusts the library.
Sha256 key_of(const std::string& body) {
  Sha256 key{};
  if (body.empty()) return sha256_of_nothing;
  for (std::size_t i = 0; i < body.size(); ++i)
    key[i % key.size()] ^= static_cast<std::uint8_t>(body[i]);
  return key;
}

class MapLibrary : public DirectiveLibrary {
 public:
  DirectiveBody find(const Sha256& sha256) const override {
    const auto found = bodies_.find(sha256);
    return found == bodies_.end() ? nullptr : found->second;
  }
  DirectiveInForce put(DirectiveKind kind, std::uint64_t version, const std::string& body) {
    bodies_[key_of(body)] = std::make_shared<const std::string>(body);
    return {kind, version, key_of(body)};
  }

 private:
  std::map<Sha256, DirectiveBody> bodies_;
};

/// "NAME@VERSION speed": a rule set as short as it can be.
Result<void> read_rules(std::string_view body, CoreConfig& config) {
  const auto space = body.find(' ');
  if (space == std::string_view::npos) return Error("rules.MT-01.trigger_speed_kmh: missing");
  config.rule_set = std::string(body.substr(0, space));
  if (body.substr(space + 1) == "off") {
    config.mt01.alarm.enabled = false;
  } else {
    config.mt01.trigger_speed_mps = std::stod(std::string(body.substr(space + 1))) / 3.6;
  }
  return {};
}

struct Scene {
  std::shared_ptr<MapLibrary> library = std::make_shared<MapLibrary>();
  Core core{test::muck_truck(), {library, read_rules}};
  std::vector<protocol::Record> records;
  test::Ride ride;
  std::size_t taken = 0;

  Scene() { ride.boot(); }
  void tell() {
    const auto told = ride.told();
    for (; taken < told.size(); ++taken) core.take(told[taken], records);
  }
  DirectiveRecord tell(DirectiveKind kind, std::uint64_t version, const std::string& body) {
    ride.say(library->put(kind, version, body));
    tell();
    const auto all = test::only<DirectiveRecord>(records);
    return all.empty() ? DirectiveRecord{} : all.back();
  }
  std::vector<AlarmRecord> alarms() const { return test::only<AlarmRecord>(records); }
};

TEST(Directives, ANewRuleSetJudgesFromThereOnAndIsNamed) {
  Scene scene;
  scene.ride.cover(hal::SwitchState::off).load(0.9).wheels_kmh(8).pass(10);
  scene.tell();
  ASSERT_EQ(scene.alarms().size(), 1U);
  EXPECT_EQ(scene.alarms()[0].rule_set, "test@1");
  const auto record = scene.tell(DirectiveKind::rule_set, 4, "city@4 10");
  EXPECT_EQ(record.outcome, DirectiveOutcome::applied);
  EXPECT_EQ(record.name, "rule_set");
  EXPECT_EQ(record.version, 4U);
  EXPECT_EQ(record.sha256, protocol::to_hex(key_of("city@4 10")));
  scene.ride.pass(10);
  scene.tell();
  ASSERT_EQ(scene.alarms().size(), 2U) << "8 km/h is below the new trigger";
  EXPECT_EQ(scene.alarms()[1].state, AlarmState::cleared);
  EXPECT_EQ(scene.alarms()[1].rule_set, "city@4");
  EXPECT_EQ(scene.core.snapshot().rule_set, "city@4");
}

TEST(Directives, WhatIsRefusedLeavesTheOneInForce) {
  Scene scene;
  scene.tell(DirectiveKind::rule_set, 4, "city@4 10");
  const auto bad = scene.tell(DirectiveKind::rule_set, 5, "nonsense");
  EXPECT_EQ(bad.outcome, DirectiveOutcome::refused);
  EXPECT_EQ(bad.reason, "rules.MT-01.trigger_speed_kmh: missing");
  EXPECT_EQ(scene.core.snapshot().rule_set, "city@4");
  const auto older = scene.tell(DirectiveKind::rule_set, 3, "city@3 5");
  EXPECT_EQ(older.outcome, DirectiveOutcome::refused);
  EXPECT_EQ(older.reason, "version 3 is older than version 4, which is in force");
  const auto same = scene.tell(DirectiveKind::rule_set, 4, "city@4 99");
  EXPECT_EQ(same.outcome, DirectiveOutcome::refused);
  EXPECT_EQ(scene.tell(DirectiveKind::rule_set, 5, "city@5 7").outcome, DirectiveOutcome::applied)
      << "a refused version may come again, mended";
}

TEST(Directives, ToldAgainIsNoNews) {
  Scene scene;
  scene.tell(DirectiveKind::rule_set, 4, "city@4 10");
  const auto before = test::only<DirectiveRecord>(scene.records).size();
  scene.tell(DirectiveKind::rule_set, 4, "city@4 10");
  EXPECT_EQ(test::only<DirectiveRecord>(scene.records).size(), before);
}

TEST(Directives, WithdrawnRulesFallBackToTheVehiclesOwn) {
  Scene scene;
  scene.tell(DirectiveKind::rule_set, 4, "city@4 10");
  const auto record = scene.tell(DirectiveKind::rule_set, 5, "");
  EXPECT_EQ(record.outcome, DirectiveOutcome::withdrawn);
  EXPECT_EQ(scene.core.snapshot().rule_set, "test@1");
}

TEST(Directives, ABootForgetsAndIsToldAnew) {
  Scene scene;
  scene.tell(DirectiveKind::rule_set, 4, "city@4 10");
  scene.ride.boot(2);
  scene.tell();
  EXPECT_EQ(scene.core.snapshot().rule_set, "test@1");
  EXPECT_TRUE(scene.core.snapshot().directives.empty());
  EXPECT_EQ(scene.tell(DirectiveKind::rule_set, 4, "city@4 10").outcome, DirectiveOutcome::applied);
  EXPECT_EQ(scene.core.snapshot().rule_set, "city@4");
}

TEST(Directives, TheBootRecordNamesTheRuleSetThatIsToldRightAfterIt) {
  CoreConfig config = test::muck_truck();
  config.boot_rule_set = "city@4";
  test::Ride ride;
  ride.boot();
  const auto boots = test::only<protocol::BootRecord>(test::run(config, ride.told()));
  ASSERT_EQ(boots.size(), 1U);
  EXPECT_EQ(boots[0].rule_set, "city@4");
}

TEST(Directives, ARuleThatIsSwitchedOffClearsItsAlarm) {
  Scene scene;
  scene.ride.cover(hal::SwitchState::off).load(0.9).wheels_kmh(30).pass(10);
  scene.tell();
  ASSERT_EQ(scene.alarms().size(), 1U);
  scene.tell(DirectiveKind::rule_set, 2, "city@2 off");
  ASSERT_EQ(scene.alarms().size(), 2U);
  EXPECT_EQ(scene.alarms()[1].state, AlarmState::cleared);
  EXPECT_EQ(scene.alarms()[1].rule_set, "city@2");
}

TEST(Directives, AKindThatNothingTakesAndAMissingBodyAreRefusedWithAReason) {
  Directives directives(std::make_shared<MapLibrary>());
  const auto useless = directives.take({DirectiveKind::plan, 1, key_of("x")});
  ASSERT_TRUE(useless);
  EXPECT_EQ(useless->reason, "this version of the terminal has no use for plan directives");
  int applied = 0;
  directives.on(DirectiveKind::plan, {[&](const DirectiveBody&) {
                                        ++applied;
                                        return Result<void>();
                                      },
                                      {}});
  EXPECT_EQ(directives.take({DirectiveKind::plan, 1, key_of("x")})->reason,
            "its body is not at hand");
  EXPECT_EQ(directives.take({DirectiveKind::plan, 0, key_of("x")})->reason, "versions begin at 1");
  EXPECT_EQ(applied, 0);
  EXPECT_EQ(directives.take({DirectiveKind::plan, 1, sha256_of_nothing})->outcome,
            DirectiveOutcome::withdrawn);
}

TEST(Directives, ADriverTextIsTextOfAVoicesLength) {
  Scene scene;
  EXPECT_EQ(scene.tell(DirectiveKind::driver_text, 1, "前方积水，请绕行").outcome,
            DirectiveOutcome::applied);
  EXPECT_EQ(scene.core.snapshot().driver_text, "前方积水，请绕行");
  EXPECT_EQ(scene.tell(DirectiveKind::driver_text, 2, "\xff").reason,
            "byte 1 of the text is not UTF-8");
  EXPECT_EQ(scene.tell(DirectiveKind::driver_text, 2, "a\x07").reason,
            "byte 2 of the text is a control character");
  EXPECT_EQ(scene.tell(DirectiveKind::driver_text, 2, std::string(501, 'a')).outcome,
            DirectiveOutcome::refused);
  EXPECT_EQ(scene.core.snapshot().driver_text, "前方积水，请绕行");
}

TEST(Text, RefusesWhatIsNoUtf8) {
  for (const char* wrong : {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                            "\xf5\x80\x80\x80", "\xe5\x89", "a\x80", "\xf0\x8f\xbf\xbf"}) {
    EXPECT_FALSE(check_driver_text(wrong)) << testing::PrintToString(std::string(wrong));
  }
  EXPECT_TRUE(check_driver_text("\xf4\x8f\xbf\xbf é 渣土车\n"));
}

TEST(Text, IsCutBetweenCharacters) {
  EXPECT_EQ(shortened("渣土车", 9), "渣土车");
  EXPECT_EQ(shortened("渣土车", 8), "渣土");
  EXPECT_EQ(shortened("渣土车", 2), "");
}

}  // namespace
}  // namespace lujing::core
