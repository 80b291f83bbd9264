// The trust rules before the whole core: how many false alarms honest driving under a bad sky
// raises, and after how long a trick is told.
#include "tests/accuracy/fusion_rig.h"
#include "tests/accuracy/study.h"
#include "tests/support/observations.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace lujing::accuracy {
namespace {

using test::Sky;

constexpr double trick_at_s = 600;

enum class Trick { none, pulled_off, jammed, frozen, jump, wheels_off, bus_cut, clock };

/// One vehicle's drive; each trust alarm that is raised is handed to `raised`.
template <class Raised>
void drive(std::uint64_t seed, double seconds, const Sky& sky, bool gyro, Trick trick,
           const Raised& raised) {
  core::CoreConfig config = test::muck_truck();
  config.yaw_rate = gyro ? std::optional(hal::SignalId{9}) : std::nullopt;
  core::Core core(config);
  std::vector<protocol::Record> records;
  core.take({BootTime{100 * ns_per_s}, hal::Boot{seed}}, records);
  test::Drive drive(seed);
  drive.sky = sky;
  drive.wheel_scale = 0.01 * drive.normal();
  drive.gyro_bias = 0.005 * drive.normal();
  test::CityDriver driver(seed);
  hal::GnssFix frozen;
  const auto tell = [&](const hal::What& what) { core.take({drive.at(), what}, records); };
  for (int i = 1; i <= static_cast<int>(seconds * 10); ++i) {
    const auto wish = driver.next(0.1);
    drive.step(0.1, wish.speed_mps, wish.turn_rad_s);
    const bool on = trick != Trick::none && drive.at_s() > trick_at_s;
    const bool bus = !(on && trick == Trick::bus_cut);
    const double share = on && trick == Trick::wheels_off ? 0.5 : 1;
    if (bus) tell(hal::CanSignal{0, hal::SignalState::ok, drive.wheels_mps() * 3.6 * share});
    if (bus && gyro) tell(hal::CanSignal{9, hal::SignalState::ok, drive.yaw_rad_s()});
    if (i % 10 == 0) {
      hal::GnssFix fix = drive.fix();
      if (on && trick == Trick::pulled_off) {
        fix.position = moved(fix.position, {1.5 * (drive.at_s() - trick_at_s), 0});
      }
      if (on && trick == Trick::jammed) fix = {};
      if (on && trick == Trick::frozen) {
        const auto utc = fix.utc;
        fix = frozen;
        fix.utc = utc;
      }
      if (on && trick == Trick::jump) fix.position = moved(fix.position, {5000, 0});
      if (on && trick == Trick::clock) fix.utc->ms += 3'600'000;
      if (!on) frozen = fix;
      tell(fix);
      tell(hal::ClockTick{});
    }
    for (const auto& record : records) {
      const auto* alarm = std::get_if<protocol::AlarmRecord>(&record.payload);
      if (alarm == nullptr || alarm->state != protocol::AlarmState::raised) continue;
      if (alarm->rule.rfind("AC-", 0) == 0) raised(*alarm, drive.at_s());
    }
    records.clear();
  }
}

void honest(const char* what, const Sky& sky, bool gyro, int hours) {
  std::map<std::string, int> found;
  std::string first;
  for (int i = 0; i < hours; ++i) {
    drive(static_cast<std::uint64_t>(i) + 1, 3600, sky, gyro, Trick::none,
          [&](const protocol::AlarmRecord& alarm, double) {
            ++found[alarm.rule];
            if (first.empty()) first = alarm.rule + " " + alarm.detail;
          });
  }
  std::string all;
  for (const auto& [rule, count] : found) all += " " + rule + ":" + std::to_string(count);
  std::printf("%-52s %4d vehicle hours, false alarms:%s %s\n", what, hours,
              all.empty() ? " none" : all.c_str(), first.c_str());
}

void found_after(const char* what, const char* rule, Trick trick, int runs) {
  const Sky bad{6, 40, 1.5, 0.2, 20, 120, 8};
  std::vector<double> delays;
  for (int i = 0; i < runs; ++i) {
    double at = 0;
    drive(static_cast<std::uint64_t>(i) + 5000, trick_at_s + 600, bad, true, trick,
          [&](const protocol::AlarmRecord& alarm, double at_s) {
            if (at == 0 && alarm.rule == rule && at_s > trick_at_s) at = at_s;
          });
    if (at > 0) delays.push_back(at - trick_at_s);
  }
  std::printf("%-52s %s told in %zu of %d; after %.0f s (median), %.0f s (worst)\n", what, rule,
              delays.size(), runs, quantile(delays, 0.5), quantile(delays, 1));
}

int run(std::span<const std::string_view> arguments) {
  const int hours = arguments.empty() ? 100 : std::atoi(std::string(arguments[0]).c_str());
  if (hours <= 0) {
    std::fprintf(stderr, "trust: the number of hours should be above 0\n");
    return 1;
  }
  const int runs = std::max(5, hours / 25);
  found_after("pulled off by 1.5 m/s", "AC-05", Trick::pulled_off, runs);
  found_after("wheels say half", "AC-05", Trick::wheels_off, runs);
  found_after("jammed, from any moment of a city drive", "AC-06", Trick::jammed, runs);
  found_after("frozen", "AC-06", Trick::frozen, runs);
  found_after("a jump of 5 km", "AC-07", Trick::jump, runs);
  found_after("the bus is cut", "AC-08", Trick::bus_cut, runs);
  found_after("the receiver's clock an hour ahead", "AC-12", Trick::clock, runs);
  honest("bad sky: 6 m lasting, leaps of 8 m every 2 min", {6, 40, 1.5, 0.2, 20, 120, 8}, true,
         hours / 2);
  honest("canyon: 10 m lasting, leaps of 14 m every 40 s", {10, 40, 2, 0.3, 25, 40, 14}, true,
         hours / 4);
  honest("  the same without a yaw rate sensor", {10, 40, 2, 0.3, 25, 40, 14}, false, hours / 4);
  return 0;
}

const bool registered =
    add({"trust", "the trust rules: false alarms of honest driving, and how soon a trick is told",
         "[HOURS]   as in: lujing-accuracy trust 1000", &run});

}  // namespace
}  // namespace lujing::accuracy
