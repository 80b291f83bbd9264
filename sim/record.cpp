#include "sim/record.h"

#include "sim/devices/bus.h"
#include "sim/devices/nmea.h"

#include <fmt/format.h>

#include <ostream>

namespace lujing::sim {
namespace {

constexpr std::int64_t frame_us = 560;  // an eight-byte frame with a 29-bit id at 250 kbit/s

}  // namespace

void record_nmea(World& world, std::size_t vehicle, double seconds, std::ostream& out) {
  NmeaReceiver receiver(world.seed(), world.vehicles()[vehicle].config().id);
  const double end_s = world.t_s() + seconds;
  while (world.t_s() + World::step_s / 2 < end_s) {
    world.step();
    if (world.on_the_second()) {
      out << receiver.epoch(world.antenna(vehicle), world.utc());
    }
  }
}

void record_candump(World& world, std::size_t vehicle, double seconds, std::ostream& out) {
  const VehicleConfig& config = world.vehicles()[vehicle].config();
  Bus bus(config.type, world.seed(), config.id);
  const double end_s = world.t_s() + seconds;
  while (world.t_s() + World::step_s / 2 < end_s) {
    world.step();
    std::int64_t us = world.utc().ms * 1000;
    for (const CanFrame& frame : bus.step(world.vehicles()[vehicle].state(), World::step_s)) {
      out << fmt::format("({:010d}.{:06d}) can0 {:08X}#", us / 1'000'000, us % 1'000'000, frame.id);
      for (const std::uint8_t byte : frame.data) {
        out << fmt::format("{:02X}", byte);
      }
      out << '\n';
      us += frame_us;
    }
  }
}

}  // namespace lujing::sim
