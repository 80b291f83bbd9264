#include "terminal/app/devices.h"

#include "base/time.h"
#include "hal/can/source.h"
#include "hal/gnss/gnss.h"
#include "hal/io/io.h"
#include "protocol/health.h"

#include <utility>

namespace lujing::app {
namespace {

using protocol::Health;

hal::GnssConfig gnss_config(const config::TerminalConfig& config) {
  hal::GnssConfig gnss;
  gnss.host = config.gnss.host;
  gnss.port = config.gnss.port;
  gnss.device = config.gnss.device;
  return gnss;
}

std::string interface_text(const config::CanConfig& can) {
  switch (can.kind) {
    case config::CanKind::slcan:
      return "slcan:" + can.device;
    case config::CanKind::socketcan:
      return "socketcan:" + can.device;
    case config::CanKind::candump:
      return "candump:" + can.device;
  }
  return can.device;
}

hal::can::CanConfig can_config(const config::CanConfig& from, std::uint8_t index) {
  hal::can::CanConfig can;
  can.interface = interface_text(from);
  can.bitrate = from.bitrate;
  can.dbc = from.dbc;
  can.index = index;
  for (std::size_t i = 0; i < from.signals.size(); ++i) {
    const auto& signal = from.signals[i];
    hal::can::CanSignalConfig to;
    to.id = static_cast<hal::SignalId>(from.first_signal_id + i);
    to.message = signal.message;
    to.signal = signal.signal;
    to.timeout_s = signal.timeout_s;
    can.signals.push_back(to);
  }
  return can;
}

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

hal::InputKind input_kind(config::InputSource source) {
  switch (source) {
    case config::InputSource::modbus_discrete:
      return hal::InputKind::modbus_discrete;
    case config::InputSource::modbus_coil:
      return hal::InputKind::modbus_coil;
    case config::InputSource::modbus_input:
      return hal::InputKind::modbus_input;
    case config::InputSource::modbus_holding:
      return hal::InputKind::modbus_holding;
    case config::InputSource::gpio:
      return hal::InputKind::gpio;
  }
  return hal::InputKind::gpio;
}

hal::IoConfig io_config(const config::TerminalConfig& config) {
  hal::IoConfig io;
  if (config.modbus) {
    io.modbus = hal::ModbusConfig{config.modbus->device, config.modbus->baud, config.modbus->parity,
                                  config.modbus->unit, config.modbus->poll_ms};
  }
  for (std::size_t i = 0; i < config.inputs.size(); ++i) {
    const auto& from = config.inputs[i];
    hal::InputConfig to;
    to.id = static_cast<hal::InputId>(i);
    to.name = from.name;
    to.kind = input_kind(from.source);
    to.chip = from.chip;
    to.number = from.number;
    to.analog = from.analog;
    to.debounce_ms = from.debounce_ms;
    to.invert = from.invert;
    to.scale = from.scale;
    to.offset = from.offset;
    to.min = from.min;
    to.max = from.max;
    to.deadband = from.deadband;
    io.inputs.push_back(to);
  }
  return io;
}

}  // namespace

Result<Devices> open_devices(const config::TerminalConfig& config) {
  Devices devices;
  std::vector<const hal::can::CanSource*> buses;
  devices.all.push_back({"gnss", hal::open_gnss(gnss_config(config))});
  for (std::size_t i = 0; i < config.can.size(); ++i) {
    const std::string name = "can" + std::to_string(i);
    auto opened = hal::can::open_can(can_config(config.can[i], static_cast<std::uint8_t>(i)));
    if (!opened) return opened.error().in(name);
    buses.push_back(opened->get());
    devices.all.push_back({name, std::move(*opened)});
  }
  auto io = hal::open_io(io_config(config));
  if (!io) return io.error().in("inputs");
  for (std::size_t i = 0; i < io->size(); ++i) {
    devices.all.push_back({"io" + std::to_string(i), std::move((*io)[i])});
  }
  devices.tell_counters = [buses](const hal::Sink& sink) {
    if (!buses.empty()) tell_can(buses, sink);
  };
  return devices;
}

}  // namespace lujing::app
