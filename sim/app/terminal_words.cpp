#include "sim/app/terminal_words.h"

#include "terminal/config/core_config.h"
#include "terminal/config/names.h"
#include "terminal/config/terminal_config.h"
#include "terminal/config/work_profile.h"

namespace lujing::sim {

Knows terminal_knows() {
  return [](const std::string& word) {
    return config::find_signal_word(word) != nullptr || config::find_body_word(word) != nullptr;
  };
}

Result<protocol::JournalHeader> journal_header(const std::string& terminal_toml) {
  auto terminal = config::load_terminal_config(terminal_toml);
  if (!terminal) {
    return terminal.error();
  }
  auto profile = config::load_profile(terminal->profile_file);
  if (!profile) {
    return profile.error();
  }
  core::CoreConfig core = config::make_core_config(*terminal, *profile);
  core.software = "lujing-sim";
  protocol::JournalHeader header;
  header.terminal_id = terminal->terminal.id;
  header.signals = config::signal_names(*terminal);
  header.inputs = config::input_names(*terminal);
  header.core_config = config::to_toml(core);
  return header;
}

}  // namespace lujing::sim
