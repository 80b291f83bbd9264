// The input lines of one GPIO chip: edges as they come, levels ten times a second.
#pragma once

#include "hal/io/gpio_chip.h"
#include "hal/io/io.h"
#include "hal/io/source_base.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lujing::hal::io {

std::unique_ptr<Source> make_gpio_source(const std::string& name, std::unique_ptr<GpioChip> chip,
                                         const std::vector<InputConfig>& inputs, std::uint8_t index,
                                         std::shared_ptr<Totals> totals);

}  // namespace lujing::hal::io
