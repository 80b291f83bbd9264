// The geo-fencing contest's reports and its expected answers (shared_data()/geofence), planar
// metres, judged by the product's own reader and shapes.
#pragma once

#include "base/csv.h"
#include "base/result.h"
#include "terminal/config/fences_csv.h"
#include "terminal/config/points.h"
#include "terminal/config/toml_reader.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <tuple>

namespace lujing::test_support {

/// (point, seq, polygon)
using GeofenceRow = std::tuple<std::int64_t, std::int64_t, std::int64_t>;

struct GeofenceOutcome {
  std::size_t reports = 0;
  std::size_t expected = 0;
  std::size_t found = 0;
  /// Differences, and how far from the line (or from 1,000 m) each is, metres.
  std::map<GeofenceRow, double> missing;
  std::map<GeofenceRow, double> extra;
};

inline Result<std::string> unpacked(const std::filesystem::path& file) {
  const std::string command = "xz -dc '" + file.string() + "'";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return Error(file.string() + ": xz cannot be started");
  std::string text;
  std::array<char, 65536> block{};
  for (std::size_t n = 0; (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
    text.append(block.data(), n);
  }
  if (pclose(pipe) != 0) return Error(file.string() + ": cannot be unpacked");
  return text;
}

inline std::int64_t whole(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// `within_m` 0: inside.
inline Result<GeofenceOutcome> judge_geofence(const std::filesystem::path& folder,
                                              double within_m) {
  const std::string stem = "giscup13_p10_pt500_";
  const auto polygons = read_text_file((folder / (stem + "polygons.csv")).string(), 64U << 20);
  if (!polygons) return polygons.error();
  config::FenceFileOptions options;
  options.planar = true;
  const auto fences = config::parse_fence_file("polygons", *polygons, options);
  if (!fences) return fences.error();
  const auto packed = unpacked(folder / (stem + "points.csv.xz"));
  if (!packed) return packed.error();
  const auto points = config::parse_points("points", *packed, true);
  if (!points) return points.error();
  const auto answers = unpacked(
      folder / (stem + (within_m > 0 ? "expected_within1000.csv.xz" : "expected_inside.csv.xz")));
  if (!answers) return answers.error();

  std::set<GeofenceRow> expected;
  std::vector<std::string> cells;
  std::string_view rest = *answers;
  std::string_view line;
  config::next_line(rest, line);
  while (config::next_line(rest, line)) {
    if (auto split = split_csv(line, cells); !split) return split.error();
    if (cells.size() >= 3) expected.insert({whole(cells[0]), whole(cells[1]), whole(cells[2])});
  }
  GeofenceOutcome outcome;
  outcome.reports = points->size();
  outcome.expected = expected.size();
  std::map<GeofenceRow, double> near;
  const double slack_m = 5;
  const auto done = config::match_points(
      *fences, *points, within_m + slack_m, true, [&](const config::FenceAnswer& answer) {
        const GeofenceRow row{whole(answer.point->id), answer.point->seq,
                              whole(std::string_view(answer.fence->id))};
        near[row] = answer.signed_m - within_m;
      });
  if (!done) return done.error();
  for (const auto& [row, off_m] : near) {
    const bool holds = within_m > 0 ? off_m <= 0 : off_m < 0;
    if (holds) ++outcome.found;
    if (holds && !expected.contains(row)) outcome.extra[row] = std::fabs(off_m);
    if (!holds && expected.contains(row)) outcome.missing[row] = std::fabs(off_m);
  }
  for (const GeofenceRow& row : expected) {
    if (!near.contains(row)) outcome.missing[row] = slack_m;
  }
  return outcome;
}

}  // namespace lujing::test_support
