// Records as a vehicle makes them, by a seed: a drive with turns, alarms and health facts.
#pragma once

#include "protocol/record.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

namespace lujing::test {

class RandomRecords {
 public:
  explicit RandomRecords(std::uint64_t seed) : random_(seed) {}

  protocol::Record point() {
    using protocol::TrackPoint;
    speed_ = std::clamp(speed_ + static_cast<int>(random_() % 61) - 30, 0, 1600);
    course_ = (course_ + static_cast<int>(random_() % 401) - 200 + 36000) % 36000;
    lat_ += static_cast<std::int32_t>(random_() % 1200) - 400;
    lon_ += static_cast<std::int32_t>(random_() % 1200) - 400;
    odometer_cm_ += speed_;
    TrackPoint p;
    p.position = {lat_, lon_};
    p.speed_cmps = speed_;
    p.course_cdeg = course_;
    p.accuracy_dm = 18 + static_cast<std::int32_t>(random_() % 6);
    p.odometer_m = odometer_cm_ / 100;
    p.source = protocol::PositionSource::gnss;
    return {next_stamp(1000), p, {}};
  }

  protocol::Record alarm() {
    protocol::AlarmRecord a;
    a.rule = "MT-01";
    a.state = random_() % 2 == 0 ? protocol::AlarmState::raised : protocol::AlarmState::cleared;
    a.since_boot_ms = boot_ms_ - 5000;
    a.rule_set = "default@1";
    a.position = {lat_, lon_};
    a.speed_cmps = speed_;
    a.detail = "cover=open load=full n=" + std::to_string(random_() % 100000);
    return {next_stamp(3), a, {}};
  }

  protocol::Record health() {
    protocol::HealthRecord h;
    for (std::uint16_t id = 1; id < 6; ++id)
      h.counters.emplace_back(id, static_cast<std::int64_t>(random_() % 100000));
    return {next_stamp(5), h, {}};
  }

  /// Nine in ten a point.
  protocol::Record any() {
    switch (random_() % 20) {
      case 0:
        return alarm();
      case 1:
        return health();
      default:
        return point();
    }
  }

 private:
  protocol::Stamp next_stamp(std::int64_t after_ms) {
    boot_ms_ += after_ms + static_cast<std::int64_t>(random_() % 7);
    return {0xB007, boot_ms_, 1'767'225'600'000 + boot_ms_};
  }

  std::mt19937_64 random_;
  std::int64_t boot_ms_ = 20'000;
  std::int32_t lat_ = 305'000'000;
  std::int32_t lon_ = 1'143'000'000;
  std::int64_t odometer_cm_ = 0;
  int speed_ = 800;
  int course_ = 9000;
};

}  // namespace lujing::test
