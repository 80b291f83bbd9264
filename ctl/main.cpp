// lujing-ctl: each command stands in a file of its own; this is their list.
#include "base/command_line.h"
#include "ctl/audit_cmd.h"
#include "ctl/black_sites_cmd.h"
#include "ctl/coverage_cmd.h"
#include "ctl/directive_cmd.h"
#include "ctl/doctor.h"
#include "ctl/enroll.h"
#include "ctl/evidence_cmd.h"
#include "ctl/fence.h"
#include "ctl/fuse_cmd.h"
#include "ctl/journal_cmd.h"
#include "ctl/manifests_cmd.h"
#include "ctl/match_cmd.h"
#include "ctl/replay_cmd.h"
#include "ctl/roads_cmd.h"
#include "ctl/signals.h"
#include "ctl/status.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>

int main(int argc, char** argv) {
  lujing::cli::App app("lujing-ctl: what a fitter or an auditor types");
  app.version(LUJING_VERSION);
  app.require_subcommand();
  app.footer("Each command has its own --help with an example, as in: lujing-ctl doctor --help");
  int exit_code = 0;
  lujing::ctl::add_status_command(app, exit_code);
  lujing::ctl::add_doctor_command(app, exit_code);
  lujing::ctl::add_signals_command(app, exit_code);
  lujing::ctl::add_journal_command(app, exit_code);
  lujing::ctl::add_replay_command(app, exit_code);
  lujing::ctl::add_fuse_command(app, exit_code);
  lujing::ctl::add_roads_command(app, exit_code);
  lujing::ctl::add_match_command(app, exit_code);
  lujing::ctl::add_enroll_command(app, exit_code);
  lujing::ctl::add_audit_command(app, exit_code);
  lujing::ctl::add_coverage_command(app, exit_code);
  lujing::ctl::add_black_sites_command(app, exit_code);
  lujing::ctl::add_manifests_command(app, exit_code);
  lujing::ctl::add_evidence_commands(app, exit_code);
  lujing::ctl::add_fence_command(app, exit_code);
  lujing::ctl::add_directive_command(app, exit_code);
  if (const auto ended = app.parse(argc, argv)) return *ended;
  // What did not reach its file must not look like success.
  std::cout.flush();
  if (!std::cout || std::fflush(stdout) != 0) {
    std::cerr << "lujing-ctl: the output could not be written: " << std::strerror(errno) << "\n";
    return exit_code != 0 ? exit_code : 1;
  }
  return exit_code;
}
