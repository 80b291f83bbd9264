// A fitter's file: the example is taken as it stands, and each kind of mistake is named with its
// line.
#include "terminal/config/terminal_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace lujing::config {
namespace {

using ::testing::HasSubstr;

constexpr const char* source_dir = LUJING_SOURCE_DIR;

const std::string least = R"([terminal]
id = "M-003"
type = "muck"
data_dir = "data"
[platform]
host = "localhost"
authority = "ca.crt"
certificate = "t.crt"
key = "t.key"
[profile]
file = "default.toml"
)";

std::string problem(const std::string& text) {
  const Result<TerminalConfig> config = parse_terminal_config("t.toml", text, "/etc/lujing");
  return config.ok() ? "" : config.error().what();
}

TEST(TerminalConfig, TakesTheExampleAsItStands) {
  const auto config =
      load_terminal_config(std::string(source_dir) + "/deploy/examples/terminal.toml");
  ASSERT_TRUE(config.ok()) << config.error().what();
  EXPECT_EQ(config->terminal.id, "M-003");
  EXPECT_EQ(config->terminal.plate, "鄂G12345");
  EXPECT_EQ(config->platform.port, 7611);
  EXPECT_EQ(config->gnss.earliest_utc, from_iso8601("2024-01-01T00:00:00Z"));
  ASSERT_EQ(config->can.size(), 1U);
  EXPECT_EQ(config->can[0].kind, CanKind::slcan);
  EXPECT_EQ(config->can[0].device, "/dev/ttyACM0");
  ASSERT_EQ(config->can[0].signals.size(), 1U);
  EXPECT_EQ(config->can[0].signals[0].message, "CCVS1");
  ASSERT_TRUE(config->modbus);
  EXPECT_EQ(config->modbus->parity, 'N');
  ASSERT_EQ(config->inputs.size(), 2U);
  EXPECT_FALSE(config->inputs[0].analog);
  EXPECT_EQ(config->inputs[0].debounce_ms, 300U);
  EXPECT_TRUE(config->inputs[1].analog);
  EXPECT_EQ(config->inputs[1].source, InputSource::modbus_input);
  EXPECT_DOUBLE_EQ(config->inputs[1].scale, 0.001);
  EXPECT_DOUBLE_EQ(config->inputs[1].max, 1.5);
  EXPECT_DOUBLE_EQ(config->track.turn_rad, pi / 12);
  EXPECT_EQ(config->journal.segment_mib, 8U);
  EXPECT_EQ(config->uplink.batch_records, 60U);
}

TEST(TerminalConfig, FillsInWhatIsLeftOutAndFindsRelativePathsBesideTheFile) {
  const auto config = parse_terminal_config("t.toml", least, "/etc/lujing");
  ASSERT_TRUE(config.ok()) << config.error().what();
  EXPECT_EQ(config->terminal.data_dir, "/etc/lujing/data");
  EXPECT_EQ(config->platform.authority, "/etc/lujing/ca.crt");
  EXPECT_EQ(config->profile_file, "/etc/lujing/default.toml");
  EXPECT_EQ(config->gnss.port, 2947);
  EXPECT_FALSE(config->modbus);
  EXPECT_TRUE(config->inputs.empty());
}

TEST(TerminalConfig, TakesTheSupplyAndASendersAddress) {
  const std::string can =
      "[[can]]\ninterface = \"socketcan:can0\"\ndbc = [\"t.dbc\"]\n[[can.signal]]\n"
      "name = \"wheel_speed\"\nmessage = \"CCVS1\"\nsignal = \"Speed\"\nsource_address = ";
  const auto config = parse_terminal_config(
      "t.toml", least + can + "23\n[power]\nmain_file = \"volt\"\nmain_scale = 0.01\n",
      "/etc/lujing");
  ASSERT_TRUE(config.ok()) << config.error().what();
  EXPECT_EQ(config->can[0].signals[0].source_address, 23);
  ASSERT_TRUE(config->power);
  EXPECT_EQ(config->power->main_file, "/etc/lujing/volt");
  EXPECT_DOUBLE_EQ(config->power->main_scale, 0.01);
  EXPECT_EQ(config->power->backup_file, "");
  EXPECT_THAT(problem(least + can + "254\n"), HasSubstr("source_address"));
  EXPECT_THAT(problem(least + "[power]\nmain = \"x\"\n"), HasSubstr("main_file"));
  EXPECT_FALSE(parse_terminal_config("t.toml", least + "[power]\n", "/etc")->power);
}

