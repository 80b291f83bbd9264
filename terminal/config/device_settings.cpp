#include "terminal/config/device_settings.h"

#include "terminal/config/work_profile.h"

#include <string_view>
#include <utility>

namespace lujing::config {
namespace {

std::string interface_text(const CanConfig& can) {
  switch (can.kind) {
    case CanKind::slcan:
      return "slcan:" + can.device;
    case CanKind::socketcan:
      return "socketcan:" + can.device;
    case CanKind::candump:
      break;
  }
  return "candump:" + can.device;
}

hal::InputKind input_kind(InputSource source) {
  switch (source) {
    case InputSource::modbus_discrete:
      return hal::InputKind::modbus_discrete;
    case InputSource::modbus_coil:
      return hal::InputKind::modbus_coil;
    case InputSource::modbus_input:
      return hal::InputKind::modbus_input;
    case InputSource::modbus_holding:
      return hal::InputKind::modbus_holding;
    case InputSource::card:
      return hal::InputKind::card;
    case InputSource::gpio:
    case InputSource::page:  // none of the devices
      break;
  }
  return hal::InputKind::gpio;
}

hal::InputConfig input_settings(const InputConfig& from, std::size_t index) {
  hal::InputConfig to;
  to.id = static_cast<hal::InputId>(index);
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
  return to;
}

}  // namespace

hal::GnssConfig gnss_settings(const GpsdConfig& gnss) {
  hal::GnssConfig to;
  to.host = gnss.host;
  to.port = gnss.port;
  to.device = gnss.device;
  return to;
}

hal::can::CanConfig can_settings(const CanConfig& can, std::uint8_t index) {
  hal::can::CanConfig to;
  to.interface = interface_text(can);
  to.bitrate = can.bitrate;
  to.dbc = can.dbc;
  to.index = index;
  for (std::size_t i = 0; i < can.signals.size(); ++i) {
    const CanSignalConfig& from = can.signals[i];
    hal::can::CanSignalConfig signal;
    signal.id = static_cast<hal::SignalId>(can.first_signal_id + i);
    signal.message = from.message;
    signal.signal = from.signal;
    signal.timeout_s = from.timeout_s;
    signal.source_address = from.source_address;
    const BodyWord* word = find_body_word(from.name);
    signal.share = word != nullptr && std::string_view(word->unit) == "of full";
    to.signals.push_back(std::move(signal));
  }
  return to;
}

std::vector<hal::can::CanOutput> can_outputs(const TerminalConfig& terminal, std::size_t bus) {
  std::vector<hal::can::CanOutput> outputs;
  for (std::size_t i = 0; i < terminal.outputs.size(); ++i) {
    const OutputConfig& from = terminal.outputs[i];
    if (from.can_message.empty() || from.can_bus != bus) continue;
    outputs.push_back({i, from.can_message, from.can_signal, from.cycle_ms,
                       from.name == "speed_limit_kmh", from.source_address});
  }
  return outputs;
}

hal::IoConfig io_settings(const TerminalConfig& terminal) {
  hal::IoConfig to;
  if (const auto& modbus = terminal.modbus) {
    to.modbus = hal::ModbusConfig{modbus->device, modbus->baud, modbus->parity, modbus->unit,
                                  modbus->poll_ms};
  }
  for (std::size_t i = 0; i < terminal.inputs.size(); ++i) {
    if (terminal.inputs[i].source == InputSource::page) continue;
    to.inputs.push_back(input_settings(terminal.inputs[i], i));
  }
  std::vector<hal::OutputConfig> outputs;
  for (const OutputConfig& from : terminal.outputs) {
    auto kind = from.is_register ? hal::OutputKind::modbus_holding : hal::OutputKind::modbus_coil;
    if (!from.chip.empty()) kind = hal::OutputKind::gpio;
    if (!from.can_message.empty()) kind = hal::OutputKind::can;
    outputs.push_back({from.name, kind, from.number, from.invert, from.chip});
  }
  if (!outputs.empty()) to.outputs = std::make_shared<hal::OutputBoard>(std::move(outputs));
  return to;
}

hal::PowerConfig power_settings(const PowerConfig& power) {
  hal::PowerConfig to;
  to.main = {power.main_file, power.main_scale};
  to.backup = {power.backup_file, power.backup_scale};
  return to;
}

}  // namespace lujing::config
