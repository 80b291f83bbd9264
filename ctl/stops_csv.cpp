#include "ctl/stops_csv.h"

#include "base/csv.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

namespace lujing::ctl {
namespace {

constexpr double least_radius_m = 1;
constexpr double most_radius_m = 1000;
constexpr std::array<std::string_view, 7> weekdays = {"一", "二", "三", "四", "五", "六", "日"};

struct StopColumns {
  std::optional<std::size_t> name;
  std::optional<std::size_t> lat;
  std::optional<std::size_t> lon;
  std::optional<std::size_t> radius;
  std::optional<std::size_t> route;
  std::optional<std::size_t> days;
};

Result<StopColumns> stop_columns(const std::vector<std::string>& cells) {
  StopColumns columns;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] == "name" || (cells[i] == "stop_name" && !columns.name)) columns.name = i;
    if (cells[i] == "lat") columns.lat = i;
    if (cells[i] == "lon") columns.lon = i;
    if (cells[i] == "radius_m") columns.radius = i;
    if (cells[i] == "route") columns.route = i;
    if (cells[i] == "days") columns.days = i;
  }
  if (columns.name && columns.lat && columns.lon) return columns;
  return Error(
      "expected a header with the columns name (or stop_name), lat, lon and maybe radius_m, route, "
      "days");
}

std::optional<double> number_in(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Bit n: weekday n. Of "一,三,五".
Result<unsigned> days_of(std::string_view text) {
  if (text.empty()) return 0x7fU;
  unsigned days = 0;
  while (!text.empty()) {
    std::size_t day = 0;
    while (day < weekdays.size() && !text.starts_with(weekdays.at(day))) ++day;
    if (day < weekdays.size()) {
      text.remove_prefix(weekdays.at(day).size());
    } else if (text.starts_with("天")) {
      day = 6;
      text.remove_prefix(std::string_view("天").size());
    } else {
      return Error(fmt::format("days: expected weekdays as \"一,三,五,日\", found \"{}\"", text));
    }
    days |= 1U << day;
    for (const std::string_view between : {",", "、", "，", " "}) {
      if (text.starts_with(between)) text.remove_prefix(between.size());
    }
  }
  return days;
}

class StopRows {
 public:
  explicit StopRows(const StopColumns& columns) : columns_(columns) {}

  Result<Stop> stop_of(const std::vector<std::string>& cells) const {
    const auto lat = number_in(cell(cells, columns_.lat));
    const auto lon = number_in(cell(cells, columns_.lon));
    const GeoPoint place = lat && lon ? GeoPoint::from_degrees(*lat, *lon) : GeoPoint{};
    if (!place.valid()) return Error("lat, lon: expected a place on the earth, in degrees");
    Stop stop;
    stop.name = cell(cells, columns_.name);
    stop.place = place;
    stop.route = cell(cells, columns_.route);
    if (const std::string text = cell(cells, columns_.radius); !text.empty()) {
      const auto radius = number_in(text);
      if (!radius || !(*radius >= least_radius_m && *radius <= most_radius_m)) {
        return Error("radius_m: expected 1 to 1000");
      }
      stop.radius_m = *radius;
    }
    return stop;
  }
  Result<bool> asked_on(const std::vector<std::string>& cells, int weekday) const {
    const auto days = days_of(cell(cells, columns_.days));
    if (!days) return days.error();
    return (*days >> static_cast<unsigned>(weekday) & 1U) != 0;
  }

 private:
  static std::string cell(const std::vector<std::string>& cells,
                          std::optional<std::size_t> column) {
    return column && *column < cells.size() ? cells[*column] : std::string();
  }
  StopColumns columns_;
};

}  // namespace

Result<StopsFile> read_stops(std::istream& in, const std::string& name,
                             std::optional<int> weekday) {
  StopsFile file;
  std::vector<std::string> cells;
  std::optional<StopRows> rows;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::string_view text = line;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const std::string where = fmt::format("{}:{}", name, number);
    if (auto good = split_csv(text, cells); !good) return good.error().in(where);
    if (!rows) {
      auto named = stop_columns(cells);
      if (!named) return named.error().in(where);
      rows.emplace(*named);
      file.has_days = named->days.has_value();
      continue;
    }
    auto stop = rows->stop_of(cells);
    if (!stop) return stop.error().in(where);
    if (weekday) {
      const auto asked = rows->asked_on(cells, *weekday);
      if (!asked) return asked.error().in(where);
      if (!*asked) {
        ++file.other_days;
        continue;
      }
    }
    file.stops.push_back(std::move(*stop));
  }
  if (!file.stops.empty()) return file;
  if (file.other_days > 0) {
    return Error(
        fmt::format("{}: none of its {} stops is asked on that weekday", name, file.other_days));
  }
  return Error(name + ": no stops; expected name,lat,lon and maybe radius_m, route, days");
}

}  // namespace lujing::ctl
