// lujing-ctl black-sites: places where several trucks loaded or tipped and that nobody has
// registered (MT-23), out of the platform's books.
#pragma once

namespace CLI {
class App;
}

namespace lujing::ctl {

void add_black_sites_command(CLI::App& app, int& exit_code);

}  // namespace lujing::ctl
