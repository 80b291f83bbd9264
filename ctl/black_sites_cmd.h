// lujing-ctl black-sites: places where several trucks loaded or tipped and that nobody has
// registered (MT-23), out of the platform's books.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

void add_black_sites_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
