// lujing-sim score: the product against the truth.
#pragma once

namespace CLI {
class App;
}

namespace lujing::sim {

void add_score_command(CLI::App& app, int& status);

}  // namespace lujing::sim
