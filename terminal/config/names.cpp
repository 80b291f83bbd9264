#include "terminal/config/names.h"

#include <algorithm>
#include <array>

namespace lujing::config {
namespace {

using core::CoreConfig;

constexpr std::array<SignalWord, 8> signals{{
    {"wheel_speed", "km/h", &CoreConfig::wheel_speed},
    {"brush_rpm", "1/min", &CoreConfig::brush_rpm},
    {"suction_down", "", &CoreConfig::suction_signal},
    {"water_pump", "", &CoreConfig::water_pump_signal},
    {"wheel_speed_left", "km/h", &CoreConfig::wheel_left},
    {"wheel_speed_right", "km/h", &CoreConfig::wheel_right},
    {"yaw_rate", "rad/s", &CoreConfig::yaw_rate},
    {"steering_angle", "rad", &CoreConfig::steering},
}};

constexpr std::array<InputWord, 13> inputs{{
    {"cover_closed", "", false, &CoreConfig::cover_closed},
    {"cover_open", "", false, &CoreConfig::cover_open},
    {"hoist_raised", "", false, &CoreConfig::hoist_raised},
    {"laden", "", false, &CoreConfig::laden},
    {"driver_verified", "", false, &CoreConfig::driver_verified},
    {"driver_card", "number", true, &CoreConfig::driver_card},
    {"antenna_fault", "", false, &CoreConfig::antenna_fault},
    {"unit_removed", "", false, &CoreConfig::unit_removed},
    {"load", "of full", true, &CoreConfig::load_analog},
    {"load_raw", "counts", true, &CoreConfig::load_raw},
    {"limit_release", "", false, &CoreConfig::limit_release},
    {"suction_down", "", false, &CoreConfig::suction_down},
    {"water_pump", "", false, &CoreConfig::water_pump},
}};

template <class Words>
auto find(const Words& words, std::string_view name) {
  const auto at =
      std::find_if(words.begin(), words.end(), [&](const auto& word) { return name == word.name; });
  return at == words.end() ? nullptr : &*at;
}

}  // namespace

std::span<const SignalWord> signal_words() {
  return signals;
}
std::span<const InputWord> input_words() {
  return inputs;
}
const SignalWord* find_signal_word(std::string_view name) {
  return find(signals, name);
}
const InputWord* find_input_word(std::string_view name) {
  return find(inputs, name);
}

}  // namespace lujing::config
