#include "terminal/core/trust/config.h"

namespace lujing::core {
namespace {

constexpr double kmh = 1 / 3.6;

constexpr TrustNumber numbers[] = {
    {0, "system_24v", "system_24v", &TrustConfig::system_24v, 1, 100},
    {0, "low_24v", "low_24v", &TrustConfig::low_24v, 1, 100},
    {0, "low_12v", "low_12v", &TrustConfig::low_12v, 1, 100},
    {0, "lost_v", "lost_v", &TrustConfig::lost_v, 1, 100},
    {3, "cycles", "cycles", &TrustConfig::stuck_cycles, 1, 1000},
    {4, "speed_apart_kmh", "speed_apart_mps", &TrustConfig::speed_apart_mps, kmh, 200},
    {4, "place_apart_m", "place_apart_m", &TrustConfig::place_apart_m, 1, 100'000},
    {5, "trigger_speed_kmh", "trigger_speed_mps", &TrustConfig::jam_speed_mps, kmh, 200},
    {5, "collapsed_dbhz", "collapsed_dbhz", &TrustConfig::jam_cn0_dbhz, 1, 60},
    {6, "leap_m", "leap_m", &TrustConfig::leap_m, 1, 1e7},
    {7, "trigger_speed_kmh", "trigger_speed_mps", &TrustConfig::bus_speed_mps, kmh, 200},
    {7, "silent_s", "silent_s", &TrustConfig::bus_silent_s, 1, 3600},
    {11, "step_s", "step_s", &TrustConfig::clock_step_s, 1, 1e7},
};

constexpr const char* rule_names[] = {"AC-01", "AC-02", "AC-03", "AC-04", "AC-05", "AC-06",
                                      "AC-07", "AC-08", "AC-09", "AC-10", "AC-11", "AC-12"};

}  // namespace

std::span<const TrustNumber> trust_numbers() {
  return numbers;
}

const char* trust_rule_name(std::size_t rule) {
  return rule < trust_rules ? rule_names[rule] : "AC-?";
}

}  // namespace lujing::core
