// `lujing-ctl coverage`: rates out of tracks alone, of vehicles whose machine tells nothing.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

void add_coverage_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
