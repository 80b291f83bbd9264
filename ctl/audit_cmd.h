// `lujing-ctl audit`: the rates, made again from the records in a ledger.
#pragma once

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

void add_audit_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
