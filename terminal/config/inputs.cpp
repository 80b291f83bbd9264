// [[can]], [modbus] and [[input]]: what the vehicle's devices are called in the core's words.
#include "terminal/config/names.h"
#include "terminal/config/sections.h"
#include "terminal/config/work_profile.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace lujing::config {
namespace {

constexpr std::size_t max_buses = 8;
constexpr std::size_t max_signals = 256;
constexpr std::size_t max_inputs = 64;
constexpr std::size_t max_dbc_files = 16;
constexpr std::string_view driver_card = "driver_card";

template <class Words>
std::vector<std::string> names_of(const Words& words) {
  std::vector<std::string> names;
  for (const auto& word : words) names.emplace_back(word.name);
  // Words for a vehicle's profile: the core itself need not know what they are for.
  for (const BodyWord& word : body_words()) {
    if (std::find(names.begin(), names.end(), word.name) == names.end()) {
      names.emplace_back(word.name);
    }
  }
  return names;
}

/// The name that the core knows, once a file; anything else is refused with the names there are.
template <class Words>
std::string core_word(Section& section, const Words& words, std::set<std::string>& taken) {
  std::string name = section.text("name", std::nullopt);
  if (name.empty()) return name;
  const std::vector<std::string> known = names_of(words);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    const std::string near = nearest_word(name, known);
    section.refuse("name", "the core does not know \"" + name + "\"" +
                               (near.empty() ? "" : "; did you mean \"" + near + "\"?") +
                               " Known: " + joined(known));
  } else if (!taken.insert(name).second) {
    section.refuse("name", "\"" + name + "\" is there twice");
  }
  return name;
}

void read_interface(Section& section, const std::string& folder, CanConfig& can) {
  const std::string text = section.text("interface", std::nullopt);
  if (text.empty()) return;
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  can.device = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (kind == "slcan") {
    can.kind = CanKind::slcan;
    can.device = from_folder(folder, can.device);
  } else if (kind == "socketcan") {
    can.kind = CanKind::socketcan;
  } else if (kind == "candump") {
    can.kind = CanKind::candump;
    can.device = from_folder(folder, can.device);
  } else {
    can.device.clear();
  }
  const bool too_long = can.kind == CanKind::socketcan && can.device.size() > 15;
  if (can.device.empty() || too_long) {
    section.refuse("interface",
                   "expected slcan:DEVICE, socketcan:NAME (at most 15 characters) or candump:FILE, "
                   "found \"" +
                       text + "\"");
  }
}

std::optional<std::uint32_t> take_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > 65535) {
    return std::nullopt;
  }
  return number;
}

/// "modbus:discrete:0", "gpio:gpiochip0:17" or "card:/dev/ttyUSB0".
bool parse_source(const std::string& text, InputConfig& input) {
  constexpr std::string_view card = "card:";
  if (text.starts_with(card)) {
    input.source = InputSource::card;
    input.chip = text.substr(card.size());
    return !input.chip.empty();
  }
  const std::size_t first = text.find(':');
  const std::size_t last = text.rfind(':');
  if (first == std::string::npos || last <= first + 1) return false;
  const std::string bus = text.substr(0, first);
  const std::string middle = text.substr(first + 1, last - first - 1);
  const std::optional<std::uint32_t> number = take_number(std::string_view(text).substr(last + 1));
  if (!number) return false;
  input.number = *number;
  if (bus == "gpio") {
    input.source = InputSource::gpio;
    input.chip = middle;
    return true;
  }
  if (bus != "modbus") return false;
  if (middle == "discrete")
    input.source = InputSource::modbus_discrete;
  else if (middle == "coil")
    input.source = InputSource::modbus_coil;
  else if (middle == "input")
    input.source = InputSource::modbus_input;
  else if (middle == "holding")
    input.source = InputSource::modbus_holding;
  else
    return false;
  return true;
}

