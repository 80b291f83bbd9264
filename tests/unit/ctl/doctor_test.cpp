// Each check of the doctor, against the real thing where there is one: gpsd, a Modbus module, TLS.
#include "ctl/doctor.h"

#include "ctl/doctor_checks.h"
#include "platform/pki/pki.h"
#include "tests/support/gpsd_process.h"
#include "tests/support/heard.h"
#include "tests/support/modbus_module.h"
#include "tests/support/tls_server.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace lujing::ctl {
namespace {

using test_support::contains;
using test_support::GpsdProcess;
using test_support::ModbusModule;
using test_support::TlsServer;
namespace fs = std::filesystem;

constexpr double wait_s = 20;  // a limit, not a measure: every good check ends much sooner

class Doctor : public testing::Test {
 protected:
  Doctor() {
    std::string pattern = (fs::temp_directory_path() / "lujing-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    fs::create_directory(folder_ / "data");
  }
  ~Doctor() override { fs::remove_all(folder_); }

  /// An authority, a gateway for this machine, and the files of terminal M-003.
  config::PlatformConfig enrolled(std::int64_t days = 3650, const std::string& name = "ca") {
    const std::string ca = folder_ / name;
    const std::string out = folder_ / (name + "-terminal");
    EXPECT_TRUE(pki::create_authority(ca));
    EXPECT_TRUE(pki::issue_gateway(ca, {"127.0.0.1", "localhost"}, folder_ / (name + "-gateway")));
    EXPECT_TRUE(pki::issue_terminal(ca, "M-003", out, false, {days}));
    config::PlatformConfig platform;
    platform.host = "127.0.0.1";
    platform.authority = out + "/ca.crt";
    platform.certificate = out + "/terminal.crt";
    platform.key = out + "/terminal.key";
    return platform;
  }
  TlsServer gateway(const std::string& name = "ca") const {
    const fs::path files = folder_ / (name + "-gateway");
    return TlsServer(files / "gateway.crt", files / "gateway.key", files / "ca.crt");
  }
  config::TerminalConfig terminal() const {
    config::TerminalConfig config;
    config.terminal.id = "M-003";
    config.terminal.data_dir = folder_ / "data";
    config.journal.max_mib = 1;
    config.outbox.max_mib = 1;
    config.outbox.reserve_mib = 1;
    return config;
  }
  fs::path folder_;
};

void expect(const Finding& finding, Verdict verdict, const std::string& words) {
  EXPECT_EQ(finding.verdict, verdict) << finding.item << ": " << finding.text;
  EXPECT_TRUE(contains(finding.text, words)) << finding.item << ": " << finding.text;
}

/// Speaks like a receiver until it is destroyed.
class Driving {
 public:
  explicit Driving(GpsdProcess& gpsd, std::int64_t utc_s)
      : thread_([&gpsd, utc_s](const std::stop_token& stop) {
          for (std::int64_t s = 0; !stop.stop_requested(); ++s) {
            gpsd.say(test_support::nmea_epoch({utc_s + s / 10, 30.59, 114.30, 0.0, 90.0}));
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
          }
        }) {}

