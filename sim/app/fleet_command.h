// lujing-sim fleet: load for a gateway, and what it answered.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::sim {

void add_fleet_command(cli::App& app, int& status);

}  // namespace lujing::sim
