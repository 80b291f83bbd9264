#include "protocol/work_records.h"

#include "protocol/words.h"

#include <cstddef>
#include <iterator>

namespace lujing::protocol {
const char* to_string(Work v) {
  static constexpr const char* words[] = {"sweeping", "flushing",   "sprinkling",
                                          "misting",  "collecting", "washing_sweeping"};
  static_assert(std::size(words) == work_kinds);
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(WorkSide v) {
  static constexpr const char* words[] = {"unknown", "left", "right", "full"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(WorkReason v) {
  static constexpr const char* words[] = {
      "none",         "suction_up", "brush_not_turning", "brush_up",    "fan_off",
      "pump_off",     "valve_shut", "tank_empty",        "sewage_full", "lift_idle",
      "signal_stale", "not_wired",  "position_unsure",   "too_fast"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(Evidence v) {
  static constexpr const char* words[] = {"measured", "partial", "inferred"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(CoverageState v) {
  static constexpr const char* words[] = {"covered", "no_data", "ineffective"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(ExceptionReason v) {
  static constexpr const char* words[] = {"other",   "parked_vehicles", "road_works",
                                          "closure", "event",           "weather"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(MarkEnd v) {
  static constexpr const char* words[] = {"none", "driver", "length", "time", "speed", "off_plan"};
  return word_of(words, static_cast<std::size_t>(v));
}

}  // namespace lujing::protocol
