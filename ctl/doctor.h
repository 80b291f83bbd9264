// `lujing-ctl doctor`: each device, certificate, disk and clock of this vehicle: ok, or what to do.
#pragma once

#include <iosfwd>
#include <string>

namespace lujing::cli {
class App;
}

namespace lujing::ctl {

struct DoctorArgs {
  std::string config = "/etc/lujing/terminal.toml";
  double wait_s = 5;  ///< how long a device may take to say something
  bool json = false;
};

/// One line a check ("ok", "--" for skipped, "!!" for a problem and its remedy), or one JSON
/// object. Gives the exit code: 0, or 1 if there is any problem.
int run_doctor(const DoctorArgs& args, std::ostream& out, std::ostream& err);

/// Adds the command to lujing-ctl. `exit_code` is set when it has run.
void add_doctor_command(cli::App& app, int& exit_code);

}  // namespace lujing::ctl
