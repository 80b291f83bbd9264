// run, library, city: what works on scenarios and their cities.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::sim {

void add_scenario_commands(cli::App& app, int& status);

}  // namespace lujing::sim
