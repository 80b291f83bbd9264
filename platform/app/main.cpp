// lujing-platform: ledger, gateway and dispatch in one program, wired top to bottom.
#include "base/command_line.h"
#include "base/time.h"
#include "platform/app/check.h"
#include "platform/app/config.h"
#include "platform/app/live_events.h"
#include "platform/directives/sender.h"
#include "platform/dispatch/dispatch.h"
#include "platform/dispatch/live_state.h"
#include "platform/gateway/gateway.h"
#include "platform/ledger/ledger.h"

#include <poll.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

namespace {

using namespace lujing;

constexpr const char* software = "0.1.0";
constexpr int status_period_ms = 10'000;

int fail(const Error& error) {
  spdlog::error("{}", error.what());
  return 1;
}

ledger::Options ledger_options(const platform::Config& config) {
  ledger::Options options;
  options.live_ms = config.live_s * 1000;
  return options;
}

std::string directives_path(const platform::Config& config) {
  return config.data_dir + "/directives.db";
}

dispatch::Options dispatch_options(const platform::Config& config) {
  dispatch::Options options;
  options.server.address = config.dispatch_listen.address;
  options.server.port = config.dispatch_listen.port;
  options.web_root = config.web_root;
  options.basemap = config.basemap;
  options.software = software;
  options.directives = directives_path(config);
  return options;
}

gateway::GatewayConfig gateway_config(const platform::Config& config) {
  gateway::GatewayConfig out;
  out.host = config.gateway_listen.address;
  out.port = config.gateway_listen.port;
  out.authority = config.authority;
  out.certificate = config.certificate;
  out.key = config.key;
  out.limits.max_sessions = config.max_sessions;
  out.limits.window = config.window;
  out.live_ms = config.live_s * 1000;
  return out;
}

/// SIGTERM and SIGINT are waited for, never handled in the middle of something else. Called before
/// any thread is started, so that none of them takes the signal.
int open_signals() {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTERM);
  sigaddset(&wanted, SIGINT);
  pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
  (void)std::signal(SIGPIPE, SIG_IGN);
  return signalfd(-1, &wanted, SFD_CLOEXEC);
}

/// Until a signal comes: tells systemd that we live, and now and then the log how it goes.
void wait_for_the_end(int signals, const gateway::Gateway& terminals,
                      const dispatch::LiveState& live) {
  std::uint64_t watchdog_us = 0;
  const bool watched = sd_watchdog_enabled(0, &watchdog_us) > 0;
  const int period_ms = watched ? static_cast<int>(watchdog_us / 3000) : status_period_ms;
  pollfd waiting{signals, POLLIN, 0};
  std::uint64_t told = 0;
  for (int ready = 0; ready <= 0; ready = ::poll(&waiting, 1, period_ms)) {
    const auto totals = live.totals(utc_now().ms);
    sd_notify(0, "WATCHDOG=1");
    if (totals.records != told) {
      const auto stats = terminals.stats();
      told = totals.records;
      spdlog::info("{} of {} vehicles online, {} records, {:.1f} records/s, {} commit errors",
                   totals.online, totals.vehicles, totals.records, totals.records_per_s,
                   stats.commit_errors);
    }
  }
}

int run(const platform::Config& config, int signals) {
  std::error_code failed;
  std::filesystem::create_directories(config.data_dir, failed);
  auto books = ledger::Ledger::open(config.data_dir + "/ledger.db", ledger_options(config));
  if (!books) {
    return fail(books.error().in("platform.data_dir " + config.data_dir));
  }
  if (const auto& aside = (*books)->moved_aside(); !aside.empty()) {
    spdlog::error(
        "ledger {}/ledger.db was empty: it was moved to {}, and new books are begun. If there were "
        "books, stop the platform and put the last backup in place",
        config.data_dir, aside);
  }
  dispatch::LiveState live(config.live_s);
  if (auto seeded = live.seed(**books); !seeded) {
    return fail(seeded.error());
  }
  auto sender = directives::Sender::start(directives_path(config));
  if (!sender) {
    return fail(sender.error());
  }
  auto page = dispatch::Dispatch::start(dispatch_options(config), **books, live);
  if (!page) {
    return fail(page.error());
  }
  platform::LiveEvents events(live, **sender);
  auto terminals = gateway::Gateway::start(gateway_config(config), **books, events);
  if (!terminals) {
    return fail(terminals.error());
  }
  (*sender)->begin([gate = terminals->get()](const std::string& terminal_id, auto directive) {
    return gate->send_directive(terminal_id, std::move(directive));
  });
  spdlog::info("lujing-platform {}: page at {}", software, (*page)->url());
  spdlog::info("terminals connect to {}:{}", config.gateway_listen.address, (*terminals)->port());
  sd_notify(0, "READY=1");

  wait_for_the_end(signals, **terminals, live);
  spdlog::info("stopping: no new terminals, what came is committed and acknowledged");
  sd_notify(0, "STOPPING=1");
  (*terminals)->stop();
  (*sender)->stop();
  page->reset();
  spdlog::info("stopped; the books hold {} records", live.totals(utc_now().ms).records);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  cli::App app{"The dispatcher's side: takes in terminals, keeps the books, serves the page."};
  std::string config_path;
  bool check = false;
  app.add_option("--config", config_path,
                 "the platform's file; every key is in "
                 "deploy/examples/platform.toml")
      ->required();
  app.add_flag("--check", check,
               "read the file and the files that it names, tell what is wrong with them, and end");
  app.version(software);
  app.footer(
      "Example:\n  lujing-platform --config /etc/lujing/platform.toml\n"
      "Ends on SIGTERM or SIGINT, after what came has been committed and acknowledged.");
  if (const auto ended = app.parse(argc, argv)) return *ended;

  spdlog::set_default_logger(spdlog::stdout_logger_mt("platform"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  spdlog::flush_on(spdlog::level::info);
  const auto config = platform::read_config(config_path);
  if (!config) {
    return fail(config.error());
  }
  if (check) {
    const auto wrong = platform::check_surroundings(*config);
    for (const auto& line : wrong) {
      spdlog::error("{}", line);
    }
    if (!wrong.empty()) {
      return 1;
    }
    spdlog::info("{}: good, and so are the files that it names", config_path);
    return 0;
  }
  return run(*config, open_signals());
}
