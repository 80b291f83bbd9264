#include "hal/gnss/report.h"

#include "base/geo.h"
#include "base/time.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace lujing::hal::gnss {
namespace {

constexpr double rad_per_deg = pi / 180.0;
constexpr std::int64_t year_10000_s = 253'402'300'800;
constexpr double highest_altitude_m = 100'000.0;  // gpsd serves balloons, not satellites
constexpr double largest_error = 1e7;             // a quarter of the meridian: says nothing

std::optional<double> within(double value, double lowest, double highest) {
  if (!std::isfinite(value) || value < lowest || value > highest) return std::nullopt;
  return value;
}

std::optional<UtcTime> utc(const Tpv& report) {
  if (report.time_s <= 0 || report.time_s >= year_10000_s) return std::nullopt;
  if (report.time_ns < 0 || report.time_ns >= ns_per_s) return std::nullopt;
  // Rounded: gpsd writes three digits, and 0.250 s may come back as 249999999 ns.
  return UtcTime{report.time_s * 1000 + (report.time_ns + ns_per_ms / 2) / ns_per_ms};
}

std::optional<double> horizontal_error(const Tpv& report) {
  if (const auto eph = within(report.eph_m, 0, largest_error)) return eph;
  const auto epx = within(report.epx_m, 0, largest_error);
  const auto epy = within(report.epy_m, 0, largest_error);
  if (!epx || !epy) return std::nullopt;
  return std::sqrt(*epx * *epx + *epy * *epy);  // not hypot: sqrt gives the same bits everywhere
}

}  // namespace

GnssFix to_fix(const Tpv& report) {
  GnssFix fix;
  fix.utc = utc(report);
  fix.mode = report.mode == 2   ? FixMode::fix_2d
             : report.mode == 3 ? FixMode::fix_3d
                                : FixMode::none;
  if (fix.mode != FixMode::none) {
    fix.position = GeoPoint::from_degrees(report.lat_deg, report.lon_deg);
    fix.speed_mps = within(report.speed_mps, 0, 1e5);
    if (const auto track = within(report.track_deg, -360, 360)) {
      fix.course_rad = wrap_two_pi(*track * rad_per_deg);
    }
  }
  if (fix.mode == FixMode::fix_3d) {
    fix.altitude_m = within(report.altitude_hae_m, -highest_altitude_m, highest_altitude_m);
  }
  fix.horizontal_error_m = horizontal_error(report);
  fix.speed_error_mps = within(report.eps_mps, 0, largest_error);
  if (const auto epd = within(report.epd_deg, 0, largest_error)) {
    fix.course_error_rad = *epd * rad_per_deg;
  }
  return fix;
}

SkyView to_sky(const Sky& report, const SkyView& before) {
  SkyView view = before;
  view.hdop = within(report.hdop, 0, 1e4);
  if (!report.lists_satellites) return view;

  constexpr std::size_t most = 255;
  view.visible = static_cast<std::uint8_t>(std::min(report.satellites.size(), most));
  const auto used = std::count_if(report.satellites.begin(), report.satellites.end(),
                                  [](const Satellite& s) { return s.used; });
  view.used = static_cast<std::uint8_t>(std::min(static_cast<std::size_t>(used), most));

  std::array<double, 4> strongest{};  // gpsd says 0 for a satellite that it cannot hear
  for (const Satellite& satellite : report.satellites) {
    const auto cn0 = within(satellite.cn0_dbhz, 0, 99);
    if (!cn0 || *cn0 <= strongest.back()) continue;
    strongest.back() = *cn0;
    std::sort(strongest.begin(), strongest.end(), std::greater<>());
  }
  double sum = 0;
  int heard = 0;
  for (const double cn0 : strongest) {
    if (cn0 <= 0) continue;
    sum += cn0;
    ++heard;
  }
  view.cn0_mean_dbhz = heard == 0 ? std::nullopt : std::optional(sum / heard);
  return view;
}

}  // namespace lujing::hal::gnss
