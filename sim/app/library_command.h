// `lujing-sim library`: every scenario of a folder, and with --score what the product made of them.
#pragma once

namespace CLI {
class App;
}

namespace lujing::sim {

void add_library_command(CLI::App& app, int& status);

}  // namespace lujing::sim
