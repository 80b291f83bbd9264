// The parts of a terminal's file that are long enough for a file of their own. Internal.
#pragma once

#include "terminal/config/terminal_config.h"
#include "terminal/config/toml_reader.h"

namespace lujing::config {

void read_can(Section& root, const std::string& folder, TerminalConfig& config);
void read_modbus(Section& root, TerminalConfig& config);
void read_inputs(Section& root, TerminalConfig& config);
void read_outputs(Section& root, TerminalConfig& config);
void read_power(Section& root, const std::string& folder, TerminalConfig& config);

/// `path` as seen from `folder`; an absolute or empty one as it is.
std::string from_folder(const std::string& folder, const std::string& path);

}  // namespace lujing::config
