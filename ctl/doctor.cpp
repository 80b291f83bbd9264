#include "ctl/doctor.h"

#include "base/command_line.h"
#include "base/option.h"
#include "ctl/doctor_checks.h"
#include "terminal/config/terminal_config.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <memory>
#include <vector>

namespace lujing::ctl {
namespace {

const char* word(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return "ok";
    case Verdict::skipped:
      return "skipped";
    case Verdict::problem:
      return "problem";
  }
  return "";
}

const char* mark(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return "ok";
    case Verdict::skipped:
      return "--";
    case Verdict::problem:
      return "!!";
  }
  return "";
}

std::vector<Finding> examine(const config::TerminalConfig& config, double wait_s) {
  std::vector<Finding> findings;
  GnssFinding gnss = check_gnss(config.gnss, wait_s);
  findings.push_back(std::move(gnss.finding));
  for (const config::CanConfig& can : config.can) findings.push_back(check_can(can, wait_s));
  for (Finding& finding : check_inputs(config, wait_s)) findings.push_back(std::move(finding));
  findings.push_back(check_power(config.power, wait_s));
  findings.push_back(check_clock(gnss.time));
  findings.push_back(check_disk(config));
  findings.push_back(check_certificate(config.terminal.id, config.platform));
  findings.push_back(check_platform(config.platform, wait_s));
  return findings;
}

void print_text(const std::vector<Finding>& findings, std::ostream& out) {
  std::size_t width = 0;
  for (const Finding& finding : findings) width = std::max(width, finding.item.size());
  for (const Finding& finding : findings) {
    out << mark(finding.verdict) << "  " << std::left << std::setw(static_cast<int>(width) + 2)
        << finding.item << finding.text << '\n';
  }
}

void print_json(const std::string& terminal, const std::vector<Finding>& findings, bool healthy,
                std::ostream& out) {
  nlohmann::ordered_json all;
  all["terminal"] = terminal;
  all["ok"] = healthy;
  all["checks"] = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    all["checks"].push_back(
        {{"item", finding.item}, {"verdict", word(finding.verdict)}, {"text", finding.text}});
  }
  // What a device or a file said need not be UTF-8.
  out << all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
}

}  // namespace

int run_doctor(const DoctorArgs& args, std::ostream& out, std::ostream& err) {
  const auto config = config::load_terminal_config(args.config);
  if (!config) {
    err << config.error().what() << '\n';
    return 1;
  }
  const auto findings = examine(*config, args.wait_s);
  const bool healthy = std::none_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.verdict == Verdict::problem;
  });
  if (args.json) {
    print_json(config->terminal.id, findings, healthy, out);
  } else {
    print_text(findings, out);
  }
  return healthy ? 0 : 1;
}

void add_doctor_command(cli::App& app, int& exit_code) {
  const auto args = std::make_shared<DoctorArgs>();
  cli::App* command = app.add_subcommand(
      "doctor", "checks each device, certificate, disk and clock: ok, or what to do");
  command->add_option("--config", args->config, "the terminal's file")->capture_default_str();
  command->add_option("--wait", args->wait_s, "seconds that a device may take to speak")
      ->check([](const std::string& text) { return number_problem(text, 0.5, 600); })
      ->capture_default_str();
  command->add_flag("--json", args->json, "print JSON");
  command->footer(
      "Exit code 1 if there is any problem. A serial device has one reader only: what a running\n"
      "terminal holds is skipped.\n\n"
      "Example:\n  lujing-ctl doctor --config /etc/lujing/terminal.toml --json");
  command->callback([args, &exit_code] { exit_code = run_doctor(*args, std::cout, std::cerr); });
}

}  // namespace lujing::ctl
