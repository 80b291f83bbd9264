// lujing-sim fleet: load for a gateway, and what it answered.
#pragma once

namespace CLI {
class App;
}

namespace lujing::sim {

void add_fleet_command(CLI::App& app, int& status);

}  // namespace lujing::sim
