#include "bench_wire_drives.h"

#include "base/geo.h"
#include "base/time.h"
#include "tests/support/shared_data.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

namespace lujing::bench {
namespace {

using protocol::Record;
using protocol::TrackPoint;

constexpr double mps_per_knot = 1852.0 / 3600.0;

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back().push_back(c);
    }
  }
  return cells;
}

double number(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

/// Lines of a file, unpacked by xzcat if it is an .xz.
std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  if (file.extension() != ".xz") {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  const std::string command = "xzcat '" + file.string() + "'";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return lines;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) {
    std::string line = buffer.data();
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    lines.push_back(line);
  }
  ::pclose(pipe);
  return lines;
}

/// What a terminal knows of one moment, before it is rounded into a track point.
struct Moment {
  std::int64_t utc_ms = 0;
  double lat = 0;
  double lon = 0;
  double speed_mps = 0;
  double course_deg = 0;
  double accuracy_m = 0;
  std::optional<double> odometer_m;
};

/// Makes records: the terminal's own clock sees each fix a few milliseconds late, now more, now
/// less, and the odometer is driven on by the speed where there is no other.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) { boot_id_ = random_(); }

  void add(const Moment& m, std::vector<Record>& out) {
    if (out.empty()) start_ms_ = m.utc_ms - 65'000;
    const double elapsed_s = out.empty() ? 0 : static_cast<double>(m.utc_ms - last_.utc_ms) / 1000;
    odometer_m_ += (last_.speed_mps + m.speed_mps) / 2 * elapsed_s;
    last_ = m;
    Record record;
    record.stamp = {boot_id_, m.utc_ms - start_ms_ + 80 + static_cast<std::int64_t>(random_() % 40),
                    m.utc_ms};
    TrackPoint point;
    point.position = GeoPoint::from_degrees(m.lat, m.lon);
    point.speed_cmps = static_cast<std::int32_t>(std::lround(m.speed_mps * 100));
    point.course_cdeg = static_cast<std::int32_t>(std::lround(m.course_deg * 100)) % 36000;
    point.accuracy_dm = static_cast<std::int32_t>(std::lround(m.accuracy_m * 10));
    point.odometer_m = 48'211'000 + std::llround(m.odometer_m.value_or(odometer_m_));
    point.source = protocol::PositionSource::gnss;
    point.reason = out.empty() ? protocol::TrackReason::first : protocol::TrackReason::time;
    record.payload = point;
    out.push_back(record);
  }

 private:
  std::mt19937_64 random_;
  std::uint64_t boot_id_ = 0;
  std::int64_t start_ms_ = 0;
  double odometer_m_ = 0;
  Moment last_;
};

double nmea_degrees(const std::string& value, const std::string& side) {
  const double raw = number(value);
  const double degrees = std::floor(raw / 100);
  const double result = degrees + (raw - degrees * 100) / 60;
  return side == "S" || side == "W" ? -result : result;
}

std::int64_t nmea_utc_ms(const std::string& time, const std::string& date) {
  const std::string iso = "20" + date.substr(4, 2) + "-" + date.substr(2, 2) + "-" +
                          date.substr(0, 2) + "T" + time.substr(0, 2) + ":" + time.substr(2, 2) +
                          ":" + time.substr(4) + "Z";
  const auto utc = from_iso8601(iso);
  return utc ? utc->ms : 0;
}

}  // namespace

std::optional<Drive> drive_from_nmea(const std::string& name,
                                     const std::filesystem::path& xz_file) {
  Drive drive{name, {}};
  Maker maker(1);
  Moment moment;
  for (const std::string& line : lines_of(xz_file)) {
    const auto cells = split(line);
    if (cells[0] == "$GPRMC" && cells.size() > 9 && cells[2] == "A") {
      moment.utc_ms = nmea_utc_ms(cells[1], cells[9]);
      moment.lat = nmea_degrees(cells[3], cells[4]);
      moment.lon = nmea_degrees(cells[5], cells[6]);
      moment.speed_mps = number(cells[7]) * mps_per_knot;
      moment.course_deg = number(cells[8]);
    } else if (cells[0] == "$GPGGA" && cells.size() > 8 && moment.utc_ms != 0) {
      moment.accuracy_m = number(cells[8]) * 5;  // a receiver's usual 5 m for a dilution of 1
      maker.add(moment, drive.points);
      moment.utc_ms = 0;
    }
  }
  if (drive.points.empty()) return std::nullopt;
  return drive;
}

