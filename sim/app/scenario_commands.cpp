#include "sim/app/scenario_commands.h"

#include "base/command_line.h"
#include "base/output_check.h"
#include "sim/app/beside.h"
#include "sim/app/core_run.h"
#include "sim/app/fail.h"
#include "sim/app/output.h"
#include "sim/app/run.h"
#include "sim/city/geojson.h"
#include "sim/city/osm.h"

#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace lujing::sim {
namespace {

struct ScenarioArgs {
  std::string file;  ///< scenario
  std::string mode = "core";
  std::string share = usual_share();
  unsigned jobs = 1;
  std::optional<std::uint64_t> seed;
  RunOptions run;
};

/// What `lujing-sim score` behind a pipe looks for.
void print_where(const std::string& folder) {
  fmt::print("truth and journals in {}\n", folder);
}

int run_file(ScenarioArgs& args) {
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
    const int status = run_in_core(*scenario, {args.run.folder, args.share, args.jobs}).status;
    if (status != 1) {
      print_where(args.run.folder);
    }
    return status;
  }
  args.run.share = absolute_path(args.share);
  args.run.gpsd = args.run.gpsd || args.run.terminals;
  const auto done = run_live(args.run, *scenario);
  if (!done) {
    return fail(done.error());
  }
  print_where(args.run.folder);
  return 0;
}

int run(ScenarioArgs& args) {
  if (args.run.folder.empty()) {
    return fail(Error("where to? --out DIR"));
  }
  args.run.folder = absolute_path(args.run.folder);
  if (!args.file.empty()) {
    return run_file(args);
  }
  args.run.seed = args.seed.value_or(7);
  const auto done = run_live(args.run);
  return done ? 0 : fail(done.error());
}

void add_run(cli::App& app, int& status) {
  auto args = std::make_shared<ScenarioArgs>();
  auto* command = app.add_subcommand("run",
                                     "run a scenario: as journals, as fast as possible "
                                     "(core mode), or live on real devices' lines");
  command->footer(
      "examples:\n  lujing-sim run sim/scenarios/mt-01-raise.toml --out /tmp/out\n"
      "  lujing-sim run sim/scenarios/mt-01-raise.toml --out /tmp/out | lujing-sim score\n"
      "  lujing-sim run sim/scenarios/mt-01-raise.toml --mode device --terminals --out /tmp/out\n"
      "  lujing-sim run --dir /tmp/demo --gpsd --duration 60     the demo, live");
  command->add_option("file", args->file, "scenario; without one the demo runs live");
  command->add_option("--mode", args->mode, "core or device")
      ->capture_default_str()
      ->check(cli::one_of({"core", "device"}));
  command->add_option("--out,--dir", args->run.folder,
                      "folder for journals or device links, city and truth; made if missing");
  command->add_option("--scenario", args->run.scenario, "without a file: demo")
      ->capture_default_str();
  command->add_option("--seed", args->seed, "another seed, another city and day");
  command->add_option("--duration", args->run.duration_s, "simulated seconds")
      ->check(cli::range(0.1, 1e7));
  command->add_option("--jobs", args->jobs, "vehicles at the same time (core mode)")
      ->capture_default_str()
      ->check(cli::range(1, 256));
  command->add_option("--share", args->share, "folder with vehicles/ and profiles/")
      ->capture_default_str();
  command->add_flag(
      "--terminals", args->run.terminals,
      "start a gpsd and a lujing-terminal for each vehicle of the file (device mode)");
  command->add_option("--terminal", args->run.terminal,
                      "the lujing-terminal to start; usually the one beside");
  command->add_flag("--gpsd", args->run.gpsd,
                    "start a gpsd for each receiver, on a free port (device mode)");
  command->callback([args, &status] { status = run(*args); });
}

struct CityArgs {
  std::uint64_t seed = 7;
  std::string size = "medium";
  std::string read;
  std::string geojson;
  std::string osm;
  std::string fences;
};

int write_city_files(CityArgs& args) {
  if (args.geojson.empty() && args.osm.empty() && args.fences.empty()) args.geojson = "-";
  const auto file = [](const std::string& path) { return path == "-" ? std::string() : path; };
  if (auto good =
          check_outputs({args.read}, {file(args.geojson), file(args.osm), file(args.fences)});
      !good) {
    return fail(good.error());
  }
  CityConfig config;
  config.seed = args.seed;
  config.columns = args.size == "small" ? 9 : args.size == "medium" ? 17 : 33;
  config.rows = args.size == "small" ? 9 : args.size == "medium" ? 13 : 25;
  auto city =
      args.read.empty() ? Result<City>(City::generate(config)) : read_osm(args.read, args.seed);
  if (!city) {
    return fail(city.error());
  }
  const auto write = [](const std::string& path, auto&& text) {
    return write_output(path, [&](std::ostream& out) { out << text(); });
  };
  auto done = write(args.geojson, [&] { return to_geojson(*city); });
  if (done) done = write(args.osm, [&] { return to_osm(*city); });
  if (done) done = write(args.fences, [&] { return fences_geojson(*city); });
  return done ? 0 : fail(done.error());
}

void add_city(cli::App& app, int& status) {
  auto args = std::make_shared<CityArgs>();
  auto* command = app.add_subcommand("city", "write a city: streets and sites, OSM, fences");
  command->footer(
      "example: lujing-sim city --seed 7 --osm city.osm --geojson city.geojson --fences f.geojson");
  command->add_option("--seed", args->seed, "another seed, another city")->capture_default_str();
  command->add_option("--size", args->size, "small, medium or large")
      ->capture_default_str()
      ->check(cli::one_of({"small", "medium", "large"}));
  command->add_option("--read", args->read, "an OpenStreetMap extract instead of a made city");
  command->add_option("--geojson", args->geojson, "streets and sites; file, or - for stdout");
  command->add_option("--osm", args->osm, "OSM XML; file, or - for stdout");
  command->add_option("--fences", args->fences, "yards and zones; file, or - for stdout");
  command->callback([args, &status] { status = write_city_files(*args); });
}

}  // namespace

void add_scenario_commands(cli::App& app, int& status) {
  add_city(app, status);
  add_run(app, status);
}

}  // namespace lujing::sim
