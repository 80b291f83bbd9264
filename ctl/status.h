// lujing-ctl status: what a fitter wants to see, on one screen.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

void add_status_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
