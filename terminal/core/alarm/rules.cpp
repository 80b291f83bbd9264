#include "terminal/core/alarm/rules.h"

#include "terminal/core/alarm/rules/cleaning.h"
#include "terminal/core/alarm/rules/mt01.h"

#include <array>

namespace lujing::core {
namespace {

constexpr std::array<Rule, 21> table{{
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
}};

}  // namespace

std::span<const Rule> rules() {
  return table;
}

}  // namespace lujing::core
