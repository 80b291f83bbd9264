#include "ctl/match_cmd.h"

#include "base/command_line.h"
#include "base/output_check.h"
#include "ctl/fail.h"
#include "ctl/fixes_csv.h"
#include "ctl/match_advice.h"
#include "ctl/match_output.h"
#include "ctl/path_steps.h"
#include "platform/roads/load.h"
#include "terminal/core/roads/match_track.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <system_error>

namespace lujing::ctl {
namespace {

struct MatchArgs {
  std::string roads;
  std::string fixes;
  std::string path;
  std::string points;
  std::string geojson;
  double lag_s = 30;
  bool online = false;
};

struct Totals {
  std::size_t fixes = 0;
  std::size_t on_road = 0;
  std::size_t off_road = 0;
  double driven_m = 0;
};

/// A line on a terminal that says how far it is.
void show_progress(std::size_t done, std::size_t all, bool last) {
  static const bool terminal = isatty(STDERR_FILENO) == 1;
  if (!terminal || all < 50'000) return;
  std::cerr << fmt::format("\r{:>3} % of {} fixes", 100 * done / std::max<std::size_t>(all, 1), all)
            << (last ? "\n" : "") << std::flush;
}

core::Matches match_online(const core::RoadNetwork& roads, const FixesTrack& track, double lag_s,
                           std::size_t before, std::size_t all) {
  core::MatchConfig config;
  config.lag_s = lag_s;
  core::Matcher matcher(roads, config);
  core::Matches found;
  for (std::size_t i = 0; i < track.fixes.size(); ++i) {
    matcher.take(track.fixes[i], found);
    if (i % 65'536 == 65'535) show_progress(before + i, all, false);
  }
  matcher.finish(found);
  return found;
}

void count(const core::Matches& found, Totals& totals) {
  totals.fixes += found.points.size();
  for (const core::Matched& point : found.points) {
    if (point.state == core::MatchState::on_road) ++totals.on_road;
    if (point.state == core::MatchState::off_road) ++totals.off_road;
  }
  for (const core::Driven& driven : found.driven) {
    totals.driven_m += std::abs(driven.to_m - driven.from_m);
  }
}

/// Opens a file to write, or says why not.
bool open_output(const std::string& name, std::optional<std::ofstream>& out) {
  if (name.empty()) return true;
  out.emplace(name, std::ios::binary | std::ios::trunc);
  return out->good();
}

bool written(std::optional<std::ofstream>& out) {
  return !out || (out->flush(), out->good());
}

int run_match(const MatchArgs& args) {
  if (auto good = check_outputs({args.roads, args.fixes}, {args.path, args.points, args.geojson});
      !good) {
    return fail("match", good.error());
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(args.fixes, ignored)) {
    return fail("match", Error(args.fixes + " is a folder: name one of the CSV files in it"));
  }
  std::ifstream in(args.fixes, std::ios::binary);
  if (!in) return fail("match", Error(args.fixes + " cannot be read"));
  const auto file = read_fixes(in);
  if (!file) return fail("match", file.error().in(args.fixes));
  const auto loaded = roads::LoadedRoads::open(args.roads);
  if (!loaded) return fail("match", loaded.error());
  const core::RoadNetwork& network = loaded->network();
  std::optional<std::ofstream> path;
  std::optional<std::ofstream> points;
  std::optional<std::ofstream> drawn;
  if (!open_output(args.path, path)) return fail("match", Error(args.path + " cannot be written"));
  if (!open_output(args.points, points))
    return fail("match", Error(args.points + " cannot be written"));
  if (!open_output(args.geojson, drawn))
    return fail("match", Error(args.geojson + " cannot be written"));
  if (path) write_path_header(*path);
  if (points) write_points_header(*points);
  std::optional<MatchGeoJson> geojson;
  if (drawn) geojson.emplace(*drawn);
  Totals totals;
  for (const FixesTrack& track : file->tracks) {
    const core::Matches found =
        args.online ? match_online(network, track, args.lag_s, totals.fixes, file->fixes)
                    : core::match_track(network, track.fixes);
    const auto steps = path_steps(network, found.driven);
    if (path) write_path(*path, track.name, steps);
    if (points) write_points(*points, network, track, found.points);
    if (geojson) geojson->add(network, track, steps, found.points);
    count(found, totals);
    show_progress(totals.fixes, file->fixes, false);
  }
  show_progress(totals.fixes, file->fixes, true);
  if (geojson) geojson->finish();
  if (!written(path))
    return fail("match", Error(args.path + " could not be written whole: is the disk full?"));
  if (!written(points))
    return fail("match", Error(args.points + " could not be written whole: is the disk full?"));
  if (!written(drawn))
    return fail("match", Error(args.geojson + " could not be written whole: is the disk full?"));
  const std::size_t unknown = totals.fixes - totals.on_road - totals.off_road;
  std::cout << fmt::format(
      "{} tracks, {} fixes: {} on a road, {} beside the roads, {} unknown; {:.3f} km driven\n",
      file->tracks.size(), totals.fixes, totals.on_road, totals.off_road, unknown,
      totals.driven_m / 1000);
  for (const std::string& line : match_advice(network, *file, unknown)) std::cout << line << "\n";
  if (file->without_place + file->without_time > 0) {
    std::cout << fmt::format("{} fixes had no place, {} no time: unknown\n", file->without_place,
                             file->without_time);
    if (file->too_wide > 0) {
      std::cout << fmt::format("{} of them have more fields than the header\n", file->too_wide);
    }
  }
  return 0;
}

}  // namespace

void add_match_command(cli::App& app, int& exit_code) {
  auto args = std::make_shared<MatchArgs>();
  cli::App* match = app.add_subcommand("match", "On which roads a recorded track was driven");
  match->add_option("--roads", args->roads, "road file, or an OpenStreetMap extract")->required();
  match
      ->add_option("--fixes", args->fixes,
                   "CSV with a header: track,t_unix,lat,lon and, where known, "
                   "speed_mps,heading_deg,accuracy_m (radius of 68 %)")
      ->required();
  match->add_option("--path", args->path, "writes track,seq,from_node,to_node,way,t_enter,t_leave");
  match->add_option("--points", args->points, "writes where each fix was put, and how sure");
  match->add_option("--geojson", args->geojson, "writes paths and fixes for a map");
  auto* online = match->add_flag("--online", args->online,
                                 "fix by fix with a fixed lag, as the terminal does");
  match->add_option("--lag", args->lag_s, "seconds of delay with --online (30)")
      ->check(cli::range(1.0, 3600.0))
      ->needs(online);
  match->footer(
      "Example:\n  lujing-ctl match --roads city.roads --fixes fixes.csv --path path.csv "
      "--points points.csv");
  match->callback([args, &exit_code] { exit_code = run_match(*args); });
}

}  // namespace lujing::ctl