void read_source(Section& section, InputConfig& input) {
  const std::string text = section.text("source", std::nullopt);
  if (text.empty()) return;
  if (!parse_source(text, input)) {
    section.refuse("source",
                   "expected modbus:discrete:N, modbus:coil:N, modbus:input:N, modbus:holding:N, "
                   "gpio:CHIP:LINE with N and LINE from 0 to 65535 or card:DEVICE, found \"" +
                       text + "\"");
    return;
  }
  const bool is_card = input.source == InputSource::card;
  if (is_card != (input.name == driver_card)) {
    section.refuse("source", is_card ? "a card reader is for the input \"driver_card\" only"
                                     : "\"driver_card\" comes from a reader: expected "
                                       "card:DEVICE, found \"" +
                                           text + "\"");
    return;
  }
  if (is_card) return;
  const bool is_register =
      input.source == InputSource::modbus_input || input.source == InputSource::modbus_holding;
  if (input.analog && !is_register) {
    section.refuse(
        "source", "\"" + input.name +
                      "\" is analog: expected modbus:input:N or modbus:holding:N, found \"" + text +
                      "\"");
  } else if (!input.analog && is_register) {
    section.refuse("source", "\"" + input.name +
                                 "\" is a switch: expected modbus:discrete:N, modbus:coil:N or "
                                 "gpio:CHIP:LINE, found \"" +
                                 text + "\"");
  }
}

