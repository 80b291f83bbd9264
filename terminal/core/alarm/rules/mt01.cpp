#include "terminal/core/alarm/rules/mt01.h"

namespace lujing::core::mt01 {
namespace {

Truth laden(protocol::Load load) {
  switch (load) {
    case protocol::Load::half:
    case protocol::Load::full:
    case protocol::Load::over:
      return Truth::yes;
    case protocol::Load::empty:
    case protocol::Load::light:
      return Truth::no;
    case protocol::Load::invalid:
    case protocol::Load::fault:
      return Truth::unknown;
  }
  return Truth::unknown;
}

Truth unsealed(protocol::Cover cover) {
  switch (cover) {
    case protocol::Cover::open:
    case protocol::Cover::fault:
    case protocol::Cover::not_fully_open:
    case protocol::Cover::not_fully_closed:
      return Truth::yes;
    case protocol::Cover::closed:
      return Truth::no;
    case protocol::Cover::invalid:
      return Truth::unknown;
  }
  return Truth::unknown;
}

Truth faster_than(std::optional<double> speed_mps, double trigger_mps) {
  if (!speed_mps) return Truth::unknown;
  return *speed_mps > trigger_mps ? Truth::yes : Truth::no;
}

}  // namespace

const AlarmConfig& parameters(const CoreConfig& config) {
  return config.mt01.alarm;
}

Truth condition(const Facts& facts, const CoreConfig& config) {
  return both(both(laden(facts.load), unsealed(facts.cover)),
              faster_than(facts.speed_mps, config.mt01.trigger_speed_mps));
}

std::string detail(const Facts& facts) {
  return std::string("cover=") + protocol::to_string(facts.cover) +
         " load=" + protocol::to_string(facts.load);
}

}  // namespace lujing::core::mt01
