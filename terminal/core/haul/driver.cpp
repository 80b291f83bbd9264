#include "terminal/core/haul/driver.h"

#include <algorithm>
#include <utility>

namespace lujing::core {
namespace {

constexpr double largest_card = 1e12;  ///< 40 bits, as cards have them

}  // namespace

void Driver::take_switch(hal::SwitchState state) {
  by_switch_ = Truth::unknown;
  if (state == hal::SwitchState::on) by_switch_ = Truth::yes;
  if (state == hal::SwitchState::off) by_switch_ = Truth::no;
}

void Driver::take_card(BootTime now, const hal::Analog& card) {
  const bool number = card.value >= 0 && card.value < 2 * largest_card;
  has_reader_ = card.state == hal::SwitchState::on && number;
  if (!has_reader_ || card.value < 1) return;
  card_ = static_cast<std::uint64_t>(card.value);
  stands_since_ = now;  // the hold time begins anew
  resumed_.reset();
}

void Driver::resume(std::uint64_t card, std::optional<UtcTime> then) {
  if (card_ != 0) return;
  card_ = card;
  resumed_ = then;
}

void Driver::judge(BootTime now, std::optional<UtcTime> utc, bool moving, double hold_s) {
  if (card_ == 0) return;
  if (resumed_ && utc) {
    const double away_s = static_cast<double>(utc->ms - resumed_->ms) / 1000;
    if (away_s > hold_s) card_ = 0;
    resumed_.reset();
  }
  if (moving) {
    stands_since_.reset();
  } else if (!stands_since_) {
    stands_since_ = now;
  } else if (seconds_of(now.ns - stands_since_->ns) > hold_s) {
    card_ = 0;
    stands_since_.reset();
  }
}

bool Driver::listed() const {
  return card_ != 0 &&
         (cards_.empty() || std::find(cards_.begin(), cards_.end(), card_) != cards_.end());
}

Truth Driver::verified() const {
  const Truth by_card = has_reader_ ? truth(listed()) : Truth::unknown;
  if (by_card == Truth::yes || by_switch_ == Truth::yes) return Truth::yes;
  if (by_card == Truth::no || by_switch_ == Truth::no) return Truth::no;
  return Truth::unknown;
}

}  // namespace lujing::core
