// `lujing-ctl signals`: a candump log or a live bus and DBC files in, decoded signals out.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

struct SignalsArgs {
  /// A candump log ("-": standard input), or "slcan:DEVICE", "socketcan:NAME".
  std::string input;
  std::vector<std::string> dbc;
  std::vector<std::string> messages;  ///< only these; empty: all
  std::int64_t bitrate = 250'000;     ///< for slcan
  double seconds = 0;                 ///< of a live bus; 0: until interrupted
  bool json = false;                  ///< one object a line in place of CSV
  bool names = false;                 ///< adds the value table's text
  bool lenient = false;               ///< DbcOptions::lenient
};

/// Writes `time,message,signal,value,unit` (with `names` also `,name`) and one line a signal; a
/// J1939 "not available" or "error" has no value. Times are the log's, or seconds since 1970 of a
/// live bus. Gives the exit code: 0, 1 (cannot be read), 2 (log read, but some lines are no
/// frames).
int run_signals(const SignalsArgs& args, std::ostream& out, std::ostream& err);

/// Adds the command to lujing-ctl. `exit_code` is set when it has run.
void add_signals_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
