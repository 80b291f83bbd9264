// What a DBC file may say, and how a damaged one is refused.
#include "hal/can/dbc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace lujing::hal::can {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Database parsed(const std::string& text, DbcOptions options = {}) {
  auto database = parse_dbc(text, "a.dbc", options);
  EXPECT_TRUE(database.ok()) << database.error().what();
  return database ? std::move(*database) : Database{};
}

std::string refusal(const std::string& text, DbcOptions options = {}) {
  const auto database = parse_dbc(text, "a.dbc", options);
  EXPECT_FALSE(database.ok());
  return database ? "" : database.error().what();
}

TEST(Dbc, AMessageWithItsSignalsValuesAndComments) {
  const Database d = parsed(R"(VERSION "1.2"
NS_ :
	CM_
	VAL_
BS_:
BU_: Engine Body
VAL_TABLE_ OnOff 1 "on" 0 "off" ;
BO_ 291 Sweeper: 8 Body
 SG_ Brush : 7|16@0- (0.5,-10) [-100|100] "rpm" Engine,Body
 SG_ Pump m1 : 16|2@1+ (1,0) [0|3] "" Engine
 SG_ Page M : 24|4@1+ (1,0) [0|15] "" Engine
CM_ "all of it";
CM_ BO_ 291 "the upper body";
CM_ SG_ 291 Brush "turns, \"both\" brushes
on two lines";
VAL_ 291 Pump 0 "off" 1 "on" -1 "odd" ;
)");
  EXPECT_EQ(d.version, "1.2");
  EXPECT_EQ(d.comment, "all of it");
  ASSERT_EQ(d.messages.size(), 1U);
  const Message& m = d.messages[0];
  EXPECT_EQ(m.id, 291U);
  EXPECT_FALSE(m.extended);
  EXPECT_EQ(m.sender, "Body");
  EXPECT_EQ(m.comment, "the upper body");
  ASSERT_EQ(m.signals.size(), 3U);
  const Signal& brush = m.signals[0];
  EXPECT_TRUE(brush.big_endian);
  EXPECT_EQ(brush.kind, ValueKind::signed_integer);
  EXPECT_EQ(brush.scale, 0.5);
  EXPECT_EQ(brush.offset, -10);
  EXPECT_EQ(brush.minimum, -100);
  EXPECT_EQ(brush.unit, "rpm");
  EXPECT_EQ(brush.comment, "turns, \"both\" brushes\non two lines");
  EXPECT_EQ(m.signals[1].multiplexer, 2);
  EXPECT_EQ(m.signals[1].chosen_by, (std::vector<MuxRange>{{1, 1}}));
  EXPECT_EQ(m.signals[1].values, (ValueTable{{0, "off"}, {1, "on"}, {-1, "odd"}}));
  EXPECT_TRUE(m.signals[2].is_multiplexer);
}

TEST(Dbc, Bit31MarksA29BitId) {
  const Database d = parsed("BO_ 2566844926 CCVS1: 8 Engine\n");
  EXPECT_TRUE(d.messages[0].extended);
  EXPECT_EQ(d.messages[0].id, 0x18FEF1FEU);
  EXPECT_TRUE(d.messages[0].j1939) << "source address 0xFE stands for everybody";
}

TEST(Dbc, AttributesMarkJ1939Messages) {
  const std::string messages = "BO_ 2566844672 A: 8 X\nBO_ 2566844928 B: 8 X\nBO_ 100 C: 8 X\n";
  const std::string formats =
      "BA_DEF_ BO_ \"VFrameFormat\" ENUM "
      "\"StandardCAN\",\"ExtendedCAN\",\"reserved\",\"J1939PG\";\n";
  Database d = parsed(messages + formats + "BA_DEF_DEF_ \"VFrameFormat\" \"J1939PG\";\n" +
                      "BA_ \"VFrameFormat\" BO_ 2566844672 1;\n");
  EXPECT_FALSE(d.messages[0].j1939);
  EXPECT_TRUE(d.messages[1].j1939);
  EXPECT_FALSE(d.messages[2].j1939) << "an 11-bit id never is";
  d = parsed(messages + "BA_ \"ProtocolType\" \"J1939\";\n");
  EXPECT_TRUE(d.messages[0].j1939);
  d = parsed(messages);
  EXPECT_FALSE(d.messages[0].j1939);
}

TEST(Dbc, LongNamesReplaceTheShortOnesWhichStillFind) {
  const Database d = parsed(
      "BO_ 1 Short: 8 X\n SG_ sig : 0|8@1+ (1,0) [0|0] \"\" X\n"
      "BA_ \"SystemMessageLongSymbol\" BO_ 1 \"A_much_longer_message\";\n"
      "BA_ \"SystemSignalLongSymbol\" SG_ 1 sig \"A_much_longer_signal\";\n");
  ASSERT_NE(d.find("A_much_longer_message"), nullptr);
  EXPECT_EQ(d.find("Short"), d.find("A_much_longer_message"));
  EXPECT_NE(d.messages[0].find("A_much_longer_signal"), nullptr);
  EXPECT_NE(d.messages[0].find("sig"), nullptr);
  EXPECT_EQ(d.messages[0].find("other"), nullptr);
}

