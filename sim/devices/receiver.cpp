#include "sim/devices/receiver.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace lujing::sim {
namespace {

constexpr double rad = pi / 180;
constexpr double used_above_deg = 10;
constexpr double wall_error_m = 7.0;  // one sigma a coordinate, deepest canyon
constexpr double lost_below_dbhz = 22;

/// Horizontal dilution of precision of the used satellites, by the normal equations of a fix with
/// one clock. 99: the geometry does not suffice.
double horizontal_dilution(const std::vector<SatelliteSeen>& satellites) {
  std::array<std::array<double, 8>, 4> m{};
  for (const SatelliteSeen& s : satellites) {
    if (!s.used) {
      continue;
    }
    const double level = std::cos(s.elevation_deg * rad);
    const std::array<double, 4> row = {level * std::sin(s.azimuth_deg * rad),
                                       level * std::cos(s.azimuth_deg * rad),
                                       std::sin(s.elevation_deg * rad), 1};
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 4; ++j) {
        m[i][j] += row[i] * row[j];
      }
    }
  }
  for (std::size_t i = 0; i < 4; ++i) {
    m[i][4 + i] = 1;
  }
  for (std::size_t column = 0; column < 4; ++column) {
    std::size_t pivot = column;
    for (std::size_t i = column + 1; i < 4; ++i) {
      pivot = std::abs(m[i][column]) > std::abs(m[pivot][column]) ? i : pivot;
    }
    if (std::abs(m[pivot][column]) < 1e-6) {
      return 99;
    }
    std::swap(m[pivot], m[column]);
    for (std::size_t i = 0; i < 4; ++i) {
      const double factor = i == column ? 0 : m[i][column] / m[column][column];
      for (std::size_t j = 0; factor != 0 && j < 8; ++j) {
        m[i][j] -= factor * m[column][j];
      }
    }
  }
  return std::min(99.0, std::sqrt(std::max(0.0, m[0][4] / m[0][0] + m[1][5] / m[1][1])));
}

}  // namespace

int GnssEpoch::used() const {
  return static_cast<int>(
      std::count_if(satellites.begin(), satellites.end(), [](const auto& s) { return s.used; }));
}

double GnssEpoch::cn0_mean_dbhz() const {
  std::vector<double> heard;
  for (const SatelliteSeen& s : satellites) {
    if (s.cn0_dbhz > 0) {
      heard.push_back(s.cn0_dbhz);
    }
  }
  std::sort(heard.begin(), heard.end(), std::greater<>());
  heard.resize(std::min<std::size_t>(heard.size(), 4));
  double sum = 0;
  for (const double cn0 : heard) {
    sum += cn0;
  }
  return heard.empty() ? 0 : sum / static_cast<double>(heard.size());
}

Receiver::Receiver(std::uint64_t seed, const std::string& vehicle_id, bool cold)
    : random_(seed, "antenna of " + vehicle_id), search_s_(cold ? 32 : 0) {
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
    wall_east_m_.step(1, random_);
    wall_north_m_.step(1, random_);
  }
}

GnssEpoch Receiver::measure(const AntennaTruth& truth, const SkyCondition& sky, UtcTime at) {
  GnssEpoch epoch;
  epoch.utc = at;
  shading_db_.step(1, random_);
  look(truth, sky, epoch);
  const bool hears = !sky.covered && !sky.jammed && epoch.used() >= 4;
  if (!hears) {
    search_s_ = std::max(search_s_, random_.uniform(1.0, 4.0));
  } else if (search_s_ > 0) {
    search_s_ -= 1;
  }
  epoch.knows_time = search_s_ < 20;
  locate(truth, sky, epoch);
  if (sky.frozen && held_.valid()) {
    epoch.mode = 3;
    epoch.place = held_;
    epoch.speed_mps = 0;
    epoch.course_rad = last_course_rad_;
  } else if (!hears || search_s_ > 0) {
    epoch.mode = 0;
    epoch.place = GeoPoint{};
  } else {
    held_ = epoch.place;
  }
  return epoch;
}

void Receiver::look(const AntennaTruth& truth, const SkyCondition& sky, GnssEpoch& epoch) {
  for (Satellite& satellite : satellites_) {
    satellite.azimuth_deg =
        std::fmod(satellite.azimuth_deg + satellite.azimuth_deg_per_s + 360, 360);
    SatelliteSeen seen{satellite.beidou,
                       satellite.number,
                       satellite.elevation_deg,
                       satellite.azimuth_deg,
                       0,
                       false};
    const double clear_sky = 34 + 12 * std::sin(satellite.elevation_deg * rad);
    double cn0 = clear_sky + shading_db_.value() + random_.gaussian();
    // Houses stand to the left and to the right; along the street the sky is free.
    const double across =
        std::abs(std::sin(satellite.azimuth_deg * rad - truth.heading_rad)) * sky.canyon;
    if (satellite.elevation_deg < 65 * across) {
      cn0 -= 14;
    }
    if (sky.jammed || sky.frozen) {
      cn0 -= 24;
    }
    if (sky.spoofed) {
      cn0 = 44 + 0.3 * random_.gaussian();  // one transmitter: all equally strong
    }
    if (!sky.covered && cn0 > 8) {
      seen.cn0_dbhz = std::clamp(cn0, 8.0, 52.0);
    }
    seen.used = satellite.elevation_deg > used_above_deg && seen.cn0_dbhz > lost_below_dbhz;
    epoch.satellites.push_back(seen);
  }
  epoch.hdop = horizontal_dilution(epoch.satellites);
}

void Receiver::locate(const AntennaTruth& truth, const SkyCondition& sky, GnssEpoch& epoch) {
  // Walls come and go with the place; a receiver that stands among them sees theirs for long.
  wall_ += (sky.canyon * sky.canyon - wall_) * 0.15;
  const double geometry = std::clamp(epoch.hdop / 0.8, 1.0, 3.0);
  const double walls = wall_ * wall_error_m;
  const Offset error{geometry * east_m_.step(1, random_) + walls * wall_east_m_.step(1, random_) +
                         0.15 * random_.gaussian(),
                     geometry * north_m_.step(1, random_) + walls * wall_north_m_.step(1, random_) +
                         0.15 * random_.gaussian()};
  const Offset said{error.east_m + sky.spoof.east_m, error.north_m + sky.spoof.north_m};
  epoch.mode = epoch.used() >= 5 ? 3 : 2;
  epoch.place = moved(truth.place, said);
  epoch.height_m = truth.height_m + geometry * up_m_.step(1, random_);
  const double noise = 0.05 + 0.35 * wall_;
  epoch.speed_mps = std::max(0.0, truth.speed_mps + noise * random_.gaussian());
  // The course comes from the Doppler speed: the slower, the worse; standing, it stays.
  if (truth.speed_mps > 0.5) {
    const double error_deg =
        std::min(30.0, (3.0 + 8 * wall_) / truth.speed_mps) * random_.gaussian();
    last_course_rad_ = wrap_two_pi(truth.heading_rad + error_deg * rad);
  }
  epoch.course_rad = last_course_rad_;
}

}  // namespace lujing::sim
