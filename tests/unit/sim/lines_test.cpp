// The devices on real serial lines: a Modbus master, and a real gpsd.
#include "sim/devices/modbus_slave.h"
#include "sim/devices/rig.h"
#include "sim/terminal_files.h"
#include "terminal/config/terminal_config.h"
#include "tests/support/temp_dir.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <modbus.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>

namespace lujing::sim {
namespace {

struct CloseMaster {
  void operator()(modbus_t* master) const {
    modbus_close(master);
    modbus_free(master);
  }
};
using Master = std::unique_ptr<modbus_t, CloseMaster>;

Master master_on(const std::string& device, int unit) {
  Master master(modbus_new_rtu(device.c_str(), 9600, 'N', 8, 1));
  modbus_set_slave(master.get(), unit);
  modbus_set_response_timeout(master.get(), 5, 0);
  EXPECT_EQ(modbus_connect(master.get()), 0);
  return master;
}

TEST(ModbusSlave, AnswersOverARealLine) {
  auto slave = ModbusSlave::start(1);
  ASSERT_TRUE(slave) << slave.error().what();
  const Master master = master_on((*slave)->device(), 1);

  VehicleState state;
  state.t_s = 90'000;
  state.body.cover_open = 0.5;
  state.body.hoist_deg = 22.5;
  state.body.load_share = 0.85;
  (*slave)->set(collector_map(state));
  std::array<std::uint8_t, 4> bits{};
  std::array<std::uint16_t, 4> registers{};
  ASSERT_EQ(modbus_read_input_bits(master.get(), 0, 4, bits.data()), 4) << modbus_strerror(errno);
  EXPECT_EQ(bits, (std::array<std::uint8_t, 4>{0, 0, 1, 1})) << "neither closed nor fully open";
  ASSERT_EQ(modbus_read_input_registers(master.get(), 0, 4, registers.data()), 4);
  EXPECT_EQ(registers, (std::array<std::uint16_t, 4>{850, 2470, 225, 24464}));

  state.body = {};
  (*slave)->set(collector_map(state));
  ASSERT_EQ(modbus_read_input_bits(master.get(), 0, 4, bits.data()), 4);
  EXPECT_EQ(bits, (std::array<std::uint8_t, 4>{1, 0, 0, 0}));
  EXPECT_EQ(modbus_read_input_bits(master.get(), 4, 4, bits.data()), -1) << "beyond the map";
  EXPECT_EQ(errno, EMBXILADD);
}

TEST(ModbusSlave, IsSilentForAnotherUnit) {
  auto slave = ModbusSlave::start(7);
  ASSERT_TRUE(slave) << slave.error().what();
  const Master stranger = master_on((*slave)->device(), 1);
  modbus_set_response_timeout(stranger.get(), 0, 100'000);
  std::array<std::uint8_t, 4> bits{};
  EXPECT_EQ(modbus_read_input_bits(stranger.get(), 0, 4, bits.data()), -1);
  const Master master = master_on((*slave)->device(), 7);
  EXPECT_EQ(modbus_read_input_bits(master.get(), 0, 4, bits.data()), 4) << modbus_strerror(errno);
}

/// Lines from a TCP server until one contains `wanted`; empty: none within half a minute.
class LineReader {
 public:
  explicit LineReader(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~LineReader() { ::close(fd_); }
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  void send(const std::string& text) {
    EXPECT_EQ(::write(fd_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  /// Whatever comes within wait_ms.
  std::string read(int wait_ms) {
    pollfd watched{fd_, POLLIN, 0};
    std::array<char, 4096> chunk{};
    if (::poll(&watched, 1, wait_ms) <= 0) {
      return {};
    }
    const ssize_t count = ::read(fd_, chunk.data(), chunk.size());
    return count > 0 ? std::string(chunk.data(), static_cast<std::size_t>(count)) : std::string();
  }

 private:
  int fd_;
};

TEST(Rig, ARealGpsdReportsTheVehiclesPlace) {
  const tests::TempDir folder;
  World world = World::scenario("demo", 7, utc_now()).value();
  auto rig = Rig::wire(world, 2, {folder.path("M-003"), true});
  if (!rig && rig.error().what().find("not installed") != std::string::npos) {
    GTEST_SKIP() << rig.error().what();
  }
  ASSERT_TRUE(rig) << rig.error().what();
  EXPECT_EQ(std::filesystem::read_symlink(folder.path("M-003/gps")), rig->gps_device());
  LineReader client(*rig->gpsd_port());
  client.send("?WATCH={\"enable\":true,\"json\":true};\n");
  std::string said;
  // The reader sets the pace: gpsd is given the next step when it had 5 ms to speak.
  for (int step = 0; step < 6000 && said.find("\"mode\":3") == std::string::npos; ++step) {
    world.step();
    rig->tick(world);
    said += client.read(5);
  }
  const std::size_t report = said.find("\"class\":\"TPV\"");
  ASSERT_NE(report, std::string::npos) << said;
  const std::size_t lat = said.find("\"lat\":", report);
  ASSERT_NE(lat, std::string::npos) << said;
  EXPECT_NEAR(std::stod(said.substr(lat + 6)), world.antenna(2).place.lat_deg(), 2e-4);
}

TEST(Rig, ItsAdapterOpensAndSpeaks) {
  const tests::TempDir folder;
  World world = World::scenario("demo", 7, utc_now()).value();
  auto rig = Rig::wire(world, 0, {folder.path("S-001"), false});
  ASSERT_TRUE(rig) << rig.error().what();
  EXPECT_EQ(rig->modbus_device(), "");
  const int host = ::open(folder.path("S-001/can").c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK);
  ASSERT_GE(host, 0);
  const std::string commands = "C\rS5\rO\r";
  ASSERT_EQ(::write(host, commands.data(), commands.size()), static_cast<ssize_t>(commands.size()));
  std::string heard;
  for (int step = 0; step < 500 && heard.find("T18FEF1008") == std::string::npos; ++step) {
    world.step();
    rig->tick(world);
    std::array<char, 4096> chunk{};
    const ssize_t count = ::read(host, chunk.data(), chunk.size());
    heard.append(chunk.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  }
  ::close(host);
  EXPECT_EQ(heard.substr(0, 3), "\a\r\r");
  EXPECT_NE(heard.find("T18F40100"), std::string::npos);
  EXPECT_NE(heard.find("T18FEF1008"), std::string::npos);
}

TEST(TerminalFiles, AreTakenByTheTerminalsOwnReader) {
  const tests::TempDir folder;
  const std::string dir = folder.path();
  const std::vector<WiredVehicle> wired = {
      {"S-001", "sweeper", "鄂GS1208", "/dev/pts/0", "/dev/pts/1", "", 4001},
      {"W-002", "sprinkler", "鄂GW3316", "/dev/pts/2", "/dev/pts/3", "", 4002},
      {"M-003", "muck", "鄂G12345", "/dev/pts/4", "/dev/pts/5", "/dev/pts/6", 4003}};
  ASSERT_TRUE(write_vehicles(dir, wired));
  TerminalOptions options;
  options.platform_port = 7777;
  options.pki = dir + "/pki";
  options.share = std::string(LUJING_SOURCE_DIR) + "/deploy";
  const auto paths = write_terminal_files(dir, options);
  ASSERT_TRUE(paths) << paths.error().what();
  ASSERT_EQ(paths->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto config = config::load_terminal_config((*paths)[i]);
    ASSERT_TRUE(config) << config.error().what();
    EXPECT_EQ(config->terminal.id, wired[i].id);
    EXPECT_EQ(config->platform.port, 7777);
    EXPECT_EQ(config->gnss.port, *wired[i].gpsd_port);
    EXPECT_EQ(config->inputs.size(), i == 2 ? 7U : 0U);
    for (const auto& can : config->can) {
      for (const std::string& dbc : can.dbc) {
        EXPECT_TRUE(std::filesystem::exists(dbc)) << dbc;
      }
    }
  }
}

TEST(TerminalFiles, SayWhatIsMissing) {
  const tests::TempDir folder;
  const auto none = read_vehicles(folder.path());
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().what().find("lujing-sim run"), std::string::npos);
  std::ofstream(folder.path("vehicles.json")) << "{\"vehicles\": 3}";
  const auto damaged = read_vehicles(folder.path());
  ASSERT_FALSE(damaged);
  EXPECT_NE(damaged.error().what().find("damaged"), std::string::npos);
}

}  // namespace
}  // namespace lujing::sim
