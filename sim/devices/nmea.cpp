#include "sim/devices/nmea.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace lujing::sim {
namespace {

constexpr double knots_per_mps = 1.943844;

struct Calendar {
  int year, month, day, hour, minute;
  double second;
};

/// From the ISO form, which base already knows how to make.
Calendar calendar(UtcTime at) {
  const std::string text = to_iso8601(at);
  const auto number = [&](std::size_t from, std::size_t count) {
    return std::stoi(text.substr(from, count));
  };
  return {number(0, 4),  number(5, 2),  number(8, 2),
          number(11, 2), number(14, 2), number(17, 2) + number(20, 3) / 1000.0};
}

/// ddmm.mmmmm and the hemisphere.
std::string angle(double degrees, int width, char positive, char negative) {
  const double size = std::abs(degrees);
  auto whole = static_cast<int>(size);
  auto minutes_e5 = static_cast<long>(std::llround((size - whole) * 60e5));
  if (minutes_e5 >= 60'00000) {
    ++whole;
    minutes_e5 = 0;
  }
  return fmt::format("{:0{}d}{:02d}.{:05d},{}", whole, width, minutes_e5 / 100000,
                     minutes_e5 % 100000, degrees < 0 ? negative : positive);
}

}  // namespace

std::uint8_t nmea_checksum(std::string_view body) {
  std::uint8_t sum = 0;
  for (const char c : body) {
    sum = static_cast<std::uint8_t>(sum ^ static_cast<unsigned char>(c));
  }
  return sum;
}

std::string nmea_sentence(std::string_view body) {
  return fmt::format("${}*{:02X}\r\n", body, nmea_checksum(body));
}

namespace {

std::string position_sentences(const GnssEpoch& epoch) {
  const Calendar c = calendar(epoch.utc);
  const std::string time =
      epoch.knows_time ? fmt::format("{:02d}{:02d}{:05.2f}", c.hour, c.minute, c.second) : "";
  const std::string date =
      epoch.knows_time ? fmt::format("{:02d}{:02d}{:02d}", c.day, c.month, c.year % 100) : "";
  if (epoch.mode == 0) {
    return nmea_sentence(fmt::format("GNRMC,{},V,,,,,,,{},,,N", time, date)) +
           nmea_sentence(fmt::format("GNGGA,{},,,,,0,00,99.9,,M,,M,,", time));
  }
  const std::string place =
      angle(epoch.place.lat_deg(), 2, 'N', 'S') + "," + angle(epoch.place.lon_deg(), 3, 'E', 'W');
  return nmea_sentence(fmt::format("GNRMC,{},A,{},{:.2f},{:.1f},{},,,A", time, place,
                                   epoch.speed_mps * knots_per_mps, epoch.course_rad * 180 / pi,
                                   date)) +
         nmea_sentence(fmt::format("GNGGA,{},{},1,{:02d},{:.1f},{:.1f},M,{:.1f},M,,", time, place,
                                   epoch.used(), epoch.hdop, epoch.height_m, geoid_m));
}

std::string used_sentence(const GnssEpoch& epoch, bool beidou) {
  std::string used;
  std::size_t count = 0;
  for (const SatelliteSeen& satellite : epoch.satellites) {
    if (satellite.beidou == beidou && satellite.used && count < 12) {
      used += fmt::format(",{:02d}", satellite.number);
      ++count;
    }
  }
  used.append(12 - count, ',');
  const int mode = epoch.mode == 0 ? 1 : epoch.mode;
  return nmea_sentence(fmt::format("GNGSA,A,{}{},{:.1f},{:.1f},{:.1f},{}", mode, used,
                                   1.6 * epoch.hdop, epoch.hdop, 1.2 * epoch.hdop, beidou ? 4 : 1));
}

std::string visible_sentences(const GnssEpoch& epoch, bool beidou) {
  std::vector<const SatelliteSeen*> visible;
  for (const SatelliteSeen& satellite : epoch.satellites) {
    if (satellite.beidou == beidou) {
      visible.push_back(&satellite);
    }
  }
  std::string text;
  const std::size_t sentences = (visible.size() + 3) / 4;
  for (std::size_t n = 0; n < sentences; ++n) {
    std::string body =
        fmt::format("{}GSV,{},{},{:02d}", beidou ? "BD" : "GP", sentences, n + 1, visible.size());
    for (std::size_t i = 4 * n; i < std::min(4 * n + 4, visible.size()); ++i) {
      const SatelliteSeen& s = *visible[i];
      body += fmt::format(",{:02d},{:02.0f},{:03.0f},", s.number, s.elevation_deg,
                          std::floor(s.azimuth_deg));
      body += s.cn0_dbhz > 0 ? fmt::format("{:02.0f}", s.cn0_dbhz) : "";
    }
    text += nmea_sentence(body);
  }
  return text;
}

}  // namespace

std::string to_nmea(const GnssEpoch& epoch) {
  // Both GSA before the first GSV, as receivers of two systems send them.
  return position_sentences(epoch) + used_sentence(epoch, false) + used_sentence(epoch, true) +
         visible_sentences(epoch, false) + visible_sentences(epoch, true);
}

}  // namespace lujing::sim