TEST(TerminalConfig, TakesOutputsAndALoadThatIsLearnt) {
  const std::string module = "[modbus]\ndevice = \"/dev/ttyS1\"\n";
  const auto config = parse_terminal_config(
      "t.toml",
      least + module +
          "[[output]]\nname = \"lock\"\nsink = \"modbus:coil:4\"\ninvert = true\n"
          "[[output]]\nname = \"speed_limit_kmh\"\nsink = \"modbus:holding:7\"\n"
          "[load]\nempty = 120.0\nfull = 60.0\ngate = \"place\"\n",
      "/etc/lujing");
  ASSERT_TRUE(config) << config.error().what();
  ASSERT_EQ(config->outputs.size(), 2U);
  EXPECT_TRUE(config->outputs[0].invert);
  EXPECT_EQ(config->outputs[1].number, 7U);
  EXPECT_EQ(config->load.gate, core::LoadGate::place);
  const auto output = [&](const std::string& text) {
    return problem(least + module + "[[output]]\n" + text);
  };
  EXPECT_THAT(output("name = \"lock\"\nsink = \"modbus:holding:4\"\n"), HasSubstr("is a switch"));
  EXPECT_THAT(output("name = \"speed_limit_kmh\"\nsink = \"modbus:coil:4\"\n"),
              HasSubstr("is a value"));
  EXPECT_THAT(output("name = \"lock\"\nsink = \"can:Limits.Lock\"\n"), HasSubstr("[[can]]"));
  EXPECT_THAT(output("name = \"lock\"\nsink = \"can:Limits\"\n"), HasSubstr("can:MESSAGE.SIGNAL"));
  EXPECT_THAT(output("name = \"lock\"\nsink = \"gpio:gpiochip0\"\n"), HasSubstr("gpio:CHIP:LINE"));
  EXPECT_THAT(output("name = \"speed_limit_kmh\"\nsink = \"gpio:gpiochip0:4\"\n"),
              HasSubstr("is a value"));
  const auto line = parse_terminal_config(
      "t.toml", least + "[[output]]\nname = \"lock\"\nsink = \"gpio:gpiochip0:4\"\n", "");
  ASSERT_TRUE(line) << line.error().what();
  EXPECT_EQ(line->outputs[0].chip, "gpiochip0");
  EXPECT_EQ(line->outputs[0].number, 4U);
  EXPECT_THAT(problem(least + "[[output]]\nname = \"lock\"\nsink = \"modbus:coil:4\"\n"),
              HasSubstr("no [modbus]"));
  EXPECT_THAT(problem(least + "[load]\nempty = 5.0\nfull = 5.0\n"), HasSubstr("another reading"));
}

TEST(TerminalConfig, TakesAReaderOfCardsForTheDriverOnly) {
  const auto config = parse_terminal_config(
      "t.toml", least + "[[input]]\nname = \"driver_card\"\nsource = \"card:/dev/ttyUSB0\"\n",
      "/etc/lujing");
  ASSERT_TRUE(config) << config.error().what();
  EXPECT_EQ(config->inputs[0].source, InputSource::card);
  EXPECT_EQ(config->inputs[0].chip, "/dev/ttyUSB0");
  EXPECT_EQ(make_core_config(*config, {}).driver_card, hal::InputId{0});
  const auto input = [&](const std::string& text) { return problem(least + "[[input]]\n" + text); };
  EXPECT_THAT(input("name = \"laden\"\nsource = \"card:/dev/ttyUSB0\"\n"),
              HasSubstr("for the input \"driver_card\" only"));
  EXPECT_THAT(input("name = \"driver_card\"\nsource = \"gpio:chip:3\"\n"),
              HasSubstr("expected card:DEVICE"));
  EXPECT_THAT(input("name = \"driver_card\"\nsource = \"card:\"\n"), HasSubstr("card:DEVICE"));
  EXPECT_THAT(input("name = \"driver_card\"\nsource = \"card:/dev/x\"\nscale = 2.0\n"),
              HasSubstr("scale: unknown key"));
}

