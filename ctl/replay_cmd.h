// lujing-ctl replay: a journal in, the records that the core makes of it out.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

/// Adds `replay` to the program. `exit_code` is set when the command has run: 0, 1 with a message
/// on standard error, or 2 where something was damaged and passed over.
void add_replay_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
