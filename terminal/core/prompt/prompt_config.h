// When the driver is told, and how often again. The numbers come from a city profile.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace lujing::core {

/// Who is heard first.
enum class Urgency : std::uint8_t { safety = 0, seal = 1, dump = 2, route = 3, work = 4 };
inline constexpr std::size_t urgency_count = 5;
const char* to_string(Urgency urgency);

struct PromptConfig {
  bool enabled = true;
  double warn_after_s = 3;  ///< a rule's condition has lasted so long: before the alarm is raised
  double hold_s = 5;        ///< one prompt's turn: what is less urgent waits for so long
  std::array<double, urgency_count> repeat_s{15, 30, 30, 60, 60};  ///< by Urgency
  double missed_ahead_m = 150;  ///< a missed stretch is told from so far
  double zone_ahead_m = 300;    ///< a forbidden zone
  double permit_ends_min = 60;  ///< a permit that ends sooner than this
  bool operator==(const PromptConfig&) const = default;
};

}  // namespace lujing::core
