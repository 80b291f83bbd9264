#include "sim/app/fleet_command.h"

#include "base/command_line.h"
#include "sim/fleet/fleet.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

namespace lujing::sim {
namespace {

struct FleetOptions {
  FleetConfig config;
  std::string gateway = "127.0.0.1:7611";
  bool json = false;
};

constexpr std::array<std::pair<const char*, double>, 4> shares = {
    {{"50 %", 0.5}, {"95 %", 0.95}, {"99 %", 0.99}, {"99.9 %", 0.999}}};

std::string milliseconds(std::int64_t us) {
  return fmt::format("{:.1f}", static_cast<double>(us) / 1000);
}

void print_latency(const char* name, const Latency& latency) {
  fmt::print("{:<28}", name);
  for (const auto& [label, share] : shares)
    fmt::print("{:>10}", milliseconds(latency.percentile_us(share)));
  fmt::print("{:>10}\n", milliseconds(latency.max_us()));
}

void print_table(const FleetReport& report) {
  fmt::print("terminals    {} asked, {} welcomed, {} finished\n", report.asked, report.welcomed,
             report.finished);
  fmt::print("set-up       {:.2f} s, {:.0f} sessions a second (full handshakes, {} resumed)\n",
             report.setup_s, report.connections_per_s(), report.resumed);
  fmt::print(
      "records      {} acknowledged in {:.2f} s: {:.0f} a second, {:.2f} MiB sent in {} batches\n",
      report.records, report.streaming_s, report.records_per_s(),
      static_cast<double>(report.bytes_up) / (1 << 20), report.batches);
  fmt::print("{:<28}", "latency, ms");
  for (const auto& [label, share] : shares) fmt::print("{:>10}", label);
  fmt::print("{:>10}\n", "max");
  print_latency("  connect to welcome", report.welcome);
  print_latency("  batch to acknowledgement", report.ack);
  for (const auto& [reason, count] : report.failed)
    fmt::print("failed       {} x {}\n", count, reason);
}

nlohmann::ordered_json to_json(const Latency& latency) {
  nlohmann::ordered_json json;
  json["count"] = latency.count();
  json["p50_us"] = latency.percentile_us(0.5);
  json["p95_us"] = latency.percentile_us(0.95);
  json["p99_us"] = latency.percentile_us(0.99);
  json["p999_us"] = latency.percentile_us(0.999);
  json["max_us"] = latency.max_us();
  return json;
}

void print_json(const FleetReport& report) {
  nlohmann::ordered_json json;
  json["asked"] = report.asked;
  json["welcomed"] = report.welcomed;
  json["finished"] = report.finished;
  json["resumed"] = report.resumed;
  json["failed"] = report.failed;
  json["setup_s"] = report.setup_s;
  json["connections_per_s"] = report.connections_per_s();
  json["records"] = report.records;
  json["batches"] = report.batches;
  json["bytes_up"] = report.bytes_up;
  json["streaming_s"] = report.streaming_s;
  json["records_per_s"] = report.records_per_s();
  json["welcome"] = to_json(report.welcome);
  json["ack"] = to_json(report.ack);
  fmt::print("{}\n", json.dump(2));
}

int run_fleet_command(const FleetOptions& options) {
  FleetConfig config = options.config;
  const auto colon = options.gateway.rfind(':');
  config.host = options.gateway.substr(0, colon);
  const std::string port = colon == std::string::npos ? "" : options.gateway.substr(colon + 1);
  const bool digits = !port.empty() && port.size() <= 5 &&
                      port.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoul(port) < 1 || std::stoul(port) > 65535) {
    fmt::print(stderr,
               "lujing-sim fleet: --gateway '{}' is not ADDRESS:PORT, like 127.0.0.1:7611\n",
               options.gateway);
    return 2;
  }
  config.port = static_cast<std::uint16_t>(std::stoul(port));
  const bool person = ::isatty(STDERR_FILENO) == 1;
  const auto progress = [&](const FleetProgress& now) {
    if (!person) return;
    fmt::print(stderr, "\r{} of {} connected, {} finished, {} failed, {} records   ", now.welcomed,
               config.terminals, now.finished, now.failed, now.records);
  };
  const auto report = run_fleet(config, progress);
  if (person) fmt::print(stderr, "\n");
  if (!report) {
    fmt::print(stderr, "lujing-sim fleet: {}\n", report.error().what());
    return 2;
  }
  options.json ? print_json(*report) : print_table(*report);
  return report->finished == report->asked ? 0 : 1;
}

}  // namespace

void add_fleet_command(cli::App& app, int& status) {
  auto options = std::make_shared<FleetOptions>();
  auto* command = app.add_subcommand(
      "fleet",
      "thousands of terminals over TLS to a gateway: set-up rate, records a second, latency");
  command->footer(
      "example: lujing-sim fleet --gateway 127.0.0.1:7611 --authority pki --terminals 10000 "
      "--records 600\nThe records are booked like any others: use a platform with a data folder of "
      "its own.\nExit code 0: every terminal had everything acknowledged; 1: not; 2: it could not "
      "begin.");
  FleetConfig& config = options->config;
  command->add_option("--gateway", options->gateway, "ADDRESS:PORT")->capture_default_str();
  command->add_option("--authority", config.authority, "folder with ca.crt and ca.key")->required();
  command->add_option("--terminals", config.terminals, "1 to 60000")->capture_default_str();
  command->add_option("--records", config.records_each, "of each terminal; 0: stay idle")
      ->capture_default_str();
  command->add_option("--batch", config.records_a_batch, "records in one")->capture_default_str();
  command
      ->add_option("--pace", config.pace_s,
                   "seconds between two batches of a terminal; 0: as fast as the window lets")
      ->capture_default_str()
      ->check(cli::range(0.0, 86400.0));
  command->add_option("--connecting", config.connecting, "handshakes under way at a time")
      ->capture_default_str();
  command->add_option("--hold", config.hold_s, "seconds to stay connected at the end")
      ->capture_default_str()
      ->check(cli::range(0.0, 86400.0));
  command->add_option("--timeout", config.timeout_s, "seconds for the whole run")
      ->capture_default_str()
      ->check(cli::range(1.0, 864000.0));
  command->add_option("--prefix", config.prefix, "of the terminals' ids")->capture_default_str();
  command->add_option("--seed", config.seed, "another seed, other drives")->capture_default_str();
  command->add_flag("--json", options->json, "the report as JSON");
  command->callback([options, &status] { status = run_fleet_command(*options); });
}

}  // namespace lujing::sim
