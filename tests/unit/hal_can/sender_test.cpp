// Limits as signals of a message of ours: its bits, its time, and that an adapter on a
// pseudo-terminal gets it.
#include "hal/can/sender.h"

#include "hal/can/dbc.h"
#include "hal/can/source.h"
#include "hal/io/outputs.h"
#include "tests/unit/hal_can/adapter.h"
#include "tests/unit/hal_can/collector.h"
#include "tests/unit/hal_can/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lujing::hal::can {
namespace {

using ::testing::HasSubstr;

constexpr const char* limits_dbc =
    "VERSION \"\"\n"
    "BO_ 2566849520 Limits: 8 Vector__XXX\n"
    " SG_ SpeedLimit : 8|16@1+ (0.00390625,0) [0|250.996] \"km/h\" Vector__XXX\n"
    " SG_ Lock : 2|2@1+ (1,0) [0|3] \"\" Vector__XXX\n"
    " SG_ HoistLimit : 0|2@1+ (1,0) [0|3] \"\" Vector__XXX\n"
    "BO_ 291 Body: 4 Vector__XXX\n"
    " SG_ Speed : 7|12@0+ (1,0) [0|4095] \"km/h\" Vector__XXX\n"
    " SG_ Wide : 20|20@1+ (1,0) [0|1] \"\" Vector__XXX\n";

std::shared_ptr<OutputBoard> board() {
  return std::make_shared<OutputBoard>(
      std::vector<OutputConfig>{{"speed_limit_kmh", OutputKind::can, 0, false},
                                {"lock", OutputKind::can, 0, false},
                                {"hoist_limit", OutputKind::can, 0, true}});
}

std::vector<CanOutput> three() {
  return {{0, "Limits", "SpeedLimit", 100, true, 39},
          {1, "Limits", "Lock", 50, false, 39},
          {2, "Limits", "HoistLimit", 100, false, 39}};
}

Result<Sender> compile(std::vector<CanOutput> outputs, std::shared_ptr<const OutputBoard> to) {
  static const Result<Database> database = parse_dbc(limits_dbc, "limits.dbc", {.lenient = true});
  if (!database) return database.error();
  const Database* all[] = {&*database};
  return Sender::compile(all, std::move(outputs), std::move(to));
}

std::string hex(const CanFrame& frame) {
  std::string text;
  for (std::size_t i = 0; i < frame.len; ++i) {
    char byte[4];
    std::snprintf(byte, sizeof byte, "%02X", unsigned{frame.data[i]});
    text += byte;
  }
  return text;
}

TEST(Sender, SaysNothingUntilSomethingIsWantedThenAsOftenAsAsked) {
  const auto to = board();
  auto sender = compile(three(), to);
  ASSERT_TRUE(sender) << sender.error().what();
  std::vector<CanFrame> frames;
  sender->due({0}, frames);
  EXPECT_TRUE(frames.empty());
  to->want("speed_limit_kmh", 20);
  to->want("lock", 0);
  to->want("hoist_limit", 0);
  sender->due({50 * ns_per_ms}, frames);
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_TRUE(frames[0].extended);
  EXPECT_EQ(frames[0].id, 2566849520U & 0x1FFFFFFFU);
  EXPECT_EQ(hex(frames[0]),
            "F10014FFFFFFFFFF");  // 20 / 0.00390625 = 0x1400; lock 0, hoist inverted
  sender->due({90 * ns_per_ms}, frames);
  EXPECT_EQ(frames.size(), 1U) << "before its time";
  EXPECT_EQ(sender->next().ns, 100 * ns_per_ms);
  to->want("speed_limit_kmh", 0);
  to->want("lock", 1);
  sender->due({100 * ns_per_ms}, frames);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(hex(frames[1]), "F5FFFFFFFFFFFFFF");  // no limit is "not available"
}

TEST(Sender, WritesMotorolaSignalsAndNeverTheValueThatSaysNothing) {
  const auto to = board();
  auto sender = compile({{0, "Body", "Speed", 100, true, 39}}, to);
  ASSERT_TRUE(sender) << sender.error().what();
  std::vector<CanFrame> frames;
  to->want("speed_limit_kmh", 0x123);
  sender->due({0}, frames);
  to->want("speed_limit_kmh", 60'000);
  sender->due({100 * ns_per_ms}, frames);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_FALSE(frames[0].extended);
  EXPECT_EQ(hex(frames[0]), "123FFFFF");
  EXPECT_EQ(hex(frames[1]), "FFEFFFFF");
}

TEST(Sender, RefusesWhatCannotBeSent) {
  const auto why = [](const char* message, const char* signal) {
    const auto sender = compile({{0, message, signal, 100, true, 39}}, board());
    return sender ? std::string() : sender.error().what();
  };
  EXPECT_THAT(why("Nothing", "Speed"), HasSubstr("no DBC file has that message"));
  EXPECT_THAT(why("Body", "Brake"), HasSubstr("no such signal"));
  EXPECT_THAT(why("Body", "Wide"), HasSubstr("beyond its message"));
}

TEST(Sender, AnAdapterGetsItWhileSignalsAreHeard) {
  TempDir dir;
  const std::string device = (dir.path() / "ttyCAN").string();
  Adapter adapter(device);
  CanConfig config;
  config.interface = "slcan:" + device;
  config.dbc = {dir.file("limits.dbc", limits_dbc)};
  config.lenient_dbc = true;
  config.signals = {{3, "Body", "Speed", 60.0, {}}};
  const auto to = board();
  auto can = open_can(config, three(), to);
  ASSERT_TRUE(can) << can.error().what();
  Collector heard;
  (*can)->start(heard.sink());
  ASSERT_TRUE(adapter.wait_for_commands("O "));
  to->want("speed_limit_kmh", 20);
  to->want("lock", 1);
  EXPECT_TRUE(adapter.wait_for_commands("T18FF03F08F70014FFFFFFFFFF "));
  to->want("lock", 0);
  EXPECT_TRUE(adapter.wait_for_commands("T18FF03F08F30014FFFFFFFFFF "));
  adapter.send("t1234123FFFFF\r");
  EXPECT_TRUE(heard.wait_for(CanSignal{3, SignalState::ok, 0x123}));
  (*can)->stop();
}

}  // namespace
}  // namespace lujing::hal::can
