#include "base/geo.h"
#include "tests/support/gpsd_process.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace lujing::test_support {
namespace {

std::string read_all(const std::filesystem::path& path) {
  if (path.extension() != ".xz") {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(file), {}};
  }
  const std::string command = "xz -dc '" + path.string() + "'";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (!pipe) throw std::runtime_error("cannot run " + command);
  std::string all;
  std::array<char, 65536> buffer{};
  for (std::size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;) {
    all.append(buffer.data(), got);
  }
  if (all.empty()) throw std::runtime_error("nothing in " + path.string());
  return all;
}

/// "ddmm.mmmmm,N" as NMEA writes an angle; `width` digits of degrees.
std::string angle(double degrees, int width, char positive, char negative) {
  constexpr std::int64_t per_minute = 100'000;
  const std::int64_t size = std::llround(std::fabs(degrees) * 60.0 * per_minute);
  const auto minutes = static_cast<double>(size % (60 * per_minute)) / per_minute;
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%0*d%08.5f,%c", width,
                static_cast<int>(size / (60 * per_minute)), minutes,
                degrees < 0 ? negative : positive);
  return text.data();
}

std::string sentence(const std::string& body) {
  unsigned sum = 0;
  for (const char c : body) sum ^= static_cast<unsigned char>(c);
  std::array<char, 8> end{};
  std::snprintf(end.data(), end.size(), "*%02X\r\n", sum);
  return "$" + body + end.data();
}

std::string time_text(std::int64_t utc_s, const char* format) {
  const auto seconds = static_cast<std::time_t>(utc_s);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), format, &parts);
  return text.data();
}

}  // namespace

std::string read_receiver_log(const std::filesystem::path& path) {
  std::string all = read_all(path);
  std::size_t begin = 0;
  while (begin < all.size() && all[begin] == '#') {
    const std::size_t end = all.find('\n', begin);
    begin = end == std::string::npos ? all.size() : end + 1;
  }
  return all.substr(begin);
}

std::vector<std::string> nmea_epochs(std::string_view nmea, std::string_view last_sentence) {
  std::vector<std::string> epochs;
  std::string epoch;
  while (!nmea.empty()) {
    const std::size_t end = nmea.find('\n');
    const std::string_view line = nmea.substr(0, end == std::string_view::npos ? end : end + 1);
    nmea.remove_prefix(line.size());
    epoch += line;
    if (line.size() > last_sentence.size() && line[0] == '$' &&
        line.substr(1, last_sentence.size()) == last_sentence) {
      epochs.push_back(std::move(epoch));
      epoch.clear();
    }
  }
  if (!epoch.empty()) epochs.push_back(std::move(epoch));
  return epochs;
}

std::string nmea_epoch(const NmeaFix& fix) {
  const std::string place = angle(fix.lat_deg, 2, 'N', 'S') + "," + angle(fix.lon_deg, 3, 'E', 'W');
  const std::string clock = time_text(fix.utc_s, "%H%M%S") + ".00";
  std::array<char, 64> motion{};
  std::snprintf(motion.data(), motion.size(), "%.2f,%.1f", fix.speed_mps * 3600.0 / 1852.0,
                fix.course_deg);
  return sentence("GPRMC," + clock + ",A," + place + "," + motion.data() + "," +
                  time_text(fix.utc_s, "%d%m%y") + ",,,A") +
         sentence("GPGSA,A,3,02,05,12,15,20,25,29,31,,,,,1.6,0.9,1.3") +
         sentence("GPGGA," + clock + "," + place + ",1,08,0.9,30.0,M,-12.0,M,,");
}

std::vector<std::string> nmea_drive(NmeaFix start, int seconds) {
  std::vector<std::string> epochs;
  const double course_rad = start.course_deg * pi / 180.0;
  NmeaFix fix = start;
  const GeoPoint from = GeoPoint::from_degrees(start.lat_deg, start.lon_deg);
  for (int second = 0; second < seconds; ++second) {
    const double way_m = start.speed_mps * second;
    const GeoPoint here = moved(from, {way_m * std::sin(course_rad), way_m * std::cos(course_rad)});
    fix.lat_deg = here.lat_deg();
    fix.lon_deg = here.lon_deg();
    fix.utc_s = start.utc_s + second;
    epochs.push_back(nmea_epoch(fix));
  }
  return epochs;
}

}  // namespace lujing::test_support
