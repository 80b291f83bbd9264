// `lujing-ctl manifests`: the electronic manifests out of the platform's books.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

void add_manifests_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
