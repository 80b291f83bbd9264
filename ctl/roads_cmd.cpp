#include "ctl/roads_cmd.h"

#include "base/command_line.h"
#include "base/mapped_file.h"
#include "base/output_check.h"
#include "ctl/fail.h"
#include "ctl/roads_text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>

namespace lujing::ctl {
namespace {

struct BuildArgs {
  std::string extract;
  std::string output;
  std::string name;
  int district_level = 6;
  bool json = false;
};

/// One line on the terminal, drawn over and over.
void show_progress(const char* what, double share) {
  constexpr int wide = 30;
  const int done = static_cast<int>(share * wide);
  std::cerr << fmt::format("\r{:<12}[{:<{}}] {:3.0f} %", what,
                           std::string(static_cast<std::size_t>(done), '#'), wide, share * 100)
            << std::flush;
}

void end_progress() {
  std::cerr << "\r" << std::string(60, ' ') << "\r" << std::flush;
}

/// Beside its place first, then renamed: whoever has the old file mapped keeps it whole.
Result<void> write_file(const std::string& path, std::span<const std::byte> bytes) {
  const std::string fresh = path + ".new";
  const auto failed = [&] {
    const std::string why = std::strerror(errno);
    ::unlink(fresh.c_str());
    return Error(path + ": cannot be written: " + why);
  };
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return failed();
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) {
      ::close(fd);
      return failed();
    }
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  const bool synced = ::fsync(fd) == 0;
  if (::close(fd) != 0 || !synced) return failed();
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return failed();
  return {};
}

int run_build(const BuildArgs& args) {
  const auto begin = std::chrono::steady_clock::now();
  if (auto good = check_whole_output({args.extract}, args.output); !good)
    return fail("roads", good.error());
  roads::OsmOptions options;
  options.name = args.name;
  options.district_level = args.district_level;
  const bool drawn = ::isatty(STDERR_FILENO) != 0;
  if (drawn) options.progress = show_progress;
  auto osm = roads::read_osm(args.extract, options);
  if (drawn && osm) show_progress("building", 1);
  auto built = osm ? roads::build(osm->raw) : Result<roads::BuiltRoads>(osm.error());
  if (drawn) end_progress();
  if (!osm) return fail("roads", osm.error());
  if (!built) return fail("roads", built.error().in(args.extract));
  // What a terminal would refuse must not leave this house.
  const auto network = core::RoadNetwork::open(built->bytes);
  if (!network) return fail("roads", network.error());
  if (auto written = write_file(args.output, built->bytes); !written)
    return fail("roads", written.error());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const RoadsBuilt what{osm->summary, built->summary, *network, built->bytes.size(), took.count()};
  if (args.json)
    std::cout << built_json(what, args.output) << "\n";
  else
    print_built(what, args.output);
  return 0;
}

int run_check(const std::string& path, bool json) {
  const auto file = MappedFile::open(path);
  if (!file) return fail("roads", file.error());
  const auto network = core::RoadNetwork::open(file->bytes());
  if (network) {
    if (json)
      std::cout << checked_json(*network, file->bytes()) << "\n";
    else
      print_checked(*network, file->bytes());
    return 0;
  }
  if (json) std::cout << refused_json(network.error().what(), file->bytes()) << "\n";
  return fail("roads", network.error().in(path));
}

int run_geojson(const std::string& path, const std::string& output) {
  if (auto good = check_outputs({path}, {output}); !good) return fail("roads", good.error());
  const auto file = MappedFile::open(path);
  if (!file) return fail("roads", file.error());
  const auto network = core::RoadNetwork::open(file->bytes());
  if (!network) return fail("roads", network.error().in(path));
  std::ofstream out(output);
  write_geojson(*network, out);
  out.close();
  if (!out) return fail("roads", Error(output + ": cannot be written: " + std::strerror(errno)));
  return 0;
}

void add_build(cli::App& roads, int& exit_code) {
  auto args = std::make_shared<BuildArgs>();
  cli::App* build = roads.add_subcommand("build", "A road file out of an OpenStreetMap extract");
  build->add_option("extract", args->extract, ".osm.pbf, .osm, .osm.gz, .osm.bz2 or .osm.xz")
      ->required();
  build->add_option("-o,--output", args->output, "the road file")->required();
  build->add_option("--name", args->name, "what people call it (default: the extract's file name)");
  build->add_option("--district-level", args->district_level,
                    "admin_level of the boundaries that are districts (default 6)");
  build->add_flag("--json", args->json, "the summary as one object");
  build->footer(
      "Example:\n  lujing-ctl roads build beijing.osm.pbf -o beijing.roads --name beijing");
  build->callback([args, &exit_code] { exit_code = run_build(*args); });
}

void add_check(cli::App& roads, int& exit_code) {
  auto path = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  cli::App* check = roads.add_subcommand("check", "Checks a road file as a terminal does");
  check->add_option("file", *path, "road file")->required();
  check->add_flag("--json", *json, "one object");
  check->footer("Example:\n  lujing-ctl roads check city.roads && echo good");
  check->callback([path, json, &exit_code] { exit_code = run_check(*path, *json); });
}

void add_geojson(cli::App& roads, int& exit_code) {
  auto path = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>();
  cli::App* geojson = roads.add_subcommand("geojson", "The links of a road file, to look at");
  geojson->add_option("file", *path, "road file")->required();
  geojson->add_option("-o,--output", *output, "GeoJSON file")->required();
  geojson->footer("Example:\n  lujing-ctl roads geojson city.roads -o city.geojson");
  geojson->callback([path, output, &exit_code] { exit_code = run_geojson(*path, *output); });
}

}  // namespace

void add_roads_command(cli::App& app, int& exit_code) {
  cli::App* roads = app.add_subcommand("roads", "Road networks: build, check, look at");
  roads->require_subcommand();
  add_build(*roads, exit_code);
  add_check(*roads, exit_code);
  add_geojson(*roads, exit_code);
}

}  // namespace lujing::ctl
