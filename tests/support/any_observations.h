// Observations of every kind at random, plausible and not: for properties that must hold for all.
#pragma once

#include "hal/observation.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace lujing::test {

class AnyObservations {
 public:
  explicit AnyObservations(std::uint64_t seed) : random_(seed) {}

  /// Times mostly go on, by up to a few seconds; now and then they leap or go back.
  hal::Observation next() {
    const int way = pick(100);
    if (way < 90) {
      at_ns_ += pick(300) * ns_per_ms + pick(1'000'000);
    } else if (way < 96) {
      at_ns_ += pick(100) * ns_per_s;
    } else if (way < 99) {
      at_ns_ -= pick(10) * ns_per_s;
    } else {
      return {BootTime{wild()}, what()};
    }
    return {BootTime{at_ns_}, what()};
  }

  std::vector<hal::Observation> take(std::size_t count) {
    std::vector<hal::Observation> all;
    all.reserve(count);
    for (std::size_t i = 0; i < count; ++i) all.push_back(next());
    return all;
  }

 private:
  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::int64_t wild() {
    const std::int64_t extremes[] = {0, -1, INT64_MIN, INT64_MAX, 1, INT64_MAX / 2};
    return pick(2) == 0 ? extremes[pick(6)] : static_cast<std::int64_t>(random_());
  }
  double number() {
    const double odd[] = {std::nan(""),
                          std::numeric_limits<double>::infinity(),
                          -std::numeric_limits<double>::infinity(),
                          -1.0,
                          -0.0,
                          1e308,
                          5e-324,
                          91};
    const int way = pick(20);
    if (way < 2) return odd[pick(8)];
    if (way < 8) return pick(256 * 100) / 256.0;
    return pick(100000) / 1000.0;
  }
  std::optional<double> maybe_number() {
    return pick(4) == 0 ? std::nullopt : std::optional<double>(number());
  }
  GeoPoint place() {
    const int way = pick(20);
    if (way == 0) return {};
    if (way == 1) return {0, 0};
    if (way == 2) return {910'000'000, 1};
    if (way == 3) return {900'000'000, 1'800'000'000};
    lat_ += pick(200) - 100;
    lon_ += pick(200) - 100;
    return {lat_, lon_};
  }
  std::optional<UtcTime> utc() {
    const int way = pick(20);
    if (way == 0) return std::nullopt;
    if (way == 1) return UtcTime{wild()};
    if (way == 2) return UtcTime{at_ns_ / ns_per_ms + 1'100'000'000'000};
    return UtcTime{at_ns_ / ns_per_ms + 1'780'000'000'000};
  }
  hal::SwitchState state() { return static_cast<hal::SwitchState>(pick(4)); }
  std::uint16_t id() { return static_cast<std::uint16_t>(pick(30) == 0 ? 65535 : pick(6)); }

  hal::GnssFix fix() {
    hal::GnssFix fix;
    fix.mode = pick(8) == 0 ? hal::FixMode::none : hal::FixMode::fix_3d;
    fix.utc = utc();
    fix.position = place();
    fix.altitude_m = maybe_number();
    fix.speed_mps = maybe_number();
    fix.course_rad = maybe_number();
    fix.horizontal_error_m = maybe_number();
    fix.speed_error_mps = maybe_number();
    fix.course_error_rad = maybe_number();
    return fix;
  }

  hal::What what() {
    switch (pick(24)) {
      case 0:
        return pick(20) == 0 ? hal::What(hal::Boot{random_()}) : hal::What(hal::ClockTick{});
      case 1:
      case 2:
      case 3:
      case 4:
        return fix();
      case 5:
        return hal::SkyView{static_cast<std::uint8_t>(pick(256)), 7, maybe_number(), {}};
      case 6:
        return hal::Power{maybe_number(), maybe_number()};
      case 7:
        return hal::LinkState{static_cast<hal::Link>(pick(4)), pick(2) == 0,
                              static_cast<std::uint8_t>(pick(256))};
      case 8:
        return hal::Counter{static_cast<std::uint16_t>(random_()), wild()};
      case 9:
      case 10:
        return hal::ClockTick{utc(), pick(2) == 0};
      case 11:
      case 12:
      case 13:
        return hal::Switch{id(), state()};
      case 14:
      case 15:
        return hal::Analog{id(), state(), number() / 50};
      default:
        return hal::CanSignal{id(), static_cast<hal::SignalState>(pick(4)), number()};
    }
  }

  std::mt19937_64 random_;
  std::int64_t at_ns_ = 50 * ns_per_s;
  std::int32_t lat_ = 300'000'000;
  std::int32_t lon_ = 1'140'000'000;
};

}  // namespace lujing::test
