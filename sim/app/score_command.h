// lujing-sim score: the product against the truth.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::sim {

void add_score_command(cli::App& app, int& status);

}  // namespace lujing::sim
