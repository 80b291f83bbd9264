// lujing-ctl match: fixes out of a file, matched to roads.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

/// Adds the command; `exit_code` is what it ends with when it was called.
void add_match_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
