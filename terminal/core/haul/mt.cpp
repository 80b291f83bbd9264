#include "terminal/core/haul/mt.h"

namespace lujing::core {
namespace {

constexpr double day_s = 86'400;
constexpr double two_hours_s = 7200;
constexpr double red_light_s = 300;  ///< a shorter stop ends no drive

// id, {enabled, sustain, clear, suppress}, has speed, distance, time, windows, their defaults,
// stop_s.
constexpr std::array<MtRow, mt_count> rows{{
    {"MT-03", {true, 2, 5, 0}},
    {"MT-05", {true, 0, 5, 0}},
    {"MT-06", {true, 0, 5, two_hours_s}},
    {"MT-07", {true, 60, 60, two_hours_s}, true, true, false, false, 15, 500},
    {"MT-08", {false, 180, 60, two_hours_s}, true, true, false, false, 15, 500},
    {"MT-09", {true, 180, 10, two_hours_s}},
    {"MT-10", {true, 180, 10, two_hours_s}, false, false, false, true, 0, 0, 0, red_light_s},
    {"MT-11", {true, 10, 10, two_hours_s}},
    {"MT-12", {true, 10, 5, two_hours_s}},
    {"MT-13", {true, 60, 60, day_s}, false, false, false, false, 0, 0, 0, red_light_s},
    {"MT-14", {true, 60, 10, two_hours_s}, false, false, true, false, 0, 0, 1800, red_light_s},
    {"MT-15", {true, 60, 60, day_s}, false, false, false, false, 0, 0, 0, red_light_s},
    {"MT-16", {true, 0, 5, 0}, false, false, true, false, 0, 0, 30},
    {"MT-17", {true, 30, 30, two_hours_s}},
    {"MT-18", {true, 0, 5, day_s}, false, true, false, false, 0, 2000},
    {"MT-19", {true, 5, 10, two_hours_s}},
    {"MT-20", {true, 1800, 10, two_hours_s}},
    {"MT-21", {true, 0, 10, two_hours_s}, false, false, true, false, 0, 0, 7200},
    {"MT-22", {true, 0, 5, two_hours_s}},
}};

}  // namespace

std::span<const MtRow> mt_rows() {
  return rows;
}

MtConfig::MtConfig() {
  for (std::size_t i = 0; i < mt_count; ++i) {
    rules[i].alarm = rows[i].alarm;
    rules[i].speed_mps = rows[i].speed_kmh / 3.6;
    rules[i].distance_m = rows[i].distance_m;
    rules[i].time_s = rows[i].time_s;
  }
}

}  // namespace lujing::core
