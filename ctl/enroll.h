// lujing-ctl enroll: a new vehicle's key and certificate in one step.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

/// Adds `enroll` to the program. `exit_code` is set when the command has run: 0, or 1 with a
/// message on standard error.
void add_enroll_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
