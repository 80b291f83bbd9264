// `lujing-sim library`: every scenario of a folder, and with --score what the product made of them.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::sim {

void add_library_command(cli::App& app, int& status);

}  // namespace lujing::sim
