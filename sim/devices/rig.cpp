#include "sim/devices/rig.h"

#include "sim/wiring.h"

#include <cmath>
#include <filesystem>

namespace lujing::sim {
namespace {

constexpr double live_latency_s = 0.1;

Result<void> link(const std::string& device, const std::string& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  std::filesystem::create_symlink(device, path, error);
  if (error) {
    return Error("linking " + path + " to " + device + ": " + error.message());
  }
  return {};
}

}  // namespace

Result<Rig> Rig::wire(const World& world, std::size_t vehicle, const Options& options) {
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (error) {
    return Error("making " + options.folder + ": " + error.message());
  }
  auto gps = Pty::open();
  auto can = Pty::open();
  if (!gps || !can) {
    return gps ? can.error() : gps.error();
  }
  const VehicleConfig& config = world.vehicles()[vehicle].config();
  Rig rig(vehicle, std::move(gps).value(), std::move(can).value(),
          NmeaReceiver(world.seed(), config.id,
                       !world.plans().empty() && world.plans()[vehicle].cold_start),
          Bus(config.type, world.seed(), config.id));
  if (!world.plans().empty()) {
    rig.bus_.chassis().air_c = world.weather().temperature_c;
  }
  if (has_collector(config.type)) {
    auto modbus = ModbusSlave::start();
    if (!modbus) {
      return modbus.error();
    }
    rig.modbus_ = std::move(modbus).value();
    rig.modbus_->set(collector_map(world.vehicles()[vehicle].state()));
  }
  if (options.gpsd) {
    auto gpsd = Gpsd::start(rig.gps_device(), options.folder + "/gpsd.log");
    if (!gpsd) {
      return gpsd.error();
    }
    rig.gpsd_ = std::move(gpsd).value();
  }
  for (const auto& [device, name] :
       {std::pair{rig.gps_device(), "gps"}, std::pair{rig.can_device(), "can"},
        std::pair{rig.modbus_device(), "modbus"}}) {
    if (!device.empty()) {
      if (const auto linked = link(device, options.folder + "/" + name); !linked) {
        return linked.error();
      }
    }
  }
  return rig;
}

std::optional<std::uint16_t> Rig::gpsd_port() const {
  return gpsd_ ? std::optional(gpsd_->port()) : std::nullopt;
}

bool Rig::serve() {
  if (const std::string commands = can_.read(); !commands.empty()) {
    can_.write(adapter_.take(commands));
  }
  return adapter_.open();
}

void Rig::tick(const World& world) {
  const VehicleState& state = world.vehicles()[vehicle_].state();
  gps_.read();  // what gpsd sends to find out who we are; this receiver takes no orders
  if (world.on_the_second()) {
    measured_ = receiver_.epoch(world.antenna(vehicle_), world.utc(), world.sky(vehicle_));
    ready_s_ = state.t_s + live_latency_s;
  }
  if (!measured_.empty() && state.t_s >= ready_s_) {
    gps_.write(measured_);
    measured_.clear();
  }
  serve();
  if (!world.plans().empty()) {
    suffer(world.plans()[vehicle_].faults, state);
    if (world.on_the_second()) {
      bus_.chassis().air_c = world.weather().temperature_c;
    }
  }
  const auto ms = static_cast<std::int64_t>(std::llround(state.t_s * 1000));
  for (const CanFrame& frame : bus_.step(state, World::step_s)) {
    if (adapter_.open()) {
      can_.write(adapter_.received(frame, ms));
    }
  }
  if (modbus_ && world.plans().empty()) {
    modbus_->set(collector_map(state));
  } else if (modbus_) {
    modbus_->set(collector_map(state, world.plans()[vehicle_], stuck_load_, (ms / 100) % 2 == 0));
  }
}

void Rig::suffer(const std::vector<Fault>& faults, const VehicleState& state) {
  bus_.set_silent(active_fault(faults, FaultKind::bus_off, state.t_s) != nullptr);
  bus_.set_body_silent(active_fault(faults, FaultKind::body_silent, state.t_s) != nullptr);
  if (active_fault(faults, FaultKind::gnss_off, state.t_s) != nullptr) {
    measured_.clear();
  }
  if (active_fault(faults, FaultKind::load_stuck, state.t_s) == nullptr) {
    stuck_load_ = state.body.load_share;
  }
}

}  // namespace lujing::sim
