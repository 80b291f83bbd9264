// The inputs of one Modbus module, polled, and its outputs, written between two polls.
#pragma once

#include "hal/io/io.h"
#include "hal/io/source_base.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace lujing::hal::io {

std::unique_ptr<Source> make_modbus_source(const ModbusConfig& module,
                                           const std::vector<InputConfig>& inputs,
                                           std::shared_ptr<const OutputBoard> outputs,
                                           std::uint8_t index, std::shared_ptr<Totals> totals);

}  // namespace lujing::hal::io
