#include "hal/io/debounce.h"

namespace lujing::hal::io {

SwitchState Debouncer::take(BootTime at, std::optional<bool> level) {
  if (!level) {
    level_.reset();
    return state_ = SwitchState::fault;
  }
  if (!level_) {
    state_ = SwitchState::invalid;
    held_ = at;
    flapping_ = false;
    change_count_ = 0;
  } else if (level_ != level) {
    BootTime& oldest = changes_[change_count_++ % flapping_changes];
    const bool many = change_count_ > flapping_changes;
    flapping_ =
        flapping_ || (many && at.ns - oldest.ns <= hold_ns_ * flapping_after_holds && hold_ns_ > 0);
    oldest = at;
  }
  if (level_ != level) {
    level_ = level;
    since_ = at;
  }
  flapping_ = flapping_ && at.ns - since_.ns < hold_ns_ * flapping_after_holds;
  if (flapping_) return state_ = SwitchState::invalid;
  if (at.ns - since_.ns >= hold_ns_) {
    held_ = at;
    state_ = *level ? SwitchState::on : SwitchState::off;
  } else if (at.ns - held_.ns > hold_ns_ * flapping_after_holds) {
    state_ = SwitchState::invalid;
  }
  return state_;
}

}  // namespace lujing::hal::io
