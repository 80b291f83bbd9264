#include "ctl/enroll.h"

#include "base/command_line.h"
#include "ctl/enroll_template.h"
#include "platform/pki/files.h"
#include "platform/pki/pki.h"
#include "terminal/config/terminal_config.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lujing::ctl {

namespace {

struct EnrollOptions {
  std::string ca;
  bool gateway = false;
  std::vector<std::string> hosts;
  std::string id, type, plate, out, example, host;
  std::uint16_t port = 7611;
  bool force = false;
  bool json = false;
};

struct Outcome {
  pki::Issued authority;
  pki::Issued issued;
  std::string config;  ///< path of the terminal.toml; empty: none was asked for
};

/// The vehicle's terminal.toml, as the terminal will take it; nothing is written.
Result<std::string> filled_config(const EnrollOptions& options) {
  auto example = pki::read_whole(options.example);
  if (!example) return example.error().in("--config-from");
  TomlValues values{{{"terminal", "id"}, toml_string(options.id)},
                    {{"platform", "authority"}, toml_string("ca.crt")},
                    {{"platform", "certificate"}, toml_string("terminal.crt")},
                    {{"platform", "key"}, toml_string("terminal.key")}};
  if (!options.type.empty()) values[{"terminal", "type"}] = toml_string(options.type);
  if (!options.plate.empty()) values[{"terminal", "plate"}] = toml_string(options.plate);
  if (!options.host.empty()) {
    values[{"platform", "host"}] = toml_string(options.host);
    values[{"platform", "port"}] = std::to_string(options.port);
  }
  std::string text = fill_template(*example, values);
  const auto parsed = config::parse_terminal_config(options.example, text, options.out);
  if (!parsed)
    return Error("--config-from is no terminal.toml (deploy/examples/terminal.toml is one):\n" +
                 parsed.error().what());
  if (parsed->terminal.id != options.id)
    return Error("--config-from " + options.example +
                 ": its id could not be set; write it as in deploy/examples/terminal.toml: a table "
                 "[terminal] with a line id = \"...\"");
  return text;
}

Result<std::string> write_config(const EnrollOptions& options, const std::string& text) {
  const auto path = (std::filesystem::path(options.out) / "terminal.toml").string();
  if (pki::exists(path) && !options.force) return path;  // a fitter may have edited it
  if (auto r = pki::write_whole(path, text, 0644); !r) return r.error();
  return path;
}

Result<Outcome> enroll(const EnrollOptions& options) {
  // Bad words are refused before anything is made.
  if (!options.gateway) {
    if (auto good = pki::check_terminal_id(options.id); !good) return good.error();
  }
  std::string settings;
  if (!options.example.empty()) {
    auto filled = filled_config(options);
    if (!filled) return filled.error();
    settings = std::move(*filled);
  }
  Outcome outcome;
  auto authority = pki::create_authority(options.ca);
  if (!authority) return authority.error();
  outcome.authority = *authority;
  auto issued = options.gateway
                    ? pki::issue_gateway(options.ca, options.hosts, options.out, options.force)
                    : pki::issue_terminal(options.ca, options.id, options.out, options.force);
  if (!issued) return issued.error();
  outcome.issued = *issued;
  if (!options.example.empty()) {
    auto config = write_config(options, settings);
    if (!config) return config.error();
    outcome.config = *config;
  }
  return outcome;
}

void print(const EnrollOptions& options, const Outcome& outcome) {
  if (options.json) {
    const nlohmann::json facts = {
        {"name", options.gateway ? options.hosts.front() : options.id},
        {"kind", options.gateway ? "gateway" : "terminal"},
        {"created", outcome.issued.created},
        {"authority_created", outcome.authority.created},
        {"certificate", outcome.issued.certificate},
        {"key", outcome.issued.key},
        {"authority", outcome.issued.authority},
        {"not_after", outcome.issued.not_after},
        {"config", outcome.config.empty() ? nlohmann::json() : nlohmann::json(outcome.config)}};
    std::puts(facts.dump(2).c_str());
    return;
  }
  if (outcome.authority.created)
    std::printf("new authority  %s (keep %s on the platform, and a copy in a safe)\n",
                outcome.authority.certificate.c_str(), outcome.authority.key.c_str());
  std::printf("%s %s, good until %s\n", options.gateway ? "gateway" : "terminal",
              outcome.issued.created ? "enrolled" : "was enrolled already",
              outcome.issued.not_after.c_str());
  std::printf("  certificate  %s\n  key          %s\n  authority    %s\n",
              outcome.issued.certificate.c_str(), outcome.issued.key.c_str(),
              outcome.issued.authority.c_str());
  if (!outcome.config.empty()) std::printf("  settings     %s\n", outcome.config.c_str());
  if (!options.gateway)
    std::puts("bring these files to the vehicle, the key by a safe way; nothing else is needed");
}

constexpr const char* examples =
    "Examples:\n"
    "  lujing-ctl enroll --ca /etc/lujing/ca --gateway --host gw.example.org --host 10.0.0.5"
    " --out /etc/lujing\n"
    "  lujing-ctl enroll --ca /etc/lujing/ca --id M-003 --out ./M-003\n"
    "  lujing-ctl enroll --ca /etc/lujing/ca --id M-003 --type muck --plate 鄂G12345"
    " --platform-host gw.example.org \\\n"
    "      --config-from deploy/examples/terminal.toml --out ./M-003\n"
    "The first call makes the authority. Every call may be made again: what is there stays.";

}  // namespace

void add_enroll_command(cli::App& app, int& exit_code) {
  auto options = std::make_shared<EnrollOptions>();
  auto* command =
      app.add_subcommand("enroll", "A new vehicle's (or the gateway's) key and certificate");
  command->footer(examples);
  command->add_option("--ca", options->ca, "folder of the platform's authority; made if missing")
      ->required();
  auto* id =
      command->add_option("--id", options->id, "the terminal's id: 1 to 32 of A-Z a-z 0-9 _ -");
  auto* gateway =
      command->add_flag("--gateway", options->gateway, "for the gateway, not a vehicle");
  auto* hosts = command->add_option("--host", options->hosts,
                                    "name or address under which terminals reach the gateway");
  id->excludes(gateway);
  gateway->needs(hosts);
  hosts->needs(gateway);
  command->add_option("--out", options->out, "folder for the files")->required();
  auto* example = command->add_option("--config-from", options->example,
                                      "also write OUT/terminal.toml, made from this example");
  command->add_option("--type", options->type, "for terminal.toml")
      ->check(cli::one_of({"sweeper", "sprinkler", "garbage", "muck"}))
      ->needs(example);
  command->add_option("--plate", options->plate, "for terminal.toml")->needs(example);
  command->add_option("--platform-host", options->host, "for terminal.toml")->needs(example);
  command->add_option("--platform-port", options->port, "for terminal.toml")->needs(example);
  example->excludes(gateway);
  command->add_flag("--force", options->force, "replace what is there");
  command->add_flag("--json", options->json, "print facts as JSON");
  command->callback([options, &exit_code] {
    if (!options->gateway && options->id.empty()) {
      std::fputs("enroll: give --id for a vehicle, or --gateway --host for the gateway\n", stderr);
      exit_code = 1;
      return;
    }
    const auto outcome = enroll(*options);
    if (!outcome) {
      std::fprintf(stderr, "enroll: %s\n", outcome.error().what().c_str());
      exit_code = 1;
      return;
    }
    print(*options, *outcome);
    exit_code = 0;
  });
}

}  // namespace lujing::ctl
