// Frames to values: lengths, byte orders, multiplexers, J1939.
#include "hal/can/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <limits>
#include <random>

namespace lujing::hal::can {
namespace {

using ::testing::HasSubstr;

Database dbc(const std::string& text) {
  auto database = parse_dbc(text, "a.dbc", {.lenient = true});
  EXPECT_TRUE(database.ok()) << database.error().what();
  return database ? std::move(*database) : Database{};
}

CanFrame frame(std::uint32_t id, std::vector<std::uint8_t> bytes) {
  CanFrame f;
  f.id = id;
  f.extended = id > max_standard_id;
  f.len = static_cast<std::uint8_t>(bytes.size());
  f.data.fill(0xA5);  // behind the length: must never be seen
  std::copy(bytes.begin(), bytes.end(), f.data.begin());
  return f;
}

struct Said {
  std::uint32_t wish;
  SignalState state;
  double value;
  bool operator==(const Said&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Said& s) {
  return out << s.wish << ":" << static_cast<int>(s.state) << ":" << s.value;
}

std::vector<Said> said(Decoder& decoder, const CanFrame& f) {
  std::vector<Said> all;
  for (const Decoded& d : decoder.decode(f)) all.push_back({d.wish, d.state, d.value});
  return all;
}

Decoder all_of(const Database& database) {
  return std::move(*Decoder::compile_all(database));
}

constexpr auto ok = SignalState::ok;

TEST(Decoder, OnlyWhatIsWishedForIsTold) {
  const Database d = dbc(
      "BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ T : 8|8@1- (0.5,1) [0|0] \"\" X\n");
  auto decoder = Decoder::compile({&d}, {{"A", "T", {}}});
  ASSERT_TRUE(decoder.ok());
  EXPECT_EQ(said(*decoder, frame(1, {7, 0xFE, 0, 0, 0, 0, 0, 0})), (std::vector<Said>{{0, ok, 0}}));
  EXPECT_TRUE(said(*decoder, frame(2, {7, 8})).empty());
  EXPECT_EQ(decoder->filters(), (std::vector<IdFilter>{{1, 0x7FF, false}}));
}

TEST(Decoder, AShareIsToldAsOneWhateverTheDatabaseCallsAWhole) {
  const Database d =
      dbc("BO_ 1 A: 8 X\n SG_ P : 0|8@1+ (0.5,10) [0|100] \"%\" X\n SG_ S : 8|8@1+ (0.01,0) [0|1] "
          "\"\" X\n");
  auto decoder =
      Decoder::compile({&d}, {{"A", "P", {}, true}, {"A", "S", {}, true}, {"A", "P", {}, false}});
  ASSERT_TRUE(decoder.ok());
  for (const Said& one : said(*decoder, frame(1, {80, 25, 0, 0, 0, 0, 0, 0}))) {
    EXPECT_DOUBLE_EQ(one.value, one.wish == 0 ? 0.5 : one.wish == 1 ? 0.25 : 50);
  }
}

TEST(Decoder, WhatTheDatabasesDoNotHaveIsRefusedByName) {
  const Database d = dbc("BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n");
  EXPECT_THAT(Decoder::compile({&d}, {{"B", "S", {}}}).error().what(),
              HasSubstr("no message B in"));
  EXPECT_THAT(Decoder::compile({&d}, {{"A", "T", {}}}).error().what(),
              HasSubstr("message A has no signal T"));
  EXPECT_THAT(Decoder::compile({}, {{"A", "T", {}}}).error().what(), HasSubstr("no DBC file"));
  EXPECT_THAT(Decoder::compile({&d}, {{"A", "S", 3}}).error().what(),
              HasSubstr("no J1939 message"));
}

TEST(Decoder, AStandardIdIsNotTheExtendedIdOfTheSameNumber) {
  const Database d = dbc("BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n");
  Decoder decoder = all_of(d);
  CanFrame f = frame(1, {1, 0, 0, 0, 0, 0, 0, 0});
  f.extended = true;
  EXPECT_TRUE(decoder.decode(f).empty());
}

TEST(Decoder, AFrameTooShortForASignalIsCountedAndTheSignalIsNotRead) {
  const Database d =
      dbc("BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ T : 8|9@1+ (1,0) [0|0] \"\" X\n");
  Decoder decoder = all_of(d);
  EXPECT_EQ(said(decoder, frame(1, {7, 1})), (std::vector<Said>{{0, ok, 7}}));
  EXPECT_EQ(decoder.short_frames(), 1U);
  EXPECT_TRUE(decoder.decode(frame(1, {})).empty());
  EXPECT_EQ(decoder.short_frames(), 2U);
  EXPECT_EQ(said(decoder, frame(1, {7, 1, 0})).size(), 2U);
  EXPECT_EQ(decoder.short_frames(), 2U);
}

TEST(Decoder, RemoteAndErrorFramesSayNothing) {
  const Database d = dbc("BO_ 1 A: 8 X\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" X\n");
  Decoder decoder = all_of(d);
  CanFrame f = frame(1, {1});
  f.remote = true;
  EXPECT_TRUE(decoder.decode(f).empty());
  f = frame(1, {1});
  f.error = true;
  EXPECT_TRUE(decoder.decode(f).empty());
  f = frame(1, {1});
  f.len = 200;  // no such frame
  EXPECT_TRUE(decoder.decode(f).empty());
}

TEST(Decoder, AFloatThatIsNoNumberIsAnError) {
  const Database d =
      dbc("BO_ 1 A: 8 X\n SG_ S : 0|32@1- (2,1) [0|0] \"\" X\nSIG_VALTYPE_ 1 S : 1;\n");
  Decoder decoder = all_of(d);
  const auto with = [&](float value) {
    const auto bits = std::bit_cast<std::array<std::uint8_t, 4>>(value);
    return said(decoder, frame(1, {bits.begin(), bits.end()}));
  };
  EXPECT_EQ(with(1.5F), (std::vector<Said>{{0, ok, 4}}));
  const std::vector<Said> none = {{0, SignalState::error, 0}};
  EXPECT_EQ(with(std::numeric_limits<float>::quiet_NaN()), none);
  EXPECT_EQ(with(std::numeric_limits<float>::infinity()), none);
}

TEST(Decoder, AMultiplexerChoosesAndItsOwnMultiplexerChoosesIt) {
  const Database d = dbc(R"(BO_ 5 M: 8 X
 SG_ C m0 : 8|8@1+ (1,0) [0|0] "" X
 SG_ B m3M : 4|4@1+ (1,0) [0|0] "" X
 SG_ A M : 0|4@1+ (1,0) [0|0] "" X
 SG_ Always : 16|8@1+ (1,0) [0|0] "" X
SG_MUL_VAL_ 5 B A 3-3;
SG_MUL_VAL_ 5 C B 1-2, 4-4;
)");
  Decoder decoder = all_of(d);
  const auto wishes = [&](std::uint8_t first) {
    std::vector<std::uint32_t> list;
    for (const auto& s : said(decoder, frame(5, {first, 9, 8}))) list.push_back(s.wish);
    std::sort(list.begin(), list.end());
    return list;
  };
  EXPECT_EQ(wishes(0x23), (std::vector<std::uint32_t>{0, 1, 2, 3}));
  EXPECT_EQ(wishes(0x43), (std::vector<std::uint32_t>{0, 1, 2, 3}));
  EXPECT_EQ(wishes(0x33), (std::vector<std::uint32_t>{1, 2, 3})) << "B chooses nothing";
  EXPECT_EQ(wishes(0x22), (std::vector<std::uint32_t>{2, 3})) << "A does not choose B";
  auto only_c = Decoder::compile({&d}, {{"M", "C", {}}});
  EXPECT_EQ(said(*only_c, frame(5, {0x13, 9, 8})), (std::vector<Said>{{0, ok, 9}}));
  EXPECT_TRUE(said(*only_c, frame(5, {0x12, 9, 8})).empty());
}

// --- J1939 ---

// EEC1 (PDU2, PGN F004) and TSC1 (PDU1, PGN 0000), both from anybody.
const char* const engine =
    "BO_ 2364540158 EEC1: 8 E\n SG_ EngineSpeed : 24|16@1+ (0.125,0) [0|0] \"rpm\" X\n"
    "BO_ 2348875518 TSC1: 8 E\n SG_ Mode : 0|2@1+ (1,0) [0|0] \"\" X\n";

TEST(J1939, MatchesByParameterGroupFromAnySource) {
  const Database d = dbc(engine);
  Decoder decoder = all_of(d);
  const std::vector<std::uint8_t> rpm = {0, 0, 0, 0x40, 0x1F, 0, 0, 0};
  EXPECT_EQ(said(decoder, frame(0x0CF00400, rpm)), (std::vector<Said>{{0, ok, 1000}}));
  EXPECT_EQ(said(decoder, frame(0x18F00417, rpm)), (std::vector<Said>{{0, ok, 1000}}))
      << "priority";
  EXPECT_TRUE(said(decoder, frame(0x0CF00500, rpm)).empty());
  EXPECT_TRUE(said(decoder, frame(0x0DF00400, rpm)).empty()) << "another data page";
}

TEST(J1939, TheDestinationOfAPdu1IdIsIgnored) {
  const Database d = dbc(engine);
  Decoder decoder = all_of(d);
  EXPECT_EQ(said(decoder, frame(0x0C00000B, {1})), (std::vector<Said>{{1, ok, 1}}));
  EXPECT_EQ(said(decoder, frame(0x0C00FF0B, {1})), (std::vector<Said>{{1, ok, 1}}));
  EXPECT_TRUE(said(decoder, frame(0x0C01000B, {1})).empty());
}

TEST(J1939, FiltersLetTheWholeGroupThroughAndNoMore) {
  const Database d = dbc(engine);
  Decoder decoder = all_of(d);
  for (const IdFilter& filter : decoder.filters()) {
    EXPECT_TRUE(filter.extended);
    EXPECT_EQ(filter.mask, filter.id == 0 ? 0x03FF0000U : 0x03FFFF00U);
    EXPECT_TRUE(filter.id == 0 || filter.id == 0x00F00400U) << filter.id;
  }
}

TEST(J1939, AWishForOneSourceIsDeafToTheOthers) {
  const Database d = dbc(engine);
  auto decoder = Decoder::compile({&d}, {{"EEC1", "EngineSpeed", 1}, {"EEC1", "EngineSpeed", {}}});
  ASSERT_TRUE(decoder.ok());
  const std::vector<std::uint8_t> rpm = {0, 0, 0, 0x40, 0x1F, 0, 0, 0};
  EXPECT_EQ(said(*decoder, frame(0x0CF00401, rpm)).size(), 2U);
  EXPECT_EQ(said(*decoder, frame(0x0CF00400, rpm)), (std::vector<Said>{{1, ok, 1000}}));
}

/// A main and an auxiliary engine: the DBC tells them apart by source address, so do we.
TEST(J1939, TwoMessagesOfOneGroupAreToldApartByTheirSource) {
  const Database d =
      dbc("BO_ 2364539904 Main: 8 E\n SG_ Speed : 24|16@1+ (0.125,0) [0|0] \"rpm\" X\n"
          "BO_ 2364539905 Aux: 8 E\n SG_ Speed : 24|16@1+ (0.125,0) [0|0] \"rpm\" X\n"
          "BA_ \"ProtocolType\" \"J1939\";\n");
  Decoder decoder = all_of(d);
  const std::vector<std::uint8_t> rpm = {0, 0, 0, 0x40, 0x1F, 0, 0, 0};
  EXPECT_EQ(said(decoder, frame(0x0CF00400, rpm)), (std::vector<Said>{{0, ok, 1000}}));
  EXPECT_EQ(said(decoder, frame(0x0CF00401, rpm)), (std::vector<Said>{{1, ok, 1000}}));
  EXPECT_TRUE(said(decoder, frame(0x0CF00402, rpm)).empty());
}

struct Range {
  int bits;
  std::uint64_t raw;
  SignalState state;
};

class J1939Ranges : public ::testing::TestWithParam<Range> {};

TEST_P(J1939Ranges, AreToldAsStates) {
  const auto [bits, raw, state] = GetParam();
  const Database d =
      dbc("BO_ 2566844926 M: 8 E\n SG_ S : 0|" + std::to_string(bits) + "@1+ (1,0) [0|0] \"\" X\n");
  Decoder decoder = all_of(d);
  std::vector<std::uint8_t> bytes(8);
  std::memcpy(bytes.data(), &raw, 8);
  const double value = state == ok ? static_cast<double>(raw) : 0;
  EXPECT_EQ(said(decoder, frame(0x18FEF100, bytes)), (std::vector<Said>{{0, state, value}}));
  auto as_numbers = Decoder::compile_all(d, {.judge_j1939_ranges = false});
  EXPECT_EQ(said(*as_numbers, frame(0x18FEF100, bytes)),
            (std::vector<Said>{{0, ok, static_cast<double>(raw)}}));
}

constexpr auto not_available = SignalState::not_available;
constexpr auto error = SignalState::error;
INSTANTIATE_TEST_SUITE_P(J1939, J1939Ranges,
                         ::testing::Values(Range{1, 1, ok}, Range{2, 1, ok}, Range{2, 2, error},
                                           Range{2, 3, not_available}, Range{4, 0xD, ok},
                                           Range{4, 0xE, error}, Range{4, 0xF, not_available},
                                           Range{8, 0xFD, ok}, Range{8, 0xFE, error},
                                           Range{8, 0xFF, not_available}, Range{16, 0xFDFF, ok},
                                           Range{16, 0xFE00, error}, Range{16, 0xFEFF, error},
                                           Range{16, 0xFF00, not_available},
                                           Range{16, 0xFFFF, not_available},
                                           Range{32, 0xFDFFFFFF, ok}, Range{32, 0xFE000000, error},
                                           Range{32, 0xFF000000, not_available}));

// --- any layout, any content ---

std::uint64_t bit_by_bit(const Signal& s, const CanFrame& f) {
  std::uint64_t raw = 0;
  int bit = s.big_endian ? s.start_bit : s.start_bit + s.length - 1;
  for (int i = 0; i < s.length; ++i) {
    raw = raw * 2 + ((f.data[static_cast<std::size_t>(bit / 8)] >> (bit % 8)) & 1);
    if (!s.big_endian) {
      --bit;
    } else {
      bit = bit % 8 == 0 ? bit + 15 : bit - 1;
    }
  }
  return raw;
}

TEST(DecoderProperty, EveryLayoutReadsWhatReadingBitByBitGives) {
  std::mt19937_64 random(20240521);
  int read = 0;
  for (int round = 0; round < 20'000; ++round) {
    Signal s;
    s.name = "S";
    s.length = static_cast<std::uint16_t>(1 + random() % 64);
    s.start_bit = static_cast<std::uint16_t>(random() % 512);
    s.big_endian = random() % 2 == 0;
    s.kind = random() % 2 == 0 ? ValueKind::signed_integer : ValueKind::unsigned_integer;
    if (bytes_needed(s) > max_fd_bytes) continue;
    Database d;
    d.messages.resize(1);
    d.messages[0].id = 1;
    d.messages[0].signals = {s};
    Decoder decoder = all_of(d);
    CanFrame f;
    f.id = 1;
    f.fd = true;
    f.len = static_cast<std::uint8_t>(random() % (max_fd_bytes + 1));
    for (auto& byte : f.data) byte = static_cast<std::uint8_t>(random());
    const auto got = decoder.decode(f);
    if (bytes_needed(s) > f.len) {
      EXPECT_TRUE(got.empty());
      continue;
    }
    ASSERT_EQ(got.size(), 1U);
    std::uint64_t raw = bit_by_bit(s, f);
    if (s.kind == ValueKind::signed_integer && (raw >> (s.length - 1)) != 0 && s.length < 64) {
      raw -= 1ULL << s.length;
    }
    ASSERT_EQ(static_cast<std::uint64_t>(got[0].raw), raw)
        << s.start_bit << '|' << s.length << (s.big_endian ? "@0" : "@1");
    const double value = s.kind == ValueKind::signed_integer
                             ? static_cast<double>(static_cast<std::int64_t>(raw))
                             : static_cast<double>(raw);
    EXPECT_EQ(got[0].value, value);
    ++read;
  }
  EXPECT_GT(read, 5'000);
}

}  // namespace
}  // namespace lujing::hal::can
