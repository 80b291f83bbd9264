#include "ctl/fixes_csv.h"

#include "base/csv.h"
#include "base/time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <unordered_map>

namespace lujing::ctl {
namespace {

enum Column : std::size_t { track, t_unix, lat, lon, speed, heading, accuracy, columns };
constexpr std::array<std::string_view, columns> names = {
    "track", "t_unix", "lat", "lon", "speed_mps", "heading_deg", "accuracy_m"};
constexpr std::size_t needed = 4;
constexpr double most_t_unix = 8e9;       // the year 2223
constexpr double least_t_unix_ms = 1e12;  // 2001 to 2286
constexpr double most_t_unix_ms = 1e13;
constexpr double radius_of_68 = 1.515;  // of two equal axes, in sigmas
constexpr std::size_t absent = SIZE_MAX;

/// A finite number and nothing else; NaN where there is none.
double number(std::string_view text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = problem == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(value) ? value : std::nan("");
}

class Reader {
 public:
  explicit Reader(std::optional<int> local_utc_offset_min) : offset_min_(local_utc_offset_min) {}

  Result<void> header(std::string_view line) {
    if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (auto good = split_csv(line, fields_); !good) return good.error();
    width_ = fields_.size();
    at_.fill(absent);
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      for (std::size_t c = 0; c < columns; ++c) {
        if (fields_[i] == names.at(c) && at_.at(c) == absent) at_.at(c) = i;
      }
    }
    if (at_.at(track) == absent) at_.at(track) = place_of("vehicle");
    if (at_.at(t_unix) == absent && offset_min_) {
      at_.at(t_unix) = place_of("time_local");
      local_ = at_.at(t_unix) != absent;
    }
    for (std::size_t c = 0; c < needed; ++c) {
      if (at_.at(c) != absent) continue;
      return Error("the header has no column '" + std::string(names.at(c)) +
                   "'; needed are track,t_unix,lat,lon" +
                   (offset_min_ ? " (vehicle stands for track, time_local as 2026-05-01T07:30:00 "
                                  "for t_unix)"
                                : ""));
    }
    return {};
  }

  Result<void> row(std::string_view line, FixesFile& file) {
    if (auto good = split_csv(line, fields_); !good) return good;
    FixesTrack& into = track_of(field(track), file);
    core::RawFix fix;
    // With more fields than the header has names, who knows which of them is the latitude?
    const bool shifted = fields_.size() > width_;
    if (shifted) ++file.too_wide;
    if (!shifted) fix.position = GeoPoint::from_degrees(number(field(lat)), number(field(lon)));
    if (!fix.position.valid()) ++file.without_place;
    const double seconds = local_ ? local_seconds(field(t_unix)) : number(field(t_unix));
    if (std::fabs(seconds) <= most_t_unix) {
      fix.at.ns = static_cast<std::int64_t>(std::llround(seconds * 1e9));
    } else {
      ++file.without_time;
      if (seconds >= least_t_unix_ms && seconds < most_t_unix_ms) ++file.in_milliseconds;
      if (!into.fixes.empty()) fix.at = into.fixes.back().at;
      fix.position = {};
    }
    if (const double v = number(field(speed)); v >= 0 && v < 200) fix.speed_mps = v;
    if (const double v = number(field(heading)); std::fabs(v) <= 720)
      fix.heading_rad = wrap_two_pi(v * pi / 180);
    if (const double v = number(field(accuracy)); v > 0 && v < 1e5) fix.sigma_m = v / radius_of_68;
    into.fixes.push_back(fix);
    into.times.push_back(csv_field(field(t_unix)));
    into.places.push_back(csv_field(field(lat)) + "," + csv_field(field(lon)));
    ++file.fixes;
    return {};
  }

 private:
  std::string_view field(Column column) const {
    const std::size_t i = at_.at(column);
    return i < fields_.size() ? std::string_view(fields_[i]) : std::string_view();
  }
  /// In the header.
  std::size_t place_of(std::string_view name) const {
    const auto at = std::find(fields_.begin(), fields_.end(), name);
    return at == fields_.end() ? absent : static_cast<std::size_t>(at - fields_.begin());
  }
  double local_seconds(std::string_view text) const {
    const auto time = from_iso8601(std::string(text) + "Z");
    if (!time) return std::nan("");
    return static_cast<double>(time->ms) / 1000 - 60.0 * *offset_min_;
  }
  FixesTrack& track_of(std::string_view name, FixesFile& file) {
    const auto [found, fresh] = index_.try_emplace(std::string(name), file.tracks.size());
    if (fresh) file.tracks.push_back({std::string(name), {}, {}, {}});
    return file.tracks[found->second];
  }

  std::array<std::size_t, columns> at_ = {};
  std::size_t width_ = 0;
  std::optional<int> offset_min_;
  bool local_ = false;  ///< t_unix stands in a column of local times
  std::vector<std::string> fields_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace

Result<FixesFile> read_fixes(std::istream& in, std::optional<int> local_utc_offset_min) {
  Reader reader(local_utc_offset_min);
  std::string line;
  if (!std::getline(in, line)) return Error("it is empty; the first line must be a header");
  if (auto good = reader.header(line); !good) return good.error();
  FixesFile file;
  for (std::size_t number = 2; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (auto good = reader.row(line, file); !good) {
      return good.error().in("line " + std::to_string(number));
    }
  }
  return file;
}

}  // namespace lujing::ctl
