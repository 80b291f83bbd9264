// lujing-ctl journal: list, cut and print what a vehicle recorded.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

/// Adds `journal` to the program. `exit_code` is set when the command has run: 0, 1 with a message
/// on standard error, or 2 where something was damaged and passed over.
void add_journal_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
