// lujing-terminal: the program in the vehicle.
#include "base/command_line.h"
#include "base/folder.h"
#include "base/option.h"
#include "terminal/app/app.h"
#include "terminal/app/devices.h"
#include "terminal/config/credentials.h"

#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

namespace {

struct Arguments {
  std::string config = "/etc/lujing/terminal.toml";
  std::string replay;
  double replay_speed = 0;
  bool replay_and_exit = false;
  bool check = false;
};

void add_options(lujing::cli::App& app, Arguments& arguments) {
  app.version(LUJING_VERSION);
  app.add_option("--config", arguments.config, "the vehicle's configuration")
      ->capture_default_str();
  app.add_flag(
      "--check", arguments.check,
      "reads the configuration and the files that it names, says what is wrong, and exits");
  auto* replay = app.add_option("--replay", arguments.replay,
                                "plays a journal (a file or a folder) in the place of all devices");
  app.add_option("--replay-speed", arguments.replay_speed, "times real time; 0: as fast as it goes")
      ->needs(replay)
      ->check([](const std::string& text) { return lujing::number_problem(text, 0, 1e9); });
  app.add_flag("--replay-and-exit", arguments.replay_and_exit,
               "exits when everything of the journal has been acknowledged")
      ->needs(replay);
  app.footer(
      "Examples:\n"
      "  lujing-terminal --config /etc/lujing/terminal.toml\n"
      "  lujing-terminal --config test.toml --replay /var/lib/lujing/journal --replay-and-exit");
}

/// SIGTERM and SIGINT as something to wait for; blocked for every thread that starts after it.
int block_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signalfd(-1, &set, SFD_CLOEXEC);
}

void wait_for_end(const lujing::app::App& app, const Arguments& arguments, int signal_fd) {
  constexpr int look_every_ms = 50;
  for (;;) {
    pollfd waiting{signal_fd, POLLIN, 0};
    if (poll(&waiting, 1, arguments.replay_and_exit ? look_every_ms : -1) > 0) return;
    if (arguments.replay_and_exit && app.replay_done()) return;
  }
}

/// What can be seen without a device or a network: all of it, not only the first trouble.
int check(const std::string& file, const lujing::config::TerminalConfig& config,
          const std::string& rule_set) {
  bool good = true;
  const auto wrong = [&good](const lujing::Error& error) {
    spdlog::error("{}", error.what());
    good = false;
  };
  if (const auto devices = lujing::app::open_devices(config); !devices) wrong(devices.error());
  const auto folder = lujing::check_own_folder(config.terminal.data_dir, "lujing");
  if (!folder) wrong(folder.error().in("data_dir " + config.terminal.data_dir));
  const auto certificate = lujing::config::check_credentials(config.terminal.id, config.platform);
  if (!certificate) wrong(certificate.error());
  if (!good) return 1;
  spdlog::info("{}: ok, rule set {}, certificate {}; devices, disk and platform: lujing-ctl doctor",
               file, rule_set, *certificate);
  return 0;
}

int run(const Arguments& arguments) {
  auto config = lujing::config::load_terminal_config(arguments.config);
  if (!config) {
    spdlog::error("{}", config.error().what());
    return 2;
  }
  auto profile = lujing::config::load_profile(config->profile_file);
  if (!profile) {
    spdlog::error("{}", profile.error().what());
    return 2;
  }
  const std::string warning = lujing::config::off_unnamed_warning(*profile);
  if (!warning.empty()) spdlog::warn("{}: {}", config->profile_file, warning);
  if (arguments.check) return check(arguments.config, *config, profile->rule_set());
  const int signal_fd = block_signals();
  const std::string id = config->terminal.id;
  auto app = lujing::app::App::start({std::move(*config), std::move(*profile), LUJING_VERSION,
                                      arguments.replay, arguments.replay_speed});
  if (!app) {
    spdlog::error("{}", app.error().what());
    return 1;
  }
  spdlog::info("terminal {} runs; how it is: lujing-ctl status --config {}", id, arguments.config);
  sd_notify(0, "READY=1");
  wait_for_end(**app, arguments, signal_fd);
  spdlog::info("stopping");
  app->reset();
  close(signal_fd);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // A dozen threads that allocate little: an arena for each would hold on to more than all of them
  // use.
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TRIM_THRESHOLD, 128 * 1024);
  lujing::cli::App app("lujing-terminal: the computer in the vehicle");
  Arguments arguments;
  add_options(app, arguments);
  if (const auto ended = app.parse(argc, argv)) return *ended;
  return run(arguments);
}