TEST(Dbc, FloatsAndExtendedMultiplexing) {
  const Database d = parsed(R"(BO_ 5 M: 8 X
 SG_ A M : 0|4@1+ (1,0) [0|0] "" X
 SG_ B m3M : 4|4@1+ (1,0) [0|0] "" X
 SG_ C m0 : 32|32@1- (1,0) [0|0] "" X
SIG_VALTYPE_ 5 C : 1;
SG_MUL_VAL_ 5 B A 3-3;
SG_MUL_VAL_ 5 C B 1-2, 4-4;
)");
  const Message& m = d.messages[0];
  EXPECT_EQ(m.signals[1].multiplexer, 0);
  EXPECT_TRUE(m.signals[1].is_multiplexer);
  EXPECT_EQ(m.signals[2].multiplexer, 1);
  EXPECT_EQ(m.signals[2].chosen_by, (std::vector<MuxRange>{{1, 2}, {4, 4}}));
  EXPECT_EQ(m.signals[2].kind, ValueKind::float32);
}

TEST(Dbc, TextIsUtf8OrWindows1252) {
  const auto comment = [](const std::string& bytes) {
    return parsed("CM_ \"" + bytes + "\";\n").comment;
  };
  EXPECT_EQ(comment("\xC2\xB0"
                    "C"),
            "°C");
  EXPECT_EQ(comment("\xB0"
                    "C \x80"),
            "°C €");
  EXPECT_EQ(parsed("\xEF\xBB\xBF"
                   "VERSION \"x\"\n")
                .version,
            "x")
      << "byte order mark";
}

TEST(Dbc, CommentsOfAProgrammerAreSkipped) {
  const Database d =
      parsed("// first\nBO_ 1 A: 8 X /* and\n more */\nCM_ BO_ 1 \"// no comment\"; // last");
  EXPECT_EQ(d.messages[0].comment, "// no comment");
}

TEST(Dbc, WhatSpeaksOfNothingIsNotedAndSkipped) {
  const Database d = parsed("BO_ 1 A: 8 X\nCM_ BO_ 2 \"gone\";\nVAL_ 1 S 0 \"x\" ;\n");
  ASSERT_EQ(d.notes.size(), 2U);
  EXPECT_THAT(d.notes[0], StartsWith("a.dbc:2: CM_ speaks of message 2"));
  EXPECT_THAT(d.notes[1], HasSubstr("signal S of message A"));
}

TEST(Dbc, SignalsOfNoMessageAreSkipped) {
  const Database d = parsed(
      "BO_ 3221225472 VECTOR__INDEPENDENT_SIG_MSG: 0 Vector__XXX\n"
      " SG_ lost m2 : 0|8@1+ (1,0) [0|0] \"\" X\nBO_ 1 A: 8 X\n");
  ASSERT_EQ(d.messages.size(), 1U);
  EXPECT_EQ(d.messages[0].name, "A");
}

TEST(Dbc, ASignalBehindTheEndOfItsMessageNeedsLenience) {
  const std::string text = "BO_ 1 A: 1 X\n SG_ S : 8|1@1+ (1,0) [0|1] \"\" X\n";
  EXPECT_EQ(refusal(text), "a.dbc:2: signal S needs 2 bytes, message A has 1");
  const Database d = parsed(text, {.lenient = true});
  EXPECT_EQ(d.messages[0].signals.size(), 1U);
  ASSERT_EQ(d.notes.size(), 1U);
  EXPECT_THAT(d.notes[0], StartsWith("a.dbc:2: "));
}

TEST(Dbc, OverlappingSignalsAreTaken) {
  const Database d = parsed(
      "BO_ 1 A: 2 X\n SG_ S : 0|16@1+ (1,0) [0|1] \"\" X\n SG_ T : 8|8@1+ (1,0) [0|1] \"\" X\n");
  EXPECT_EQ(d.messages[0].signals.size(), 2U);
}

struct Damage {
  const char* text;
  const char* said;  ///< the refusal begins with it
};

class DbcDamage : public ::testing::TestWithParam<Damage> {};

