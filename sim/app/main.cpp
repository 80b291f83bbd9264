// lujing-sim: a city, its vehicles and the real interfaces of their devices.
#include "base/command_line.h"
#include "sim/app/fail.h"
#include "sim/app/fleet_command.h"
#include "sim/app/library_command.h"
#include "sim/app/output.h"
#include "sim/app/scenario_commands.h"
#include "sim/app/score_command.h"
#include "sim/app/terminal_words.h"
#include "sim/record.h"
#include "sim/terminal_files.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <ostream>

namespace {

using namespace lujing;
using sim::fail;

/// Where the drives of `nmea` and `candump` begin unless told otherwise: the same bytes every time.
constexpr const char* default_start = "2026-04-15T01:00:00Z";

struct DriveOptions {
  std::string vehicle = "muck";
  std::uint64_t seed = 7;
  double seconds = 1800;
  std::string start = default_start;
  std::string out = "-";
};

using Recorder = void (*)(sim::World&, std::size_t, double, std::ostream&);

int record_drive(const DriveOptions& options, Recorder record) {
  const auto start = from_iso8601(options.start);
  if (!start) {
    return fail(
        Error("--start '" + options.start + "' is no time; it looks like " + default_start));
  }
  auto world = sim::World::scenario("demo", options.seed, *start);
  if (!world) {
    return fail(world.error());
  }
  const auto vehicle = world->find(options.vehicle);
  if (!vehicle) {
    return fail(vehicle.error().in("--vehicle"));
  }
  const auto written = sim::write_output(
      options.out, [&](std::ostream& out) { record(*world, *vehicle, options.seconds, out); });
  return written ? 0 : fail(written.error());
}

void add_drive(cli::App& app, const char* name, const char* about, const char* example,
               DriveOptions& options, Recorder record, int& status) {
  auto* command = app.add_subcommand(name, about);
  command->footer(example);
  command->add_option("--vehicle", options.vehicle, "id (M-003) or type (muck)")
      ->capture_default_str();
  command->add_option("--seed", options.seed, "another seed, another city and day")
      ->capture_default_str();
  command->add_option("--seconds", options.seconds, "length of the drive")
      ->capture_default_str()
      ->check(cli::range(1.0, 604800.0));
  command->add_option("--start", options.start, "UTC of its beginning")->capture_default_str();
  command->add_option("-o,--out", options.out, "file, or - for stdout")->capture_default_str();
  command->callback([&, record] { status = record_drive(options, record); });
}

void add_config(cli::App& app, std::string& folder, sim::TerminalOptions& options, int& status) {
  auto* command = app.add_subcommand(
      "config", "write DIR/ID/terminal.toml for each vehicle of a running scenario");
  command->footer(
      "example: lujing-sim config --dir /tmp/demo --platform-port 7611 --pki /tmp/demo/pki "
      "--share deploy");
  command->add_option("--dir", folder, "the folder that `run` was given")->required();
  command->add_option("--platform-host", options.platform_host, "where the gateway is")
      ->capture_default_str();
  command->add_option("--platform-port", options.platform_port, "its port")->capture_default_str();
  command
      ->add_option("--pki", options.pki, "folder with ID/terminal.crt, ID/terminal.key, ID/ca.crt")
      ->required();
  options.share = "/usr/share/lujing";
  command
      ->add_option("--share", options.share, "folder with vehicles/*.dbc and profiles/default.toml")
      ->capture_default_str()
      ->check(cli::existing_folder());
  command->callback([&] {
    for (std::string* path : {&folder, &options.pki, &options.share}) {
      *path = std::filesystem::absolute(*path).lexically_normal().string();
    }
    options.knows = sim::terminal_knows();
    const auto paths = sim::write_terminal_files(folder, options);
    if (!paths) {
      status = fail(paths.error());
      return;
    }
    for (const std::string& path : *paths) {
      fmt::print("{}\n", path);
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  cli::App app("lujing-sim: a city, its vehicles and the real interfaces of their devices");
  app.require_subcommand();
  app.footer("example: lujing-sim run --dir /tmp/demo --gpsd");
  int status = 0;
  std::string config_folder;
  sim::TerminalOptions config;
  DriveOptions nmea;
  DriveOptions candump;
  sim::add_scenario_commands(app, status);
  sim::add_library_command(app, status);
  add_config(app, config_folder, config, status);
  add_drive(app, "nmea", "write what a vehicle's receiver says, as fast as possible",
            "example: lujing-sim nmea --vehicle muck --seed 3 --seconds 1800 -o drive.nmea", nmea,
            sim::record_nmea, status);
  add_drive(app, "candump", "write what is said on a vehicle's bus, as candump logs it",
            "example: lujing-sim candump --vehicle sweeper --seconds 60 -o drive.log", candump,
            sim::record_candump, status);
  sim::add_fleet_command(app, status);
  sim::add_score_command(app, status);
  if (const auto ended = app.parse(argc, argv)) return *ended;
  return status;
}
