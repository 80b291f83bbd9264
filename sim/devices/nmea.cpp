#include "sim/devices/nmea.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace lujing::sim {
namespace {

constexpr double knots_per_mps = 1.943844;
constexpr double geoid_m = -13.6;  // of the ellipsoid's height near Ezhou
constexpr double used_above_deg = 10;

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

NmeaReceiver::NmeaReceiver(std::uint64_t seed, const std::string& vehicle_id)
    : random_(seed, "antenna of " + vehicle_id) {
  constexpr std::array<int, 8> gps = {3, 7, 8, 14, 17, 19, 21, 30};
  constexpr std::array<int, 9> beidou = {6, 9, 11, 14, 19, 21, 26, 28, 32};
  const auto add = [&](bool is_beidou, int number) {
    satellites_.push_back({is_beidou, number, random_.uniform(5, 82), random_.uniform(0, 360),
                           random_.uniform(-0.008, 0.008)});
  };
  for (const int number : gps) {
    add(false, number);
  }
  for (const int number : beidou) {
    add(true, number);
  }
  // A receiver that has been on for a while: its error does not start at nothing.
  for (int i = 0; i < 300; ++i) {
    east_m_.step(1, random_);
    north_m_.step(1, random_);
    up_m_.step(1, random_);
  }
}

double NmeaReceiver::cn0(const Satellite& satellite) {
  const double clear_sky = 34 + 12 * std::sin(satellite.elevation_deg * pi / 180);
  return std::clamp(clear_sky + shading_db_.value() + random_.gaussian(), 12.0, 52.0);
}

std::string NmeaReceiver::epoch(const AntennaTruth& truth, UtcTime at) {
  shading_db_.step(1, random_);
  for (Satellite& satellite : satellites_) {
    satellite.azimuth_deg =
        std::fmod(satellite.azimuth_deg + satellite.azimuth_deg_per_s + 360, 360);
  }
  return position_sentences(truth, at) + satellite_sentences();
}

std::string NmeaReceiver::position_sentences(const AntennaTruth& truth, UtcTime at) {
  const GeoPoint said = moved(truth.place, {east_m_.step(1, random_) + 0.15 * random_.gaussian(),
                                            north_m_.step(1, random_) + 0.15 * random_.gaussian()});
  const double height = truth.height_m + up_m_.step(1, random_);
  const double speed = std::max(0.0, truth.speed_mps + 0.05 * random_.gaussian());
  // The course comes from the Doppler speed: the slower, the worse; standing, it stays.
  if (truth.speed_mps > 0.5) {
    const double error_deg = std::min(30.0, 3.0 / truth.speed_mps) * random_.gaussian();
    last_course_deg_ = std::fmod(truth.heading_rad * 180 / pi + error_deg + 360, 360);
  }
  const Calendar c = calendar(at);
  const std::string time = fmt::format("{:02d}{:02d}{:05.2f}", c.hour, c.minute, c.second);
  const std::string place =
      angle(said.lat_deg(), 2, 'N', 'S') + "," + angle(said.lon_deg(), 3, 'E', 'W');
  const auto used = std::count_if(satellites_.begin(), satellites_.end(), [](const Satellite& s) {
    return s.elevation_deg > used_above_deg;
  });
  return nmea_sentence(fmt::format("GNRMC,{},A,{},{:.2f},{:.1f},{:02d}{:02d}{:02d},,,A", time,
                                   place, speed * knots_per_mps, last_course_deg_, c.day, c.month,
                                   c.year % 100)) +
         nmea_sentence(fmt::format("GNGGA,{},{},1,{:02d},0.7,{:.1f},M,{:.1f},M,,", time, place,
                                   used, height, geoid_m));
}

std::string NmeaReceiver::satellite_sentences() {
  // Both GSA before the first GSV, as receivers of two systems send them.
  return used_sentence(false) + used_sentence(true) + visible_sentences(false) +
         visible_sentences(true);
}

std::string NmeaReceiver::used_sentence(bool beidou) const {
  std::string used;
  std::size_t count = 0;
  for (const Satellite& satellite : satellites_) {
    if (satellite.beidou == beidou && satellite.elevation_deg > used_above_deg && count < 12) {
      used += fmt::format(",{:02d}", satellite.number);
      ++count;
    }
  }
  used.append(12 - count, ',');
  return nmea_sentence(fmt::format("GNGSA,A,3{},1.3,0.7,1.1,{}", used, beidou ? 4 : 1));
}

std::string NmeaReceiver::visible_sentences(bool beidou) {
  std::vector<const Satellite*> visible;
  for (const Satellite& satellite : satellites_) {
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
      const Satellite& s = *visible[i];
      body += fmt::format(",{:02d},{:02.0f},{:03.0f},{:02.0f}", s.number, s.elevation_deg,
                          std::floor(s.azimuth_deg), cn0(s));
    }
    text += nmea_sentence(body);
  }
  return text;
}

}  // namespace lujing::sim