TEST(TerminalConfig, NamesAnUnknownKeyWithItsLineAndTheOneThatWasMeant) {
  EXPECT_THAT(problem(least + "[gnss]\ngpsd_prot = 1\n"),
              HasSubstr("t.toml:13: [gnss] gpsd_prot: unknown key; did you mean gpsd_port?"));
  EXPECT_THAT(problem(least + "[uplnk]\nwindow = 1\n"),
              HasSubstr("t.toml:12: uplnk: unknown key; did you mean uplink?"));
  EXPECT_THAT(problem(least + "[outbox]\nmax_mib = 9\nfrobnicate = true\n"),
              HasSubstr("Known here: max_mib, reserve_mib"));
}

TEST(TerminalConfig, SaysWhatWasExpectedOfAnIllTypedOrOutOfBoundsValue) {
  EXPECT_THAT(problem(least + "[gnss]\ngpsd_port = \"2947\"\n"),
              HasSubstr("t.toml:13: [gnss] gpsd_port: expected a whole number from 1 to 65535, "
                        "found a string"));
  EXPECT_THAT(problem(least + "[gnss]\ngpsd_port = 70000\n"), HasSubstr("found 70000"));
  EXPECT_THAT(problem(least + "[track]\nevery_s = nan\n"), HasSubstr("found nan"));
  EXPECT_THAT(problem(least + "[track]\nevery_s = -1\n"), HasSubstr("from 0 to 3600, found -1"));
  EXPECT_THAT(problem(least + "[gnss]\nearliest_utc = \"yesterday\"\n"), HasSubstr("yesterday"));
  EXPECT_THAT(problem(least + "[gnss]\nearliest_utc = 2024-01-01\n"),
              HasSubstr("expected a string, found a date"));
  EXPECT_THAT(problem(least + "[journal]\nmax_mib = 8\nsegment_mib = 8\n"),
              HasSubstr("half of max_mib"));
  EXPECT_THAT(problem(least + "[uplink]\nbackoff_min_s = 9\nbackoff_max_s = 3\n"),
              HasSubstr("at least backoff_min_s"));
  EXPECT_THAT(problem(least + "gnss = 4\n"), HasSubstr("[profile] gnss: unknown key"));
  EXPECT_THAT(problem("gnss = 4\n" + least),
              HasSubstr("t.toml:1: gnss: expected the table [gnss]"));
}

TEST(TerminalConfig, TellsAllProblemsAtOnceInTheFilesOrder) {
  const std::string text = problem(least + "[gnss]\ngpsd_port = 0\n[uplink]\nwindow = 99\n");
  const std::size_t first = text.find("t.toml:13");
  const std::size_t second = text.find("t.toml:15");
  ASSERT_NE(first, std::string::npos) << text;
  ASSERT_NE(second, std::string::npos) << text;
  EXPECT_LT(first, second);
}

TEST(TerminalConfig, SaysWhatIsMissing) {
  EXPECT_THAT(problem(""), HasSubstr("the table [terminal] is missing"));
  EXPECT_THAT(problem("[terminal]\nid = \"a\"\n"),
              HasSubstr("t.toml:1: [terminal] type is missing"));
  EXPECT_THAT(problem("[terminal]\nid = \"a b\"\n"), HasSubstr("found \"a b\""));
  EXPECT_THAT(problem("[terminal\n"), HasSubstr("t.toml:1: not TOML"));
  EXPECT_THAT(problem(least + least), HasSubstr("not TOML"));
  const auto absent = load_terminal_config("/nonexistent/t.toml");
  ASSERT_FALSE(absent.ok());
  EXPECT_THAT(absent.error().what(), HasSubstr("/nonexistent/t.toml: cannot be opened"));
}

