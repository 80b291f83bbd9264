// lujing-ctl roads: a road file out of an OpenStreetMap extract, and what is in one.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

/// Adds `roads build`, `roads check` and `roads geojson`. `exit_code` is set when one has run: 0,
/// or 1 with a message on standard error.
void add_roads_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
