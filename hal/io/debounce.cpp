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
  }
  if (level_ != level) {
    level_ = level;
    since_ = at;
  }
  if (at.ns - since_.ns >= hold_ns_) {
    held_ = at;
    state_ = *level ? SwitchState::on : SwitchState::off;
  } else if (at.ns - held_.ns > hold_ns_ * flapping_after_holds) {
    state_ = SwitchState::invalid;
  }
  return state_;
}

}  // namespace lujing::hal::io
