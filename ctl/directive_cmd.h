// lujing-ctl directive: what the platform tells its terminals.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

/// Adds `directive put|withdraw|list|group` to the program. `exit_code` is set when the command has
/// run: 0, or 1 with a message on standard error.
void add_directive_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