TEST(TerminalConfig, RefusesASignalThatTheCoreDoesNotKnowWithTheOnesItDoes) {
  const std::string bus = least + "[[can]]\ninterface = \"socketcan:can0\"\ndbc = [\"a.dbc\"]\n";
  EXPECT_THAT(
      problem(bus + "[[can.signal]]\nname = \"wheelspeed\"\nmessage = \"M\"\nsignal = \"S\"\n"),
      HasSubstr("t.toml:16: [can.signal] name: the core does not know \"wheelspeed\"; did you mean "
                "\"wheel_speed\"? Known: wheel_speed, brush_rpm, suction_down, water_pump"));
  const std::string signal =
      "[[can.signal]]\nname = \"brush_rpm\"\nmessage = \"M\"\nsignal = \"S\"\n";
  EXPECT_EQ(problem(bus + signal), "");
  EXPECT_THAT(problem(bus + signal + signal), HasSubstr("\"brush_rpm\" is there twice"));
  EXPECT_THAT(problem(least + "[[can]]\ninterface = \"can0\"\n"), HasSubstr("slcan:DEVICE"));
  EXPECT_THAT(problem(least + "[can]\ninterface = \"slcan:/dev/x\"\n"),
              HasSubstr("tables that begin with [[can]]"));
  EXPECT_THAT(problem(least + "[[can]]\ninterface = \"slcan:/dev/x\"\n" + signal),
              HasSubstr("at least one DBC file"));
}

TEST(TerminalConfig, KnowsASwitchFromAnAnalogInput) {
  const std::string bus = least + "[modbus]\ndevice = \"tcp:10.0.0.7:502\"\n";
  const auto input = [](const std::string& name, const std::string& rest) {
    return "[[input]]\nname = \"" + name + "\"\nsource = " + rest + "\n";
  };
  EXPECT_EQ(problem(bus + input("load", "\"modbus:holding:3\"\nscale = 0.1")), "");
  EXPECT_EQ(problem(bus + input("laden", "\"gpio:gpiochip0:17\"\ninvert = true")), "");
  EXPECT_THAT(problem(bus + input("load", "\"modbus:coil:3\"")), HasSubstr("\"load\" is analog"));
  EXPECT_THAT(problem(bus + input("laden", "\"modbus:input:3\"")), HasSubstr("is a switch"));
  EXPECT_THAT(problem(bus + input("laden", "\"modbus:coil:3\"\nscale = 2.0")),
              HasSubstr("scale: unknown key"));
  EXPECT_THAT(problem(bus + input("laden", "\"modbus:coil:99999\"")), HasSubstr("0 to 65535"));
  EXPECT_THAT(problem(bus + input("laden", "\"gpio:17\"")), HasSubstr("gpio:CHIP:LINE"));
  EXPECT_THAT(problem(least + input("laden", "\"modbus:coil:1\"")),
              HasSubstr("there is no [modbus] table"));
  EXPECT_THAT(problem(bus + input("lid", "\"modbus:coil:1\"")), HasSubstr("Known: cover_closed"));
  EXPECT_THAT(problem(least + "[modbus]\ndevice = \"tcp:502\"\n"), HasSubstr("tcp:HOST:PORT"));
}

TEST(Profile, TakesTheDefaultRuleSet) {
  const auto profile = load_profile(std::string(source_dir) + "/deploy/profiles/default.toml");
  ASSERT_TRUE(profile.ok()) << profile.error().what();
  EXPECT_EQ(profile->rule_set(), "default@4");
  EXPECT_DOUBLE_EQ(profile->mt01.trigger_speed_mps, 5.0 / 3.6);
  EXPECT_DOUBLE_EQ(profile->mt01.alarm.suppress_s, 7200);
}

TEST(Profile, RefusesWhatItDoesNotKnow) {
  const auto refused = [](const std::string& text) {
    const auto profile = parse_profile("p.toml", "[profile]\nname = \"x\"\nversion = 2\n" + text);
    return profile.ok() ? "" : profile.error().what();
  };
  EXPECT_EQ(refused("[rules.MT-01]\nenabled = false\n"), "");
  EXPECT_THAT(refused("[rules.MT-1]\nenabled = false\n"),
              HasSubstr("p.toml:4: [rules] MT-1: unknown key; did you mean MT-01?"));
  EXPECT_THAT(refused("[rules.MT-01]\nsustain = 3\n"), HasSubstr("did you mean sustain_s?"));
  EXPECT_THAT(refused("[rules.MT-01]\nenabled = 1\n"), HasSubstr("expected true or false"));
}

}  // namespace
}  // namespace lujing::config
