// `lujing-ctl audit`: the rates, made again from the records in a ledger.
#pragma once

namespace CLI {
class App;
}

namespace lujing::ctl {

void add_audit_command(CLI::App& app, int& exit_code);

}  // namespace lujing::ctl
