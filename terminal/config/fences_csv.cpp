#include "terminal/config/fences_csv.h"

#include "base/csv.h"
#include "base/geo.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace lujing::config {
namespace {

constexpr double a_m = 6378137.0;
constexpr double e2 = 6.69437999014e-3;

/// POLYGON((x y,x y,...),(...)): the only shape that is taken.
class WktReader {
 public:
  WktReader(std::string_view text, bool planar) : rest_(text), planar_(planar) {}

  Result<core::Polygon> read() {
    constexpr std::string_view word = "POLYGON";
    skip();
    if (rest_.substr(0, word.size()) != word) return Error("expected POLYGON((...))");
    rest_.remove_prefix(word.size());
    core::Polygon polygon;
    if (!take('(')) return Error("expected POLYGON((...))");
    for (std::size_t i = 0; i == 0 || take(','); ++i) {
      auto ring = read_ring();
      if (!ring) return i == 0 ? ring.error() : ring.error().in("hole " + std::to_string(i));
      if (i == 0) {
        polygon.outer = std::move(*ring);
      } else {
        polygon.holes.push_back(std::move(*ring));
      }
    }
    if (!take(')')) return Error("a closing bracket is missing");
    skip();
    if (!rest_.empty()) return Error("more text behind the polygon");
    return polygon;
  }

 private:
  void skip() {
    const std::size_t first = rest_.find_first_not_of(" \t");
    rest_.remove_prefix(std::min(first, rest_.size()));
  }
  bool take(char c) {
    skip();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<double> number() {
    skip();
    double value = 0;
    const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (problem != std::errc()) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  Result<core::Ring> read_ring() {
    core::Ring ring;
    if (!take('(')) return Error("an opening bracket is missing");
    do {
      const auto x = number();
      const auto y = number();
      const std::string corner = "corner " + std::to_string(ring.size() + 1);
      if (!x || !y) return Error(corner + ": expected two numbers");
      const GeoPoint point = planar_ ? from_mercator(*x, *y) : GeoPoint::from_degrees(*y, *x);
      if (!point.valid()) {
        return Error(corner + ": not on the earth; are the coordinates planar metres?");
      }
      if (ring.size() == core::max_corners_of_fence) return Error("too many corners");
      ring.push_back(point);
    } while (take(','));
    if (!take(')')) return Error("a closing bracket is missing");
    return ring;
  }

  std::string_view rest_;
  bool planar_;
};

struct FenceColumns {
  std::optional<std::size_t> id;
  std::optional<std::size_t> wkt;
  std::optional<std::size_t> zone;
  std::optional<std::size_t> name;
  std::optional<std::size_t> from_seq;
};

Result<FenceColumns> columns_of(std::string_view head) {
  FenceColumns columns;
  std::vector<std::string> cells;
  if (auto split = split_csv(head, cells); !split) return split.error();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] == "id" || cells[i] == "polygon") columns.id = i;
    if (cells[i] == "wkt") columns.wkt = i;
    if (cells[i] == "zone") columns.zone = i;
    if (cells[i] == "name") columns.name = i;
    if (cells[i] == "valid_from_seq") columns.from_seq = i;
  }
  if (!columns.id || !columns.wkt) {
    return Error("expected a head line with the columns id (or polygon) and wkt");
  }
  return columns;
}

std::string_view cell(const std::vector<std::string>& cells, std::optional<std::size_t> column) {
  return column && *column < cells.size() ? std::string_view(cells[*column]) : std::string_view();
}

Result<void> read_line(const FenceColumns& columns, std::string_view line,
                       const FenceFileOptions& options, FenceFile& file) {
  std::vector<std::string> cells;
  if (auto split = split_csv(line, cells); !split) return split.error();
  core::Fence fence;
  fence.id = std::string(cell(cells, columns.id));
  fence.name = std::string(cell(cells, columns.name));
  if (const std::string_view zone = cell(cells, columns.zone); !zone.empty()) {
    const auto kind = read_zone(zone);
    if (!kind) return kind.error();
    fence.kind = *kind;
  }
  if (columns.from_seq) {
    const std::string_view text = cell(cells, columns.from_seq);
    std::int64_t seq = 0;
    const auto end = text.data() + text.size();
    if (std::from_chars(text.data(), end, seq).ptr != end || text.empty()) {
      return Error("valid_from_seq: expected a whole number");
    }
    fence.id += "@" + std::to_string(seq);
    file.valid_from_seq.push_back(seq);
  }
  auto polygon = WktReader(cell(cells, columns.wkt), options.planar).read();
  if (!polygon) return polygon.error().in("fence \"" + fence.id + "\"");
  fence.shape = std::move(*polygon);
  file.set.fences.push_back(std::move(fence));
  return {};
}

}  // namespace

Result<core::FenceKind> read_zone(std::string_view word) {
  if (const auto kind = core::fence_kind_from(word)) return *kind;
  return Error("zone: \"" + std::string(word.substr(0, 40)) +
               "\" is none; expected area, forbidden, loading, unloading, unloading_ring, parking, "
               "wash or route");
}

std::string_view without_byte_order_mark(std::string_view bytes) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (bytes.starts_with(mark)) bytes.remove_prefix(mark.size());
  return bytes;
}

bool next_line(std::string_view& rest, std::string_view& line) {
  if (rest.empty()) return false;
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return true;
}

Result<FenceFile> parse_fence_csv(std::string_view bytes, const FenceFileOptions& options) {
  std::string_view line;
  if (!next_line(bytes, line)) return Error("an empty file");
  const auto columns = columns_of(line);
  if (!columns) return columns.error();
  FenceFile file;
  std::size_t number = 1;
  while (next_line(bytes, line)) {
    ++number;
    if (line.empty()) continue;
    const std::string called = "line " + std::to_string(number);
    if (file.set.fences.size() >= core::max_fences) return Error(called + ": too many fences");
    if (auto bad = read_line(*columns, line, options, file); !bad) return bad.error().in(called);
  }
  return file;
}

GeoPoint from_mercator(double x_m, double y_m) {
  if (!(std::fabs(x_m) <= a_m * pi && std::fabs(y_m) <= 3e7)) return {};
  const double e = std::sqrt(e2);
  const double t = std::exp(-y_m / a_m);
  double lat = pi / 2 - 2 * std::atan(t);
  for (int i = 0; i < 8; ++i) {
    const double s = e * std::sin(lat);
    lat = pi / 2 - 2 * std::atan(t * std::pow((1 - s) / (1 + s), e / 2));
  }
  return GeoPoint::from_degrees(lat * 180 / pi, x_m / a_m * 180 / pi);
}

double mercator_scale(GeoPoint at) {
  const double lat = at.lat_deg() * pi / 180;
  const double s = std::sin(lat);
  return std::sqrt(1 - e2 * s * s) / std::cos(lat);
}

}  // namespace lujing::config