 private:
  std::jthread thread_;
};

TEST_F(Doctor, FindsAPositionAndTheGnssTime) {
  GpsdProcess gpsd;
  const std::int64_t now_s = utc_now().ms / 1000;
  const Driving driving(gpsd, now_s);
  config::GpsdConfig config;
  config.port = gpsd.port();
  config.earliest_utc = {now_s * 1000 - 86'400'000};
  const GnssFinding found = check_gnss(config, wait_s);
  expect(found.finding, Verdict::ok, "position 30.590000 114.300000");
  ASSERT_TRUE(found.time);
  EXPECT_LT(std::abs(found.time->gnss.ms - found.time->system.ms), 3'600'000);
}

TEST_F(Doctor, MovesTheTimeOfAnOldReceiverBy1024Weeks) {
  GpsdProcess gpsd;
  const Driving driving(gpsd, 1'238'589'622);  // 2009, which this gpsd takes for 2028
  config::GpsdConfig config;
  config.port = gpsd.port();
  config.earliest_utc = {1'704'067'200'000};
  const GnssFinding found = check_gnss(config, wait_s);
  ASSERT_TRUE(found.time);
  EXPECT_EQ(to_iso8601(found.time->gnss).substr(0, 10), "2028-11-15");
  config.earliest_utc = {1'230'000'000'000};
  const GnssFinding older = check_gnss(config, wait_s);
  ASSERT_TRUE(older.time);
  EXPECT_EQ(to_iso8601(older.time->gnss).substr(0, 10), "2009-04-01");
}

TEST_F(Doctor, SaysWhatToDoWithoutGpsdAndWithoutAReceiver) {
  config::GpsdConfig config;
  {
    GpsdProcess gpsd;
    config.port = gpsd.port();
    expect(check_gnss(config, 1).finding, Verdict::problem, "is the receiver plugged in");
  }
  expect(check_gnss(config, 0.5).finding, Verdict::problem, "systemctl start gpsd");
}

TEST_F(Doctor, ListensToTheBusForEachSignal) {
  std::ofstream(folder_ / "truck.dbc") << "VERSION \"\"\n\nBU_: ECU\n\n"
                                          "BO_ 291 Motion: 8 ECU\n"
                                          " SG_ Speed : 0|8@1+ (1,0) [0|255] \"km/h\" ECU\n\n"
                                          "BO_ 292 Brush: 8 ECU\n"
                                          " SG_ Rpm : 0|8@1+ (1,0) [0|255] \"rpm\" ECU\n";
  std::ofstream log(folder_ / "bus.log");
  for (int i = 0; i < 5; ++i) log << "(100.0" << i << "0000) can0 123#2A00000000000000\n";
  log.close();
  config::CanConfig can;
  can.kind = config::CanKind::candump;
  can.device = folder_ / "bus.log";
  can.dbc = {folder_ / "truck.dbc"};
  can.signals = {{"wheel_speed", "Motion", "Speed", 2.0, {}}};
  expect(check_can(can, wait_s), Verdict::ok, "frames");
  can.signals.push_back({"brush_rpm", "Brush", "Rpm", 2.0, {}});
  expect(check_can(can, 1), Verdict::problem, "without brush_rpm");
  can.signals.push_back({"water_pump", "Pump", "On", 2.0, {}});
  expect(check_can(can, wait_s), Verdict::problem, "Pump");
  can.signals.resize(1);
  can.kind = config::CanKind::slcan;
  can.device = folder_ / "ttyNONE";
  expect(check_can(can, 1), Verdict::problem, "ttyNONE");
}

TEST_F(Doctor, ReadsEachInput) {
  ModbusModule module;
  module.set_discrete(0, true);
  module.set_input(3, 700);
  config::TerminalConfig config = terminal();
  config.modbus = config::ModbusConfig{.device = module.device(), .poll_ms = 20};
  config::InputConfig cover;
  cover.name = "cover_closed";
  cover.debounce_ms = 50;
  config::InputConfig load;
  load.name = "load";
  load.source = config::InputSource::modbus_input;
  load.number = 3;
  load.analog = true;
  load.scale = 0.001;
  config::InputConfig missing = cover;
  missing.name = "laden";
  missing.number = 400;
  config.inputs = {cover, load, missing};

  const auto findings = check_inputs(config, wait_s);
  ASSERT_EQ(findings.size(), 4U);
  expect(findings[0], Verdict::ok, "Modbus unit 1");
  expect(findings[1], Verdict::ok, "modbus:discrete:0: on");
  expect(findings[2], Verdict::ok, "0.7");
  expect(findings[3], Verdict::problem, "modbus:discrete:400: cannot be read");
}

TEST_F(Doctor, NamesAModuleThatDoesNotAnswer) {
  ModbusModule module;
  module.set_silent(true);
  config::TerminalConfig config = terminal();
  config.modbus = config::ModbusConfig{.device = module.device(), .poll_ms = 20};
  config.inputs.resize(1);
  config.inputs[0].name = "cover_closed";
  const auto findings = check_inputs(config, wait_s);
  ASSERT_EQ(findings.size(), 2U);
  expect(findings[0], Verdict::problem, "does not answer");
  expect(findings[1], Verdict::problem, "cannot be read");
}

TEST_F(Doctor, LeavesADeviceAloneThatAnotherProgramHolds) {
  const std::string device = folder_ / "device";
  std::ofstream(device) << "x";
  EXPECT_EQ(holder_of(device), "");
  EXPECT_EQ(holder_of(folder_ / "nothing"), "");
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const int fd = open(device.c_str(), O_RDONLY);
    if (write(ready[1], "x", 1) != 1 || fd < 0) _exit(1);
    pause();
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_TRUE(contains(holder_of(device), "(process " + std::to_string(child) + ")"));

  config::TerminalConfig config = terminal();
  config.modbus = config::ModbusConfig{.device = device};
  config.inputs.resize(1);
  expect(check_inputs(config, wait_s).at(0), Verdict::skipped, "in use by");
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ready[0]);
  close(ready[1]);
}

TEST_F(Doctor, ReadsTheSupply) {
  expect(check_power({}, wait_s), Verdict::skipped, "names no file");
  config::PowerConfig power;
  power.main_file = folder_ / "voltage_now";
  std::ofstream(power.main_file) << "24350000\n";
  expect(check_power(power, wait_s), Verdict::ok, "main 24.35 V");
  power.backup_file = folder_ / "in_voltage0_raw";
  power.backup_scale = 0.01;
  expect(check_power(power, 0.1), Verdict::problem, "no number in " + power.backup_file);
  std::ofstream(power.backup_file) << "372\n";
  expect(check_power(power, wait_s), Verdict::ok, "backup 3.72 V");
}

TEST_F(Doctor, TellsTwoSendersOfOneSignalApart) {
  std::ofstream(folder_ / "truck.dbc")
      << "BO_ 2566844926 CCVS1: 8 ECU\n"
         " SG_ Speed : 8|16@1+ (0.00390625,0) [0|250] \"km/h\" ECU\n"
         "BA_DEF_ \"ProtocolType\" STRING ;\n"
         "BA_DEF_DEF_ \"ProtocolType\" \"J1939\";\n"
         "BA_ \"ProtocolType\" \"J1939\";\n";
  std::ofstream log(folder_ / "bus.log");
  for (int i = 0; i < 5; ++i) log << "(100.0" << i << "0000) can0 18FEF117#FF8032FFFFFFFFFF\n";
  log.close();
  config::CanConfig can;
  can.kind = config::CanKind::candump;
  can.device = folder_ / "bus.log";
  can.dbc = {folder_ / "truck.dbc"};
  can.first_signal_id = 3;
  can.signals = {{"wheel_speed", "CCVS1", "Speed", 2.0, 0x17}};
  expect(check_can(can, wait_s), Verdict::ok, "frames");
  can.signals.front().source_address = 0x00;
  expect(check_can(can, 1), Verdict::problem, "without wheel_speed");
}

TEST_F(Doctor, AVehicleWithoutInputsHasNothingToCheck) {
  expect(check_inputs(terminal(), wait_s).at(0), Verdict::skipped, "none configured");
}

TEST_F(Doctor, TakesAGoodCertificate) {
  expect(check_certificate("M-003", enrolled()), Verdict::ok, "days left");
}

TEST_F(Doctor, NamesWhatIsWrongWithACertificate) {
  const auto good = enrolled();
  const auto other = enrolled(3650, "other");
  const auto with = [&](auto change) {
    config::PlatformConfig platform = good;
    change(platform);
    return check_certificate("M-003", platform);
  };
  expect(check_certificate("M-004", good), Verdict::problem, "is for \"M-003\"");
  expect(with([&](auto& p) { p.key = other.key; }), Verdict::problem, "does not belong to");
  expect(with([&](auto& p) { p.authority = other.authority; }), Verdict::problem, "not signed by");
  expect(with([&](auto& p) { p.certificate += "x"; }), Verdict::problem, "No such file");
  std::ofstream(folder_ / "junk") << "-----BEGIN CERTIFICATE-----\njunk\n";
  fs::permissions(folder_ / "junk", fs::perms::owner_read);
  expect(with([&](auto& p) { p.certificate = folder_ / "junk"; }), Verdict::problem,
         "no certificate");
  expect(with([&](auto& p) { p.key = folder_ / "junk"; }), Verdict::problem, "no key");
  expect(check_certificate("M-003", enrolled(10, "short")), Verdict::problem, "enroll again");
  expect(check_certificate("M-003", enrolled(-5, "past")), Verdict::problem, "enroll again");
  fs::permissions(good.key, fs::perms::others_read, fs::perm_options::add);
  expect(check_certificate("M-003", good), Verdict::problem, "chmod 600");
}

TEST_F(Doctor, ShakesHandsWithThePlatform) {
  config::PlatformConfig platform = enrolled();
  const TlsServer server = gateway();
  platform.port = server.port();
  expect(check_platform(platform, wait_s), Verdict::ok, "TLSv1.3");
  platform.host = "localhost";
  expect(check_platform(platform, wait_s), Verdict::ok, "TLSv1.3");
}

TEST_F(Doctor, SaysWhyThePlatformCannotBeUsed) {
  config::PlatformConfig platform = enrolled();
  const config::PlatformConfig stranger = enrolled(3650, "other");
  {
    const TlsServer server = gateway("other");
    platform.port = server.port();
    expect(check_platform(platform, wait_s), Verdict::problem, "is not trusted");
    platform.authority = stranger.authority;
    expect(check_platform(platform, wait_s), Verdict::problem, "refuses our certificate");
  }
  expect(check_platform(platform, wait_s), Verdict::problem, "Connection refused");
  platform.host = "no-such-host.invalid";
  expect(check_platform(platform, wait_s), Verdict::problem, "is the name right");
  platform.host = "127.0.0.1";
  GpsdProcess not_tls;
  platform.port = not_tls.port();
  expect(check_platform(platform, 2), Verdict::problem, "TLS");
}

TEST_F(Doctor, ChecksTheDisk) {
  config::TerminalConfig config = terminal();
  expect(check_disk(config), Verdict::ok, "MiB free");
  config.outbox.max_mib = 4'000'000'000;
  expect(check_disk(config), Verdict::problem, "lower journal.max_mib");
  config.terminal.data_dir = folder_ / "nowhere";
  expect(check_disk(config), Verdict::problem, "install -d");
  EXPECT_TRUE(fs::is_empty(folder_ / "data")) << "leaves nothing behind";
}

TEST_F(Doctor, JudgesTheClock) {
  const UtcTime now{1'795'000'000'000};
  expect(judge_clock({UtcTime{3'600'000}, false, {}}), Verdict::problem, "never set");
  expect(judge_clock({now, true, {}}), Verdict::ok, "NTP");
  expect(judge_clock({now, false, {}}), Verdict::problem, "set-ntp");
  expect(judge_clock({now, false, TimePair{now, {now.ms + 300}}}), Verdict::ok, "within 0.3 s");
  expect(judge_clock({now, true, TimePair{now, {now.ms + 5000}}}), Verdict::problem, "5.0 s ahead");
  expect(judge_clock({now, true, TimePair{now, {now.ms - 5000}}}), Verdict::problem,
         "5.0 s behind");
}

TEST_F(Doctor, ExaminesAWholeVehicle) {
  GpsdProcess gpsd;
  const Driving driving(gpsd, utc_now().ms / 1000);
  ModbusModule module;
  const auto platform = enrolled();
  const TlsServer server = gateway();
  const std::string file = folder_ / "terminal.toml";
  const std::string profile = fs::path(LUJING_SOURCE_DIR) / "deploy/profiles/default.toml";
  std::ofstream(file)
      << "[terminal]\nid = \"M-003\"\nplate = \"鄂G12345\"\ntype = \"muck\"\ndata_dir = \""
      << (folder_ / "data").string()
      << "\"\n[platform]\nhost = \"127.0.0.1\"\nport = " << server.port() << "\nauthority = \""
      << platform.authority << "\"\ncertificate = \"" << platform.certificate << "\"\nkey = \""
      << platform.key << "\"\n[profile]\nfile = \"" << profile
      << "\"\n[gnss]\ngpsd_port = " << gpsd.port()
      << "\nearliest_utc = \"2024-01-01T00:00:00Z\"\n[modbus]\ndevice = \"" << module.device()
      << "\"\n[[input]]\nname = \"cover_closed\"\nsource = \"modbus:discrete:0\"\n"
         "[journal]\nmax_mib = 16\nsegment_mib = 1\n[outbox]\nmax_mib = 16\n";
  std::ostringstream out;
  std::ostringstream err;
  DoctorArgs args{file, wait_s, true};
  run_doctor(args, out, err);
  ASSERT_EQ(err.str(), "");
  const auto json = nlohmann::json::parse(out.str());
  EXPECT_EQ(json["terminal"], "M-003");
  for (const auto& check : json["checks"]) {
    if (check["item"] == "clock") continue;  // the drive's clock runs at another speed
    if (check["item"] == "power") continue;  // has none
    EXPECT_EQ(check["verdict"], "ok") << check;
  }
  EXPECT_EQ(json["checks"].size(), 8U);

  module.set_silent(true);
  out.str("");
  args.json = false;
  EXPECT_EQ(run_doctor(args, out, err), 1);
  EXPECT_TRUE(contains(out.str(), "!!  input cover_closed")) << out.str();
  EXPECT_TRUE(contains(out.str(), "ok  certificate")) << out.str();
}

TEST_F(Doctor, RefusesAFileThatIsNotThere) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(run_doctor({folder_ / "none.toml", wait_s, false}, out, err), 1);
  EXPECT_TRUE(contains(err.str(), "none.toml")) << err.str();
}

}  // namespace
}  // namespace lujing::ctl
