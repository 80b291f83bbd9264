// What the drivers are told, made from what a fitter wrote. The one place where both are known: the
// terminal opens its devices with it, and `lujing-ctl doctor` the same ones.
#pragma once

#include "hal/can/sender.h"
#include "hal/can/source.h"
#include "hal/gnss/gnss.h"
#include "hal/io/io.h"
#include "hal/power/power.h"
#include "terminal/config/terminal_config.h"

#include <cstdint>
#include <vector>

namespace lujing::config {

hal::GnssConfig gnss_settings(const GpsdConfig& gnss);
/// `index` is its place in TerminalConfig::can; the signals keep their ids.
hal::can::CanConfig can_settings(const CanConfig& can, std::uint8_t index);
/// Of TerminalConfig::outputs those that are signals on that bus.
std::vector<hal::can::CanOutput> can_outputs(const TerminalConfig& terminal, std::size_t bus);
/// Module and inputs; an input's id is its place in TerminalConfig::inputs.
hal::IoConfig io_settings(const TerminalConfig& terminal);
hal::PowerConfig power_settings(const PowerConfig& power);

}  // namespace lujing::config
