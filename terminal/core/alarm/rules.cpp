#include "terminal/core/alarm/rules.h"

#include "terminal/core/alarm/rules/mt01.h"

#include <array>

namespace lujing::core {
namespace {

constexpr std::array<Rule, 1> table{{
    {"MT-01", &mt01::parameters, &mt01::condition, &mt01::detail},
}};

}  // namespace

std::span<const Rule> rules() {
  return table;
}

}  // namespace lujing::core
