// run, library, city: what works on scenarios and their cities.
#pragma once

namespace CLI {
class App;
}

namespace lujing::sim {

void add_scenario_commands(CLI::App& app, int& status);

}  // namespace lujing::sim
