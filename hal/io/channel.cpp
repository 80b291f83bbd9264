#include "hal/io/channel.h"

#include <cmath>

namespace lujing::hal::io {

Channel::Channel(const InputConfig& config) : config_(config), debouncer_(config.debounce_ms) {}

Analog Channel::analog(std::optional<std::uint16_t> raw) const {
  if (!raw) return {config_.id, SwitchState::fault, 0};
  const double value = *raw * config_.scale + config_.offset;
  // Written so that a value that is no number is a fault too.
  if (!(value >= config_.min && value <= config_.max)) return {config_.id, SwitchState::fault, 0};
  return {config_.id, SwitchState::on, value};
}

bool Channel::worth_telling(BootTime at, const What& now) const {
  if (!told_ || at.ns - told_at_.ns >= tell_again_ns) return true;
  const auto* before = std::get_if<Analog>(&*told_);
  const auto* after = std::get_if<Analog>(&now);
  if (before == nullptr || after == nullptr) return now != *told_;
  if (before->state != after->state) return true;
  return std::fabs(after->value - before->value) > config_.deadband;
}

std::optional<What> Channel::take(BootTime at, std::optional<std::uint16_t> raw) {
  What now;
  if (config_.analog) {
    now = analog(raw);
  } else {
    const auto level =
        raw ? std::optional((*raw != 0) != config_.invert) : std::optional<bool>(std::nullopt);
    now = Switch{config_.id, debouncer_.take(at, level)};
  }
  if (!worth_telling(at, now)) return std::nullopt;
  told_ = now;
  told_at_ = at;
  return now;
}

}  // namespace lujing::hal::io
