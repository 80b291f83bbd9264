// lujing-ctl status: what a fitter wants to see, on one screen.
#pragma once

namespace CLI {
class App;
}

namespace lujing::ctl {

void add_status_command(CLI::App& app, int& exit_code);

}  // namespace lujing::ctl
