// What the terminal of this build takes in its configuration. The one place where the simulator
// looks at the terminal: at its settings, never at its decisions.
#pragma once

#include "base/result.h"
#include "protocol/journal_file.h"
#include "sim/wiring.h"

#include <string>

namespace lujing::sim {

Knows terminal_knows();
/// The header that a terminal with that configuration file puts before its journals.
Result<protocol::JournalHeader> journal_header(const std::string& terminal_toml);

}  // namespace lujing::sim