std::optional<Drive> drive_from_genivi(const std::string& name,
                                       const std::filesystem::path& xz_file) {
  constexpr std::int64_t recorded_utc_ms = 1'400'000'000'000;  // the log has no date of its own
  Drive drive{name, {}};
  Maker maker(2);
  Moment moment;
  moment.accuracy_m = 5;
  for (const std::string& line : lines_of(xz_file)) {
    const auto cells = split(line);
    if (cells.size() < 3) continue;
    if (cells[1] == "GVODO") moment.odometer_m = number(cells[2]) / 1000;
    if (cells[1] == "GVGPSC" && cells.size() > 3) {
      moment.speed_mps = number(cells[2]);
      moment.course_deg = number(cells[3]);
    }
    if (cells[1] == "GVGPSP" && cells.size() > 3) {
      moment.utc_ms = recorded_utc_ms + std::llround(number(cells[0]));
      moment.lat = number(cells[2]);
      moment.lon = number(cells[3]);
      maker.add(moment, drive.points);
    }
  }
  if (drive.points.empty()) return std::nullopt;
  return drive;
}

std::optional<Drive> drive_from_polls(const std::string& name, const std::filesystem::path& csv) {
  Drive drive{name, {}};
  std::map<std::string, std::vector<Moment>> vehicles;
  for (const std::string& line : lines_of(csv)) {
    const auto cells = split(line);
    if (cells.size() < 4) continue;
    const auto utc = from_iso8601(cells[1] + "Z");
    if (!utc) continue;
    Moment m;
    m.utc_ms = utc->ms;
    m.lat = number(cells[2]);
    m.lon = number(cells[3]);
    m.accuracy_m = 10;
    auto& moments = vehicles[cells[0]];
    if (!moments.empty() && m.utc_ms > moments.back().utc_ms) {
      const auto from = GeoPoint::from_degrees(moments.back().lat, moments.back().lon);
      const auto to = GeoPoint::from_degrees(m.lat, m.lon);
      m.speed_mps =
          distance_m(from, to) * 1000 / static_cast<double>(m.utc_ms - moments.back().utc_ms);
      m.course_deg = bearing_rad(from, to) * 180 / pi;
    }
    moments.push_back(m);
  }
  for (const auto& [vehicle, moments] : vehicles) {
    if (moments.size() < 60) continue;
    Maker maker(std::hash<std::string>{}(vehicle));
    std::vector<Record> points;
    for (const Moment& m : moments) maker.add(m, points);
    points.resize(points.size() / 60 * 60);  // batches of one vehicle only
    drive.points.insert(drive.points.end(), points.begin(), points.end());
  }
  if (drive.points.empty()) return std::nullopt;
  return drive;
}

Drive synthetic_drive(const std::string& name, std::size_t points) {
  Drive drive{name, {}};
  Maker maker(3);
  std::mt19937_64 random(4);
  const auto noise = [&random] {  // roughly normal, deviation 1
    double sum = 0;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(random() % 10'000) / 10'000;
    return sum - 6;
  };
  GeoPoint at = GeoPoint::from_degrees(28.2282, 112.9388);
  Moment m;
  double wanted_mps = 3;
  double heading_deg = 90;
  Offset wander;
  for (std::size_t i = 0; i < points; ++i) {
    if (random() % 60 == 0) wanted_mps = static_cast<double>(random() % 4) * 2.5;
    if (random() % 50 == 0) heading_deg = std::fmod(heading_deg + 90, 360);
    m.speed_mps += std::clamp(wanted_mps - m.speed_mps, -1.2, 0.8);
    const double rad = heading_deg * pi / 180;
    at = moved(at, {m.speed_mps * std::sin(rad), m.speed_mps * std::cos(rad)});
    wander = {0.98 * wander.east_m + 0.3 * noise(), 0.98 * wander.north_m + 0.3 * noise()};
    const GeoPoint seen = moved(at, wander);
    Moment shown = m;
    shown.utc_ms = 1'763'700'000'000 + static_cast<std::int64_t>(i) * 1000;
    shown.lat = seen.lat_deg();
    shown.lon = seen.lon_deg();
    shown.speed_mps = std::max(0.0, m.speed_mps + 0.05 * noise());
    shown.course_deg = std::fmod(heading_deg + 360 + 0.6 * noise(), 360);
    shown.accuracy_m = 3.5 + 0.1 * std::floor(std::fabs(wander.east_m) * 4);
    maker.add(shown, drive.points);
  }
  return drive;
}

const std::vector<Drive>& drives() {
  static const std::vector<Drive> all = [] {
    std::vector<Drive> found;
    const auto add = [&found](std::optional<Drive> drive) {
      if (drive) found.push_back(std::move(*drive));
    };
    if (const auto data = test_support::shared_data()) {
      add(drive_from_nmea("munich_nmea", *data / "gpsd/nmea_drives/munich-car-2009.nmea.xz"));
      add(drive_from_genivi("munich_genivi", *data / "traces/munich-car-gps-odometer.csv.xz"));
      add(drive_from_polls("jersey_city", *data / "sanitation/jersey-city-garbage-trucks.csv"));
    }
    add(synthetic_drive("synthetic", 1800));
    return found;
  }();
  return all;
}

}  // namespace lujing::bench
