#include "sim/app/run.h"

#include "sim/city/geojson.h"
#include "sim/devices/rig.h"
#include "sim/terminal_files.h"
#include "sim/truth/recorder.h"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

namespace lujing::sim {
namespace {

volatile std::sig_atomic_t asked_to_end = 0;

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { asked_to_end = 1; };
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

Result<std::vector<Rig>> wire_all(const World& world, const RunOptions& options) {
  std::vector<Rig> rigs;
  for (std::size_t i = 0; i < world.vehicles().size(); ++i) {
    const std::string folder = options.folder + "/" + world.vehicles()[i].config().id;
    auto rig = Rig::wire(world, i, {folder, options.gpsd});
    if (!rig) {
      return rig.error();
    }
    rigs.push_back(std::move(rig).value());
  }
  return rigs;
}

Result<void> announce(const World& world, const std::vector<Rig>& rigs, const std::string& folder) {
  std::ofstream(folder + "/city.geojson") << to_geojson(world.city());
  std::vector<WiredVehicle> wired;
  for (std::size_t i = 0; i < rigs.size(); ++i) {
    const VehicleConfig& config = world.vehicles()[i].config();
    const Rig& rig = rigs[i];
    wired.push_back({config.id, name_of(config.type), config.plate, rig.gps_device(),
                     rig.can_device(), rig.modbus_device(), rig.gpsd_port()});
    fmt::print("{} ({}): gps {}, can {}{}{}\n", config.id, name_of(config.type), rig.gps_device(),
               rig.can_device(),
               rig.modbus_device().empty() ? "" : ", modbus " + rig.modbus_device(),
               rig.gpsd_port() ? fmt::format(", gpsd on port {}", *rig.gpsd_port()) : "");
  }
  return write_vehicles(folder, wired);
}

}  // namespace

Result<void> run_live(const RunOptions& options) {
  watch_signals();
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  std::filesystem::remove(options.folder + "/vehicles.json", error);
  auto world = World::scenario(options.scenario, options.seed, utc_now());
  if (!world) {
    return world.error();
  }
  auto truth = TruthRecorder::create(options.folder + "/truth", *world);
  auto rigs = truth ? wire_all(*world, options) : Result<std::vector<Rig>>(truth.error());
  if (!rigs) {
    return rigs.error();
  }
  // Starting the gpsds took a moment: the vehicles' day begins now.
  world = World::scenario(options.scenario, options.seed, utc_now());
  truth = TruthRecorder::create(options.folder + "/truth", *world);
  if (auto announced = announce(*world, *rigs, options.folder); !announced) {
    return announced;
  }
  fmt::print("running; Ctrl-C ends it\n");
  std::fflush(stdout);

  const auto step = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(World::step_s));
  auto next = std::chrono::steady_clock::now();
  while (asked_to_end == 0 && (!options.duration_s || world->t_s() < *options.duration_s)) {
    next += step;
    std::this_thread::sleep_until(next);
    world->step();
    for (Rig& rig : *rigs) {
      rig.tick(*world);
    }
    truth->take(*world);
  }
  std::filesystem::remove(options.folder + "/vehicles.json", error);
  return {};
}

}  // namespace lujing::sim
