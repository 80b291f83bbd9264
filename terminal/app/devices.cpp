#include "terminal/app/devices.h"

#include "base/time.h"
#include "hal/can/sender.h"
#include "hal/can/source.h"
#include "hal/gnss/gnss.h"
#include "hal/io/io.h"
#include "hal/power/power.h"
#include "protocol/health.h"
#include "terminal/config/device_settings.h"

#include <utility>

namespace lujing::app {
namespace {

using protocol::Health;

void tell_can(const std::vector<const hal::can::CanSource*>& buses, const hal::Sink& sink) {
  hal::can::CanCounters sum;
  for (const auto* bus : buses) {
    const hal::can::CanCounters one = bus->counters();
    sum.frames += one.frames;
    sum.kernel_drops += one.kernel_drops;
    sum.error_frames += one.error_frames;
    sum.bus_off += one.bus_off;
    sum.short_frames += one.short_frames;
  }
  const auto tell = [&](Health id, std::uint64_t value) {
    sink({boot_now(),
          hal::Counter{static_cast<hal::CounterId>(id), static_cast<std::int64_t>(value)}});
  };
  tell(Health::can_frames, sum.frames);
  tell(Health::can_kernel_drops, sum.kernel_drops);
  tell(Health::can_error_frames, sum.error_frames);
  tell(Health::can_bus_off, sum.bus_off);
  tell(Health::can_short_frames, sum.short_frames);
}

}  // namespace

Result<Devices> open_devices(const config::TerminalConfig& config) {
  Devices devices;
  std::vector<const hal::can::CanSource*> buses;
  devices.all.push_back({"gnss", hal::open_gnss(config::gnss_settings(config.gnss))});
  const hal::IoConfig io_settings = config::io_settings(config);
  devices.outputs = io_settings.outputs;
  for (std::size_t i = 0; i < config.can.size(); ++i) {
    const std::string name = "can" + std::to_string(i);
    auto opened =
        hal::can::open_can(config::can_settings(config.can[i], static_cast<std::uint8_t>(i)),
                           config::can_outputs(config, i), devices.outputs);
    if (!opened) return opened.error().in(name);
    buses.push_back(opened->get());
    devices.all.push_back({name, std::move(*opened)});
  }
  auto io = hal::open_io(io_settings);
  if (!io) return io.error().in("inputs");
  for (std::size_t i = 0; i < io->size(); ++i) {
    devices.all.push_back({"io" + std::to_string(i), std::move((*io)[i])});
  }
  if (config.power) {
    devices.all.push_back({"power", hal::open_power(config::power_settings(*config.power))});
  }
  devices.tell_counters = [buses](const hal::Sink& sink) {
    if (!buses.empty()) tell_can(buses, sink);
  };
  return devices;
}

}  // namespace lujing::app
