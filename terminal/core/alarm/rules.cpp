#include "terminal/core/alarm/rules.h"

#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/mt01.h"
#include "terminal/core/alarm/rules/mt03.h"
#include "terminal/core/alarm/rules/mt05.h"
#include "terminal/core/alarm/rules/mt06.h"
#include "terminal/core/alarm/rules/mt07.h"
#include "terminal/core/alarm/rules/mt08.h"
#include "terminal/core/alarm/rules/mt09.h"
#include "terminal/core/alarm/rules/mt10.h"
#include "terminal/core/alarm/rules/mt11.h"
#include "terminal/core/alarm/rules/mt12.h"
#include "terminal/core/alarm/rules/mt13.h"
#include "terminal/core/alarm/rules/mt14.h"
#include "terminal/core/alarm/rules/mt15.h"
#include "terminal/core/alarm/rules/mt16.h"
#include "terminal/core/alarm/rules/mt17.h"
#include "terminal/core/alarm/rules/mt18.h"
#include "terminal/core/alarm/rules/mt19.h"
#include "terminal/core/alarm/rules/mt20.h"
#include "terminal/core/alarm/rules/mt21.h"
#include "terminal/core/alarm/rules/mt22.h"
#include "terminal/core/trust/rules.h"

#include <array>

namespace lujing::core {
namespace {

constexpr std::array<Rule, 52> table{{
    {"MT-01", &mt01::parameters, &mt01::condition, &mt01::detail},
    {"SW-01", &sw01::parameters, &sw01::condition, &sw01::detail},
    {"SW-02", &sw02::parameters, &sw02::condition, &sw02::detail},
    {"SW-03", &sw03::parameters, &sw03::condition, &sw03::detail},
    {"SW-04", &sw04::parameters, &sw04::condition, &sw04::detail},
    {"SP-01", &sp01::parameters, &sp01::condition, &sp01::detail},
    {"SP-02", &sp02::parameters, &sp02::condition, &sp02::detail},
    {"SP-03", &sp03::parameters, &sp03::condition, &sp03::detail},
    {"SP-04", &sp04::parameters, &sp04::condition, &sp04::detail},
    {"SP-05", &sp05::parameters, &sp05::condition, &sp05::detail},
    {"SP-06", &sp06::parameters, &sp06::condition, &sp06::detail},
    {"SP-07", &sp07::parameters, &sp07::condition, &sp07::detail},
    {"CV-01", &cv01::parameters, &cv01::condition, &cv01::detail},
    {"CV-02", &cv02::parameters, &cv02::condition, &cv02::detail},
    {"CV-03", &cv03::parameters, &cv03::condition, &cv03::detail},
    {"CV-04", &cv04::parameters, &cv04::condition, &cv04::detail},
    {"CV-07", &cv07::parameters, &cv07::condition, &cv07::detail},
    {"GB-01", &gb01::parameters, &gb01::condition, &gb01::detail},
    {"GB-02", &gb02::parameters, &gb02::condition, &gb02::detail},
    {"GB-03", &gb03::parameters, &gb03::condition, &gb03::detail},
    {"FU-01", &fu01::parameters, &fu01::condition, &fu01::detail},
    {"MT-03", &mt03::parameters, &mt03::condition, &mt03::detail},
    {"MT-05", &mt05::parameters, &mt05::condition, &mt05::detail},
    {"MT-06", &mt06::parameters, &mt06::condition, &mt06::detail},
    {"MT-07", &mt07::parameters, &mt07::condition, &mt07::detail},
    {"MT-08", &mt08::parameters, &mt08::condition, &mt08::detail},
    {"MT-09", &mt09::parameters, &mt09::condition, &mt09::detail},
    {"MT-10", &mt10::parameters, &mt10::condition, &mt10::detail},
    {"MT-11", &mt11::parameters, &mt11::condition, &mt11::detail},
    {"MT-12", &mt12::parameters, &mt12::condition, &mt12::detail},
    {"MT-13", &mt13::parameters, &mt13::condition, &mt13::detail},
    {"MT-14", &mt14::parameters, &mt14::condition, &mt14::detail},
    {"MT-15", &mt15::parameters, &mt15::condition, &mt15::detail},
    {"MT-16", &mt16::parameters, &mt16::condition, &mt16::detail},
    {"MT-17", &mt17::parameters, &mt17::condition, &mt17::detail},
    {"MT-18", &mt18::parameters, &mt18::condition, &mt18::detail},
    {"MT-19", &mt19::parameters, &mt19::condition, &mt19::detail},
    {"MT-20", &mt20::parameters, &mt20::condition, &mt20::detail},
    {"MT-21", &mt21::parameters, &mt21::condition, &mt21::detail},
    {"MT-22", &mt22::parameters, &mt22::condition, &mt22::detail},
    {"AC-01", &trust::parameters<1>, &trust::power, &trust::power_detail},
    {"AC-02", &trust::parameters<2>, &trust::antenna, &trust::antenna_detail},
    {"AC-03", &trust::parameters<3>, &trust::sensor_fault, &trust::sensor_fault_detail},
    {"AC-04", &trust::parameters<4>, &trust::stuck_sensor, &trust::stuck_sensor_detail},
    {"AC-05", &trust::parameters<5>, &trust::apart, &trust::apart_detail},
    {"AC-06", &trust::parameters<6>, &trust::jammed, &trust::jammed_detail},
    {"AC-07", &trust::parameters<7>, &trust::leap, &trust::leap_detail},
    {"AC-08", &trust::parameters<8>, &trust::bus_silent, &trust::bus_silent_detail},
    {"AC-09", &trust::parameters<9>, &trust::removed, &trust::removed_detail},
    {"AC-10", &trust::parameters<10>, &trust::offline, &trust::offline_detail},
    {"AC-11", &trust::parameters<11>, &trust::device_fault, &trust::device_fault_detail},
    {"AC-12", &trust::parameters<12>, &trust::clock_step, &trust::clock_step_detail},
}};

}  // namespace

std::span<const Rule> rules() {
  return table;
}

}  // namespace lujing::core