TEST_P(DbcDamage, IsRefusedWithFileLineAndReason) {
  EXPECT_THAT(refusal(GetParam().text), StartsWith(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Dbc, DbcDamage,
    ::testing::Values(
        Damage{"VERSION \"\"\n\nhello world\n", "a.dbc:3: 'hello' is no DBC statement"},
        Damage{"BO_ x A: 8 X\n", "a.dbc:1: expected a message id after BO_, found 'x A: 8 X'"},
        Damage{"BO_ 1 A 8 X\n", "a.dbc:1: expected ':' after the message name"},
        Damage{"BO_ 1 A:\n", "a.dbc:1: expected the message length in bytes, found the end"},
        Damage{"BO_ 2048 A: 8 X\n", "a.dbc:1: message A: the standard id 2048 has more than 11"},
        Damage{"BO_ 3000000000000 A: 8 X\n", "a.dbc:1: message A: the id has more than 32 bits"},
        Damage{"BO_ 2684354560 A: 8 X\n", "a.dbc:1: message A: the extended id has more than 29"},
        Damage{"BO_ 1 A: 8 X\nBO_ 1 B: 8 X\n", "a.dbc:2: message B: its id is that of message A"},
        Damage{"BO_ 1 A: 9999 X\n", "a.dbc:1: message A: longer than 1785 bytes"},
        Damage{" SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n", "a.dbc:1: SG_ stands outside of a message"},
        Damage{"BO_ 1 A: 8 X\n SG_ S : 0|0@1+ (1,0) [0|0] \"\" X\n",
               "a.dbc:2: signal S: its length must be 1 to 64 bits, not 0"},
        Damage{"BO_ 1 A: 8 X\n SG_ S : 0|65@1+ (1,0) [0|0] \"\" X\n",
               "a.dbc:2: signal S: its length must be 1 to 64 bits, not 65"},
        Damage{"BO_ 1 A: 8 X\n SG_ S : 0|8@2+ (1,0) [0|0] \"\" X\n",
               "a.dbc:2: expected the byte order, 0 or 1"},
        Damage{"BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1;0) [0|0] \"\" X\n",
               "a.dbc:2: expected (factor,offset) of signal S"},
        Damage{"BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1e999,0) [0|0] \"\" X\n",
               "a.dbc:2: expected (factor,offset) of signal S"},
        Damage{"BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] km/h X\n",
               "a.dbc:2: expected the unit of signal S, a string"},
        Damage{"BO_ 1 A: 8 X\n SG_ S q1 : 0|8@1+ (1,0) [0|0] \"\" X\n",
               "a.dbc:2: signal S: 'q1' is no multiplexer mark"},
        Damage{"BO_ 1 A: 8 X\n SG_ S m1 : 0|8@1+ (1,0) [0|0] \"\" X\n",
               "a.dbc:2: signal S of message A is multiplexed, but the message has 0"},
        Damage{"BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n"
               " SG_ S : 8|8@1+ (1,0) [0|0] \"\" X\n",
               "a.dbc:3: message A has signal S twice"},
        Damage{"BO_ 1 A: 8 X\nCM_ BO_ 1 \"never\n ends;\n", "a.dbc:2: a string begins here"},
        Damage{"BO_ 1 A: 8 X\nCM_ BO_ 1 \"x\"\nBO_ 2 B: 8 X\n", "a.dbc:2: CM_ has no ';'"},
        Damage{"EV_ E: 0 [0|0] \"\" 0 1 X\nBO_ 2 B: 8 X\n", "a.dbc:1: EV_ has no ';' at its end"},
        Damage{"SIG_VALTYPE_ 7 S : 1;\n", "a.dbc:1: SIG_VALTYPE_ speaks of message 7"},
        Damage{"BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\nSIG_VALTYPE_ 1 S : 1;\n",
               "a.dbc:3: signal S is a floating-point number and must have 32 bits, not 8"},
        Damage{"BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\nSG_MUL_VAL_ 1 S T 0-1;\n",
               "a.dbc:3: message A has no multiplexer T"},
        Damage{"BO_ 1 A: 8 X\n SG_ S m0M : 0|8@1+ (1,0) [0|0] \"\" X\nSG_MUL_VAL_ 1 S S 0-1;\n",
               "a.dbc:2: signal S of message A is multiplexed by itself"},
        Damage{"BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\nVAL_ 1 S 0 off ;\n",
               "a.dbc:3: expected the text of a value"}));

TEST(Dbc, ZeroBytesAreNoDbc) {
  EXPECT_THAT(refusal(std::string("BO_ 1\0 A", 8)), HasSubstr("not a DBC file"));
}

TEST(Dbc, AMissingFileIsNamed) {
  const auto database = load_dbc("/nowhere/truck.dbc");
  ASSERT_FALSE(database.ok());
  EXPECT_THAT(database.error().what(), StartsWith("/nowhere/truck.dbc: cannot be read"));
}

/// Cut after any byte, a file is taken or refused with its name, never worse.
TEST(Dbc, AnyBeginningOfAFileIsTakenOrRefused) {
  const std::string text =
      "VERSION \"1\"\nNS_ :\n CM_\nBS_:\nBU_: A\nBO_ 5 M: 8 X\n SG_ A M : 0|4@1+ (1,0) [0|0] \"\" "
      "X\n SG_ C m0 : 32|32@1- (1.5e3,0) [0|0] \"\" X\nSIG_VALTYPE_ 5 C : 1;\nSG_MUL_VAL_ 5 C A "
      "1-2, 4-4;\nVAL_ 5 A 1 \"x\" ;\nBA_DEF_ \"B\" INT 0 1;\nBA_ \"B\" 1;\n";
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const auto database = parse_dbc(text.substr(0, length), "a.dbc");
    if (!database) {
      EXPECT_THAT(database.error().what(), StartsWith("a.dbc:"));
    }
  }
}

}  // namespace
}  // namespace lujing::hal::can
