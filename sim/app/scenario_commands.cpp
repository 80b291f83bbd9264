#include "sim/app/scenario_commands.h"

#include "sim/app/run.h"
#include "sim/app/terminal_words.h"
#include "sim/city/geojson.h"
#include "sim/city/osm.h"
#include "sim/core/run.h"
#include "sim/truth/files.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <thread>

namespace lujing::sim {
namespace {

struct Args {
  std::string file;  ///< scenario
  std::string mode = "core";
  std::string share = "deploy";
  unsigned jobs = 1;
  std::optional<std::uint64_t> seed;
  RunOptions run;
};

int fail(const Error& error) {
  fmt::print(stderr, "lujing-sim: {}\n", error.what());
  return 1;
}

std::string absolute(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

CoreOptions core_options(const Args& args, const std::string& folder) {
  CoreOptions options;
  options.folder = folder;
  options.jobs = args.jobs;
  options.terminal.share = absolute(args.share);
  options.terminal.pki = folder + "/pki";
  options.terminal.knows = terminal_knows();
  options.header = journal_header;
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

/// How it went, in a line; and what the scenario promised and did not keep.
int run_in_core(const Args& args, const Scenario& scenario, const std::string& folder) {
  const auto began = std::chrono::steady_clock::now();
  auto city = make_city(scenario);
  if (!city) {
    return fail(city.error());
  }
  auto findings = run_core(scenario, *city, core_options(args, folder));
  if (!findings) {
    return fail(findings.error());
  }
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
  return broken.empty() ? 0 : 2;
}

int run_file(Args& args) {
  auto scenario = load_scenario(args.file);
  if (!scenario) {
    return fail(scenario.error());
  }
  if (args.seed) {
    scenario->seed = scenario->city.seed = *args.seed;
  }
  if (args.run.duration_s) {
    scenario->duration_s = *args.run.duration_s;
  }
  if (args.mode == "core") {
    return run_in_core(args, *scenario, args.run.folder);
  }
  const auto done = run_live(args.run, *scenario);
  return done ? 0 : fail(done.error());
}

int run(Args& args) {
  if (args.run.folder.empty()) {
    return fail(Error("where to? --out DIR"));
  }
  args.run.folder = absolute(args.run.folder);
  if (!args.file.empty()) {
    return run_file(args);
  }
  args.run.seed = args.seed.value_or(7);
  const auto done = run_live(args.run);
  return done ? 0 : fail(done.error());
}

void add_run(CLI::App& app, int& status) {
  auto args = std::make_shared<Args>();
  auto* command = app.add_subcommand("run",
                                     "run a scenario: as journals, as fast as possible "
                                     "(core mode), or live on real devices' lines");
  command->footer(
      "examples:\n  lujing-sim run sim/scenarios/mt-01-raise.toml --out /tmp/out\n"
      "  lujing-sim run sim/scenarios/mt-01-raise.toml --mode device --gpsd --out /tmp/out\n"
      "  lujing-sim run --dir /tmp/demo --gpsd --duration 60     the demo, live");
  command->add_option("file", args->file, "scenario; without one the demo runs live");
  command->add_option("--mode", args->mode, "core or device")
      ->capture_default_str()
      ->check(CLI::IsMember({"core", "device"}));
  command->add_option("--out,--dir", args->run.folder,
                      "folder for journals or device links, city and truth; made if missing");
  command->add_option("--scenario", args->run.scenario, "without a file: demo")
      ->capture_default_str();
  command->add_option("--seed", args->seed, "another seed, another city and day");
  command->add_option("--duration", args->run.duration_s, "simulated seconds")
      ->check(CLI::Range(0.1, 1e7));
  command->add_option("--jobs", args->jobs, "vehicles at the same time (core mode)")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  command->add_option("--share", args->share, "folder with vehicles/ and profiles/ (core mode)")
      ->capture_default_str();
  command->add_flag("--gpsd", args->run.gpsd,
                    "start a gpsd for each receiver, on a free port (device mode)");
  command->callback([args, &status] { status = run(*args); });
}

int run_library(const Args& args) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(args.file, error)) {
    if (entry.path().extension() == ".toml") {
      files.push_back(entry.path().string());
    }
  }
  if (error || files.empty()) {
    return fail(Error(args.file + ": no scenarios (*.toml) there"));
  }
  std::sort(files.begin(), files.end());
  int bad = 0;
  for (const std::string& file : files) {
    const auto scenario = load_scenario(file);
    if (!scenario) {
      bad += fail(scenario.error());
      continue;
    }
    bad +=
        run_in_core(args, *scenario, absolute(args.run.folder) + "/" + scenario->name) == 0 ? 0 : 1;
  }
  fmt::print("{} scenarios, {} did not hold what they promise\n", files.size(), bad);
  return bad == 0 ? 0 : 1;
}

void add_library(CLI::App& app, int& status) {
  auto args = std::make_shared<Args>();
  args->file = "sim/scenarios";
  auto* command = app.add_subcommand("library", "run every scenario of a folder in core mode");
  command->footer("example: lujing-sim library sim/scenarios --out /tmp/library");
  command->add_option("folder", args->file, "of *.toml")->capture_default_str();
  command->add_option("--out", args->run.folder, "a folder a scenario in it")->required();
  command->add_option("--jobs", args->jobs, "vehicles at the same time")->capture_default_str();
  command->add_option("--share", args->share, "folder with vehicles/ and profiles/")
      ->capture_default_str();
  command->callback([args, &status] { status = run_library(*args); });
}

struct CityArgs {
  std::uint64_t seed = 7;
  std::string size = "medium";
  std::string read;
  std::string geojson;
  std::string osm;
  std::string fences;
};

int write_to(const std::string& path, const std::string& text) {
  if (path.empty()) {
    return 0;
  }
  if (path == "-") {
    std::cout << text << std::flush;
    return 0;
  }
  std::ofstream file(path);
  file << text;
  file.close();
  return file ? 0 : fail(Error("cannot write " + path + ": is the folder there and writable?"));
}

int write_city_files(CityArgs& args) {
  CityConfig config;
  config.seed = args.seed;
  config.columns = args.size == "small" ? 9 : args.size == "medium" ? 17 : 33;
  config.rows = args.size == "small" ? 9 : args.size == "medium" ? 13 : 25;
  auto city = args.read.empty() ? Result<City>(City::generate(config)) : read_osm(args.read);
  if (!city) {
    return fail(city.error());
  }
  if (args.geojson.empty() && args.osm.empty() && args.fences.empty()) {
    args.geojson = "-";
  }
  return write_to(args.geojson, args.geojson.empty() ? "" : to_geojson(*city)) +
         write_to(args.osm, args.osm.empty() ? "" : to_osm(*city)) +
         write_to(args.fences, args.fences.empty() ? "" : fences_geojson(*city));
}

void add_city(CLI::App& app, int& status) {
  auto args = std::make_shared<CityArgs>();
  auto* command = app.add_subcommand("city", "write a city: streets and sites, OSM, fences");
  command->footer(
      "example: lujing-sim city --seed 7 --osm city.osm --geojson city.geojson --fences f.geojson");
  command->add_option("--seed", args->seed, "another seed, another city")->capture_default_str();
  command->add_option("--size", args->size, "small, medium or large")
      ->capture_default_str()
      ->check(CLI::IsMember({"small", "medium", "large"}));
  command->add_option("--read", args->read, "an OpenStreetMap extract instead of a made city");
  command->add_option("--geojson", args->geojson, "streets and sites; file, or - for stdout");
  command->add_option("--osm", args->osm, "OSM XML; file, or - for stdout");
  command->add_option("--fences", args->fences, "yards and zones; file, or - for stdout");
  command->callback([args, &status] { status = write_city_files(*args); });
}

}  // namespace

void add_scenario_commands(CLI::App& app, int& status) {
  add_city(app, status);
  add_run(app, status);
  add_library(app, status);
}

}  // namespace lujing::sim
