#include "sim/app/terminals.h"

#include "platform/pki/pki.h"
#include "protocol/directive.h"
#include "sim/app/terminal_words.h"
#include "sim/core/run.h"
#include "sim/directives/dispatch.h"
#include "sim/terminal_files.h"
#include "sim/truth/files.h"

#include <filesystem>
#include <fstream>

namespace lujing::sim {
namespace {

constexpr double starts_in_s = 8;  // from supply to the program's start, as in core mode

/// DATA/directives as the terminal's own desk leaves it: bodies, and heads signed by the authority.
Result<void> put_in_force(const std::vector<Told>& told, const std::string& authority,
                          const std::string& folder) {
  std::vector<Told> first;
  for (const Told& one : told) {
    if (one.at_s <= 0) {
      first.push_back(one);
    }
  }
  if (auto kept = keep_bodies(first, folder); !kept) {
    return kept;
  }
  for (const Told& one : first) {
    protocol::DirectiveHead head;
    head.name = to_string(one.what.kind);
    head.version = one.what.version;
    head.sha256 = one.what.sha256;
    head.bytes = one.body->size();
    auto signature = pki::sign_directive(authority, head.name, head.version, *one.body);
    if (!signature) {
      return signature.error();
    }
    head.signature = std::move(*signature);
    const std::string path = folder + "/" + head.name + ".directive";
    std::ofstream file(path, std::ios::binary);
    file << protocol::to_text(head);
    file.close();
    if (!file) {
      return Error("cannot write " + path);
    }
  }
  return {};
}

}  // namespace

Result<Terminals> Terminals::prepare(const Scenario& scenario, const City& city,
                                     TerminalsOptions options) {
  const std::string pki = options.folder + "/pki";
  if (auto made = pki::create_authority(pki); !made) {
    return made.error();
  }
  auto profile = write_profile(scenario, options.share, options.folder);
  if (!profile) {
    return profile.error();
  }
  if (auto written = write_city(city, options.folder + "/city"); !written) {
    return written.error();
  }
  auto dispatch = Dispatch::of(scenario, city, options.folder + "/city", nullptr);
  if (!dispatch) {
    return dispatch.error();
  }
  Terminals terminals;
  for (const VehiclePlan& plan : scenario.vehicles) {
    const std::string data = options.folder + "/" + plan.id + "/data";
    std::error_code error;
    std::filesystem::remove_all(data, error);
    if (auto issued = pki::issue_terminal(pki, plan.id, pki + "/" + plan.id); !issued) {
      return issued.error();
    }
    if (auto put = put_in_force(dispatch->told(plan), pki, data + "/directives"); !put) {
      return put.error();
    }
    terminals.all_.push_back({&plan, std::nullopt, std::nullopt});
  }
  TerminalOptions files;
  files.pki = pki;
  files.share = options.share;
  files.profile = *profile;
  files.knows = terminal_knows();
  files.platform_port =
      9;  // nobody is there: what a terminal finds stays in its journal and outbox
  if (auto written = write_terminal_files(options.folder, files); !written) {
    return written.error();
  }
  terminals.options_ = std::move(options);
  return terminals;
}

Result<void> Terminals::start(One& one) const {
  const std::string own = options_.folder + "/" + one.plan->id;
  auto process =
      Process::start({options_.program, "--config", own + "/terminal.toml"}, own + "/terminal.log");
  if (!process) {
    return process.error();
  }
  one.process.emplace(std::move(*process));
  one.boots_at_s.reset();
  return {};
}

Result<void> Terminals::start() {
  for (One& one : all_) {
    if (auto started = start(one); !started) {
      return started;
    }
  }
  return {};
}

Result<void> Terminals::follow(double t_s) {
  for (One& one : all_) {
    if (active_fault(one.plan->faults, FaultKind::power_cut, t_s) != nullptr) {
      if (one.process) {
        one.process->kill();
        one.process.reset();
      }
      one.boots_at_s = t_s + starts_in_s;
    } else if (one.boots_at_s && t_s >= *one.boots_at_s) {
      if (auto started = start(one); !started) {
        return started;
      }
    }
  }
  return {};
}

std::optional<std::string> Terminals::fallen() {
  for (One& one : all_) {
    if (one.process && !one.process->runs()) {
      return one.plan->id;
    }
  }
  return std::nullopt;
}

void Terminals::stop() {
  for (One& one : all_) {
    one.process.reset();
  }
}

}  // namespace lujing::sim
