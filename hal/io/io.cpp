#include "hal/io/io.h"

#include "hal/io/card_source.h"
#include "hal/io/gpio_outputs.h"
#include "hal/io/gpio_source.h"
#include "hal/io/modbus_port.h"
#include "hal/io/modbus_source.h"

#include <map>
#include <set>
#include <utility>

namespace lujing::hal {
namespace {

const char* kind_word(InputKind kind) {
  switch (kind) {
    case InputKind::modbus_discrete:
      return "modbus:discrete";
    case InputKind::modbus_coil:
      return "modbus:coil";
    case InputKind::modbus_input:
      return "modbus:input";
    case InputKind::modbus_holding:
      return "modbus:holding";
    case InputKind::gpio:
      return "gpio";
    case InputKind::card:
      return "card";
  }
  return "";
}

/// nullptr: the module has no output.
const OutputConfig* first_of_module(const IoConfig& config) {
  if (config.outputs == nullptr) return nullptr;
  for (const OutputConfig& output : config.outputs->outputs()) {
    if (output.of_module()) return &output;
  }
  return nullptr;
}

Result<void> check(const IoConfig& config) {
  for (const InputConfig& input : config.inputs) {
    const std::string where = "input " + input.name + ", " + source_text(input);
    const bool of_module = input.kind != InputKind::gpio && input.kind != InputKind::card;
    if (of_module && !config.modbus) {
      return Error(where + ": there is no [modbus] module");
    }
    if (input.kind == InputKind::gpio && input.analog) {
      return Error(where + ": a GPIO line is a switch, not an analog input");
    }
  }
  if (const OutputConfig* output = first_of_module(config); output != nullptr && !config.modbus) {
    return Error("output " + output->name + ": there is no [modbus] module");
  }
  if (config.modbus && config.modbus->device.rfind("tcp:", 0) == 0) {
    if (auto target = io::tcp_target(config.modbus->device); !target) return target.error();
  }
  return {};
}

}  // namespace

std::string source_text(const InputConfig& input) {
  if (input.kind == InputKind::card) return "card:" + input.chip;
  const std::string chip = input.kind == InputKind::gpio ? input.chip + ":" : "";
  return std::string(kind_word(input.kind)) + ":" + chip + std::to_string(input.number);
}

Result<std::vector<std::unique_ptr<Source>>> open_io(const IoConfig& config) {
  if (auto checked = check(config); !checked) return checked.error();
  std::vector<InputConfig> of_module;
  std::vector<InputConfig> readers;
  std::map<std::string, std::vector<InputConfig>> of_chip;
  for (const InputConfig& input : config.inputs) {
    if (input.kind == InputKind::card) {
      readers.push_back(input);
      continue;
    }
    (input.kind == InputKind::gpio ? of_chip[input.chip] : of_module).push_back(input);
  }
  std::set<std::string> chips_written;
  if (config.outputs != nullptr) {
    for (const OutputConfig& output : config.outputs->outputs()) {
      if (output.kind == OutputKind::gpio) chips_written.insert(output.chip);
    }
  }
  const auto totals = std::make_shared<io::Totals>();
  std::vector<std::unique_ptr<Source>> sources;
  const auto next = [&] { return static_cast<std::uint8_t>(sources.size()); };
  const bool writes = first_of_module(config) != nullptr;
  if (!of_module.empty() || writes) {
    sources.push_back(io::make_modbus_source(*config.modbus, of_module, config.outputs, 0, totals));
  }
  for (const auto& [chip, inputs] : of_chip) {
    sources.push_back(
        io::make_gpio_source(chip, io::kernel_gpio_chip(chip), inputs, next(), totals));
  }
  for (const std::string& chip : chips_written) {
    sources.push_back(
        io::make_gpio_outputs(chip, io::kernel_gpio_lines(chip), config.outputs, next(), totals));
  }
  for (const InputConfig& reader : readers) {
    sources.push_back(io::make_card_source(reader, next(), totals));
  }
  return sources;
}

}  // namespace lujing::hal
