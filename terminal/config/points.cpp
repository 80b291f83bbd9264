#include "terminal/config/points.h"

#include "base/csv.h"
#include "terminal/config/fences_csv.h"
#include "terminal/core/fence/shapes.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

namespace lujing::config {
namespace {

constexpr std::size_t most_points = 20'000'000;

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct PointColumns {
  std::optional<std::size_t> id;
  std::optional<std::size_t> seq;
  std::optional<std::size_t> east;
  std::optional<std::size_t> north;
};

Result<PointColumns> columns_of(std::string_view head, bool planar) {
  PointColumns columns;
  std::vector<std::string> cells;
  if (auto split = split_csv(head, cells); !split) return split.error();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] == "id" || cells[i] == "point") columns.id = i;
    if (cells[i] == "seq") columns.seq = i;
    if (cells[i] == (planar ? "x" : "lon")) columns.east = i;
    if (cells[i] == (planar ? "y" : "lat")) columns.north = i;
  }
  if (!columns.east || !columns.north) {
    return Error(planar ? "expected a head line with the columns x and y"
                        : "expected a head line with the columns lat and lon");
  }
  return columns;
}

Result<TrackedPoint> point_of(const PointColumns& columns, std::string_view line,
                              std::int64_t number, bool planar, std::vector<std::string>& cells) {
  if (auto split = split_csv(line, cells); !split) return split.error();
  const auto cell = [&](std::optional<std::size_t> column) {
    return column && *column < cells.size() ? std::string_view(cells[*column]) : std::string_view();
  };
  TrackedPoint point;
  point.id = std::string(cell(columns.id));
  point.seq = number_of<std::int64_t>(cell(columns.seq)).value_or(number);
  const auto east = number_of<double>(cell(columns.east));
  const auto north = number_of<double>(cell(columns.north));
  if (!east || !north) return Error("expected two numbers");
  point.position = planar ? from_mercator(*east, *north) : GeoPoint::from_degrees(*north, *east);
  if (!point.position.valid()) return Error("not on the earth");
  return point;
}

/// "5" of "5@99441".
std::string_view base_of(std::string_view id) {
  return id.substr(0, id.rfind('@'));
}

}  // namespace

Result<std::vector<TrackedPoint>> parse_points(const std::string& name, std::string_view bytes,
                                               bool planar) {
  std::string_view line;
  bytes = without_byte_order_mark(bytes);
  if (!next_line(bytes, line)) return Error(name + ": an empty file");
  const auto columns = columns_of(line, planar);
  if (!columns) return columns.error().in(name);
  std::vector<TrackedPoint> points;
  std::vector<std::string> cells;
  std::int64_t number = 1;
  while (next_line(bytes, line)) {
    ++number;
    if (line.empty()) continue;
    auto point = point_of(*columns, line, number, planar, cells);
    if (!point) return point.error().in(name + ": line " + std::to_string(number));
    if (points.size() >= most_points) return Error(name + ": over 20 million points");
    points.push_back(std::move(*point));
  }
  return points;
}

Result<void> match_points(const FenceFile& fences, const std::vector<TrackedPoint>& points,
                          double within_m, bool planar,
                          const std::function<void(const FenceAnswer&)>& told) {
  const std::vector<core::Fence>& all = fences.set.fences;
  const core::FenceShapes shapes(all);
  const bool versions = !fences.valid_from_seq.empty();
  // The versions of each fence, oldest first.
  std::map<std::string_view, std::vector<std::uint32_t>> groups;
  std::vector<std::string_view> order;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    const std::string_view key = versions ? base_of(all[i].id) : std::string_view(all[i].id);
    auto& group = groups[key];
    if (group.empty()) order.push_back(key);
    group.push_back(i);
  }
  for (const TrackedPoint& point : points) {
    const core::FencePlace place = core::FencePlace::of(point.position);
    const double scale = planar ? mercator_scale(point.position) : 1;
    for (const std::string_view key : order) {
      std::optional<std::uint32_t> holds;
      for (const std::uint32_t i : groups[key]) {
        if (versions && fences.valid_from_seq[i] > point.seq) continue;
        if (!holds || !versions || fences.valid_from_seq[i] > fences.valid_from_seq[*holds]) {
          holds = i;
        }
      }
      if (!holds) continue;
      const double signed_m = shapes.signed_distance_m(*holds, place) * scale;
      if (signed_m < 0 || signed_m <= within_m) told({&point, &all[*holds], signed_m});
    }
  }
  return {};
}

}  // namespace lujing::config