void read_input(Section& section, InputConfig& input) {
  const InputWord* word = find_input_word(input.name);
  const BodyWord* body = find_body_word(input.name);
  input.analog = word != nullptr ? word->analog : body != nullptr && body->analog;
  read_source(section, input);
  if (input.name == driver_card) return section.done();
  if (input.analog || (word == nullptr && body == nullptr)) {
    input.scale = section.number("scale", 1.0, -1e6, 1e6);
    input.offset = section.number("offset", 0.0, -1e9, 1e9);
    input.min = section.number("min", 0.0, -1e9, 1e9);
    input.max = section.number("max", 1.0, -1e9, 1e9);
    input.deadband = section.number("deadband", 0.0, 0, 1e9);
    if (input.scale == 0) section.refuse("scale", "expected a number other than 0");
    if (input.max <= input.min) section.refuse("max", "expected more than min");
  }
  if (!input.analog) {
    input.debounce_ms = static_cast<std::uint32_t>(section.integer("debounce_ms", 300, 0, 60'000));
    input.invert = section.flag("invert", false);
  }
  section.done();
}

}  // namespace

void read_can(Section& root, const std::string& folder, TerminalConfig& config) {
  std::set<std::string> taken;
  std::size_t next_id = 0;
  for (Section& section : root.tables("can", max_buses)) {
    CanConfig can;
    read_interface(section, folder, can);
    can.bitrate =
        static_cast<std::uint32_t>(section.integer("bitrate", 250'000, 10'000, 1'000'000));
    for (const std::string& file : section.texts("dbc", max_dbc_files)) {
      can.dbc.push_back(from_folder(folder, file));
    }
    can.first_signal_id = static_cast<hal::SignalId>(next_id);
    for (Section& entry : section.tables("signal", max_signals)) {
      CanSignalConfig signal;
      signal.name = core_word(entry, signal_words(), taken);
      signal.message = entry.text("message", std::nullopt);
      signal.signal = entry.text("signal", std::nullopt);
      signal.timeout_s = entry.number("timeout_s", signal.timeout_s, 0.01, 3600);
      if (entry.has("source_address")) {
        // 254 and 255 are no sender's (J1939-81).
        signal.source_address =
            static_cast<std::uint8_t>(entry.integer("source_address", std::nullopt, 0, 253));
      }
      entry.done();
      can.signals.push_back(std::move(signal));
    }
    next_id += can.signals.size();
    if (!can.signals.empty() && can.dbc.empty()) {
      section.refuse("dbc", "expected at least one DBC file that describes the signals");
    }
    section.done();
    config.can.push_back(std::move(can));
  }
}

void read_modbus(Section& root, TerminalConfig& config) {
  Section section = root.table("modbus");
  if (!section.present()) return;
  ModbusConfig modbus;
  modbus.device = section.text("device", std::nullopt);
  if (modbus.device.starts_with("tcp:")) {
    const std::size_t colon = modbus.device.rfind(':');
    const auto port = take_number(std::string_view(modbus.device).substr(colon + 1));
    if (colon <= 4 || !port || *port == 0) {
      section.refuse("device",
                     "expected a serial device or tcp:HOST:PORT, found \"" + modbus.device + "\"");
    }
  }
  modbus.baud = static_cast<std::uint32_t>(section.integer("baud", 9600, 1200, 921'600));
  modbus.parity = section.word("parity", "N", {"N", "E", "O"}).front();
  modbus.unit = static_cast<std::uint8_t>(section.integer("unit", 1, 1, 247));
  modbus.poll_ms = static_cast<std::uint32_t>(section.integer("poll_ms", 100, 10, 60'000));
  section.done();
  config.modbus = modbus;
}

void read_power(Section& root, const std::string& folder, TerminalConfig& config) {
  Section section = root.table("power");
  PowerConfig power;
  power.main_file = from_folder(folder, section.text("main_file", ""));
  power.main_scale = section.number("main_scale", power.main_scale, 1e-9, 1e3);
  power.backup_file = from_folder(folder, section.text("backup_file", ""));
  power.backup_scale = section.number("backup_scale", power.backup_scale, 1e-9, 1e3);
  section.done();
  if (!power.main_file.empty() || !power.backup_file.empty()) config.power = power;
}

void read_inputs(Section& root, TerminalConfig& config) {
  std::set<std::string> taken;
  for (Section& section : root.tables("input", max_inputs)) {
    InputConfig input;
    input.name = core_word(section, input_words(), taken);
    read_input(section, input);
    const bool of_module = input.source != InputSource::gpio && input.source != InputSource::card;
    if (of_module && !config.modbus) {
      section.refuse("source",
                     "reads Modbus, but there is no [modbus] table that says where it is");
    }
    config.inputs.push_back(std::move(input));
  }
}

/// can:MESSAGE.SIGNAL, of the DBC files of one bus.
bool read_can_sink(Section& section, const std::string& text, const TerminalConfig& config,
                   OutputConfig& output) {
  if (!text.starts_with("can:")) return false;
  const std::size_t dot = text.rfind('.');
  const bool whole = dot != std::string::npos && dot > 4 && dot + 1 < text.size();
  if (!whole) section.refuse("sink", "expected can:MESSAGE.SIGNAL, found \"" + text + "\"");
  if (whole) output.can_message = text.substr(4, dot - 4);
  if (whole) output.can_signal = text.substr(dot + 1);
  output.can_bus = static_cast<std::uint32_t>(section.integer("bus", 0, 0, 255));
  output.cycle_ms = static_cast<std::uint32_t>(section.integer("cycle_ms", 100, 10, 10'000));
  output.source_address = static_cast<std::uint8_t>(section.integer("source_address", 39, 0, 253));
  if (output.can_bus >= config.can.size())
    section.refuse("sink", "is on a CAN bus, but there is no [[can]] table for it");
  return true;
}

void read_outputs(Section& root, TerminalConfig& config) {
  constexpr std::size_t max_outputs = 16;
  std::set<std::string> taken;
  for (Section& section : root.tables("output", max_outputs)) {
    OutputConfig output;
    output.name = section.word("name", std::nullopt,
                               {"speed_limit", "speed_limit_kmh", "hoist_limit", "lock"});
    if (!taken.insert(output.name).second) {
      section.refuse("name", "\"" + output.name + "\" is there twice");
    }
    InputConfig sink;
    const std::string text = section.text("sink", std::nullopt);
    if (read_can_sink(section, text, config, output)) {
      output.invert = section.flag("invert", false);
      if (output.invert && output.name == "speed_limit_kmh")
        section.refuse("invert", "is for a switch");
      section.done();
      config.outputs.push_back(std::move(output));
      continue;
    }
    const bool good = parse_source(text, sink) && (sink.source == InputSource::modbus_coil ||
                                                   sink.source == InputSource::modbus_holding ||
                                                   sink.source == InputSource::gpio);
    if (!text.empty() && !good) {
      section.refuse(
          "sink",
          "expected modbus:coil:N, modbus:holding:N, gpio:CHIP:LINE with N and LINE from "
          "0 to 65535 or can:MESSAGE.SIGNAL, found \"" +
              text + "\"");
    }
    output.is_register = sink.source == InputSource::modbus_holding;
    output.number = sink.number;
    const bool is_line = sink.source == InputSource::gpio;
    if (is_line) output.chip = sink.chip;
    output.invert = section.flag("invert", false);
    const bool wants_register = output.name == "speed_limit_kmh";
    if (good && wants_register != output.is_register) {
      section.refuse("sink", wants_register
                                 ? "speed_limit_kmh is a value: expected modbus:holding:N"
                                 : "\"" + output.name +
                                       "\" is a switch: expected modbus:coil:N or gpio:CHIP:LINE");
    }
    if (output.invert && output.is_register) section.refuse("invert", "is for a switch");
    if (!config.modbus && !is_line) {
      section.refuse("sink", "is Modbus, but there is no [modbus] table that says where it is");
    }
    section.done();
    config.outputs.push_back(std::move(output));
  }
}

}  // namespace lujing::config
