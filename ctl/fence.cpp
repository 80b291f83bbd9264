#include "ctl/fence.h"

#include "base/command_line.h"
#include "terminal/config/fences.h"
#include "terminal/config/points.h"
#include "terminal/config/toml_reader.h"
#include "terminal/core/fence/index.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>
#include <ostream>

namespace lujing::ctl {
namespace {

constexpr std::size_t max_points_bytes = std::size_t{1} << 30;

struct Inputs {
  config::FenceFile fences;
  std::vector<config::TrackedPoint> points;
};

/// Would it be taken as any map's?
bool without_remedy(const FenceTestArgs& args, const std::string& text) {
  config::FenceFileOptions options;
  options.lenient = true;
  options.planar = args.planar;
  return args.any_map || !config::parse_fence_file(args.fences, text, options);
}

Error with_remedy(const Error& error) {
  return Error(error.what() +
               "\n(a directive with it would be refused; --any-map tries it all the same)");
}

Result<Inputs> read_inputs(const FenceTestArgs& args) {
  const auto fence_text = read_text_file(args.fences, config::max_fence_file_bytes);
  if (!fence_text) return fence_text.error();
  config::FenceFileOptions options;
  options.lenient = args.any_map;
  options.planar = args.planar;
  auto fences = config::parse_fence_file(args.fences, *fence_text, options);
  if (!fences)
    return without_remedy(args, *fence_text) ? fences.error() : with_remedy(fences.error());
  // As a directive is checked: what covers too much ground is found here, too.
  if (auto index = core::FenceIndex::make(fences->set); !index)
    return index.error().in(args.fences);
  const auto point_text = read_text_file(args.points, max_points_bytes);
  if (!point_text) return point_text.error();
  auto points = config::parse_points(args.points, *point_text, args.planar);
  if (!points) return points.error();
  return Inputs{std::move(*fences), std::move(*points)};
}

}  // namespace

int run_fence_test(const FenceTestArgs& args, std::ostream& out, std::ostream& err) {
  const auto inputs = read_inputs(args);
  if (!inputs) {
    err << "lujing-ctl fence test: " << inputs.error().what() << "\n";
    return 1;
  }
  if (!args.json) out << "point,seq,fence,signed_m\n";
  const auto told = [&](const config::FenceAnswer& answer) {
    if (args.json) {
      const nlohmann::json line = {
          {"point", answer.point->id},     {"seq", answer.point->seq},
          {"fence", answer.fence->id},     {"zone", protocol::to_string(answer.fence->kind)},
          {"inside", answer.signed_m < 0}, {"signed_m", answer.signed_m}};
      out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    } else {
      out << fmt::format("{},{},{},{:.2f}\n", answer.point->id, answer.point->seq, answer.fence->id,
                         answer.signed_m);
    }
  };
  const auto done =
      config::match_points(inputs->fences, inputs->points, args.within_m, args.planar, told);
  if (!done) {
    err << "lujing-ctl fence test: " << done.error().what() << "\n";
    return 1;
  }
  return 0;
}

void add_fence_command(cli::App& app, int& exit_code) {
  cli::App* fence = app.add_subcommand("fence", "try fences on a recorded track");
  fence->require_subcommand();
  auto args = std::make_shared<FenceTestArgs>();
  cli::App* test = fence->add_subcommand("test", "which points are inside which fence, how near");
  test->footer(
      "Examples:\n"
      "  lujing-ctl fence test --fences sites.geojson --points track.csv --within 100\n"
      "\n"
      "Fences: GeoJSON (Polygon, MultiPolygon, Point with radius_m, LineString with width_m) or "
      "CSV "
      "(id,wkt).\n"
      "Points: CSV with lat and lon; id and seq are handed through.\n"
      "Prints point,seq,fence,signed_m: metres to the line, negative inside.\n"
      "GeoJSON is checked as `lujing-ctl directive put fences` checks it.");
  test->add_option("--fences", args->fences, "GeoJSON or CSV")->required();
  test->add_option("--points", args->points, "CSV")->required();
  test->add_option("--within", args->within_m, "also fences not farther away than this, metres")
      ->check(cli::non_negative());
  test->add_flag("--planar", args->planar, "both files are metres of the world Mercator (x, y)");
  test->add_flag("--any-map", args->any_map,
                 "GeoJSON that was not drawn for us: other properties and no version are taken");
  test->add_flag("--json", args->json, "one JSON object a line in place of CSV");
  test->callback([args, &exit_code] { exit_code = run_fence_test(*args, std::cout, std::cerr); });
}

}  // namespace lujing::ctl
