// lujing-ctl evidence and verify: an alarm's bundle, made from a vehicle's folder, and looked at.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

/// Adds `evidence list`, `evidence cut` and `verify`. `exit_code`: 0; verify: 1 where the bundle is
/// not whole, 2 where it could not be read; the others: 1 with a message on standard error.
void add_evidence_commands(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
