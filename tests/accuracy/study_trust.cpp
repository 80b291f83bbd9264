// The trust rules before the whole core: how many false alarms honest driving under a bad sky
// raises, and after how long each trick or defect is told.
#include "tests/accuracy/fusion_rig.h"
#include "tests/accuracy/study.h"
#include "tests/accuracy/trust_drive.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace lujing::accuracy {
namespace {

using test::Sky;

constexpr std::uint64_t fresh_seed = 40'000'000;  ///< no rule's number was chosen on these

struct Case {
  const char* what;
  const char* rule;
  Trick trick;
  double lasts_s;
};

constexpr Case cases[] = {
    {"the battery is cut off", "AC-01", Trick::battery_gone, 120},
    {"a battery of 24 V has 20 V", "AC-01", Trick::battery_low, 120},
    {"the antenna's line is cut", "AC-02", Trick::antenna_cut, 120},
    {"the cover switch's line is cut", "AC-03", Trick::cover_line_cut, 120},
    {"a magnet at the cover switch (a load in 12 minutes)", "AC-04", Trick::cover_stuck, 3600},
    {"pulled off by 1.5 m/s", "AC-05", Trick::pulled_off, 600},
    {"wheels say half", "AC-05", Trick::wheels_off, 600},
    {"jammed, from any moment of a city drive", "AC-06", Trick::jammed, 600},
    {"frozen", "AC-06", Trick::frozen, 600},
    {"a jump of 5 km", "AC-07", Trick::jump, 600},
    {"the bus is cut", "AC-08", Trick::bus_cut, 600},
    {"the unit is taken out", "AC-09", Trick::unit_removed, 120},
    {"no platform for an hour", "AC-10", Trick::offline, 4000},
    {"the input module is dead", "AC-11", Trick::module_dead, 200},
    {"the receiver's clock an hour ahead", "AC-12", Trick::clock, 600},
};

void honest(const char* what, std::uint64_t first_seed, const Sky& sky, bool gyro, int hours) {
  std::map<std::string, int> found;
  std::string first;
  for (int i = 0; i < hours; ++i) {
    const std::uint64_t seed = first_seed + static_cast<std::uint64_t>(i);
    drive_day({seed, 3600, sky, gyro, Trick::none, 0}, [&](const protocol::AlarmRecord& alarm,
                                                           double at_s) {
      ++found[alarm.rule];
      if (!first.empty()) return;
      first = "; first: seed " + std::to_string(seed) + " at " +
              std::to_string(static_cast<int>(at_s)) + " s, " + alarm.rule + " " + alarm.detail;
    });
  }
  std::string all;
  for (const auto& [rule, count] : found) all += " " + rule + ":" + std::to_string(count);
  std::printf("%-52s %4d vehicle hours, false alarms:%s%s\n", what, hours,
              all.empty() ? " none" : all.c_str(), first.c_str());
  std::fflush(stdout);
}

void found_after(const Case& one, std::uint64_t first_seed, int runs) {
  const Sky bad{6, 40, 1.5, 0.2, 20, 120, 8};
  constexpr double trick_at_s = 600;
  std::vector<double> delays;
  std::map<std::string, int> others;
  for (int i = 0; i < runs; ++i) {
    double at = 0;
    drive_day({first_seed + static_cast<std::uint64_t>(i), trick_at_s + one.lasts_s, bad, true,
               one.trick, trick_at_s},
              [&](const protocol::AlarmRecord& alarm, double at_s) {
                if (at_s <= trick_at_s) return;
                if (alarm.rule != one.rule) {
                  ++others[alarm.rule];
                } else if (at == 0) {
                  at = at_s;
                }
              });
    if (at > 0) delays.push_back(at - trick_at_s);
  }
  std::string beside;
  for (const auto& [rule, count] : others) beside += " " + rule + ":" + std::to_string(count);
  std::printf("%-52s %s told in %zu of %d; after %.1f s (median), %.1f s (worst)%s%s\n", one.what,
              one.rule, delays.size(), runs, quantile(delays, 0.5), quantile(delays, 1),
              beside.empty() ? "" : "; beside it", beside.c_str());
  std::fflush(stdout);
}

int run(std::span<const std::string_view> arguments) {
  const int hours = arguments.empty() ? 100 : std::atoi(std::string(arguments[0]).c_str());
  if (hours <= 0) {
    std::fprintf(stderr, "trust: the number of hours should be above 0\n");
    return 1;
  }
  const std::uint64_t seed = arguments.size() > 1
                                 ? std::strtoull(std::string(arguments[1]).c_str(), nullptr, 10)
                                 : fresh_seed;
  const int runs = std::max(5, hours / 25);
  for (const Case& one : cases) found_after(one, seed + 500'000, runs);
  honest("bad sky: 6 m lasting, leaps of 8 m every 2 min", seed, {6, 40, 1.5, 0.2, 20, 120, 8},
         true, hours / 2);
  honest("canyon: 10 m lasting, leaps of 14 m every 40 s", seed + 100'000,
         {10, 40, 2, 0.3, 25, 40, 14}, true, hours / 4);
  honest("  the same without a yaw rate sensor", seed + 200'000, {10, 40, 2, 0.3, 25, 40, 14},
         false, hours / 4);
  return 0;
}

const bool registered =
    add({"trust", "the trust rules: false alarms of honest driving, and how soon a trick is told",
         "[HOURS [FIRST_SEED]]   as in: lujing-accuracy trust 1000", &run});

}  // namespace
}  // namespace lujing::accuracy
