#include "sim/app/core_run.h"

#include "sim/app/fail.h"
#include "sim/app/terminal_words.h"
#include "sim/core/run.h"
#include "sim/truth/files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>

namespace lujing::sim {
namespace {

CoreOptions core_options(const CoreRun& run) {
  CoreOptions options;
  options.folder = run.folder;
  options.jobs = run.jobs;
  options.terminal.share = absolute_path(run.share);
  options.terminal.pki = run.folder + "/pki";
  options.terminal.knows = terminal_knows();
  options.header = journal_header;
  options.roads = run.roads;
  if (::isatty(2) != 0) {
    options.progress = [last = std::chrono::steady_clock::time_point()](double done,
                                                                        double all) mutable {
      const auto now = std::chrono::steady_clock::now();
      if (now - last > std::chrono::milliseconds(500) || done >= all) {
        last = now;
        fmt::print(stderr, "\r{:.0f} of {:.0f} simulated seconds ({:.0f} %)   ", done, all,
                   100 * done / all);
      }
    };
  }
  return options;
}

}  // namespace

std::string absolute_path(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

/// How it went, in a line; and what the scenario promised and did not keep.
CoreOutcome run_in_core(const Scenario& scenario, const CoreRun& run) {
  const auto began = std::chrono::steady_clock::now();
  const std::clock_t used = std::clock();
  auto city = make_city(scenario);
  if (!city) {
    return {fail(city.error())};
  }
  auto findings = run_core(scenario, *city, core_options(run));
  if (!findings) {
    return {fail(findings.error())};
  }
  const double core_s = static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC;
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const double all = scenario.duration_s * static_cast<double>(scenario.vehicles.size());
  std::size_t raised = 0;
  std::vector<std::pair<std::string, std::vector<Found>>> found;
  for (const VehicleFindings& one : *findings) {
    raised += static_cast<std::size_t>(std::count_if(one.found.begin(), one.found.end(),
                                                     [](const Found& f) { return f.raises(); }));
    found.emplace_back(one.vehicle, one.found);
  }
  fmt::print(
      "{}: {} vehicles, {:.0f} vehicle seconds in {:.2f} s ({:.0f} times real time), {} "
      "violations\n",
      scenario.name, scenario.vehicles.size(), all, took, all / took, raised);
  const std::string broken = broken_promises(scenario, found);
  fmt::print(stderr, "{}", broken);
  return {broken.empty() ? 0 : 2, all / std::max(core_s, 1e-6)};
}

}  // namespace lujing::sim
