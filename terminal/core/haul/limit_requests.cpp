// Who asks for limits: the platform by a directive, a fence by where the vehicle is; and what stood
// before a power cut.
#include "terminal/core/haul/control.h"

#include <algorithm>

namespace lujing::core {
namespace {

using protocol::ControlRecord;
using protocol::Limit;
using protocol::LimitEvent;
using protocol::LimitOrigin;

constexpr std::string_view fence_reason = "fence";

bool same(const LimitRequest& a, const LimitRequest& b) {
  return a.limit == b.limit && a.origin == b.origin && a.reason == b.reason;
}

}  // namespace

void Control::put_platform(const LimitInput& input, const std::vector<LimitRequest>& wanted,
                           std::vector<ControlRecord>& out) {
  const std::vector<LimitRequest> before = requests_;
  for (const LimitRequest& stands : before) {
    if (stands.origin != LimitOrigin::platform) continue;
    const bool goes_on = std::any_of(wanted.begin(), wanted.end(),
                                     [&](const LimitRequest& one) { return same(one, stands); });
    if (!goes_on) release(input, stands.limit, stands.origin, stands.reason, out);
  }
  for (const LimitRequest& one : wanted) ask(input, one, out);
}

std::vector<ControlRecord> Control::manifest() const {
  std::vector<ControlRecord> steps;
  for (const LimitRequest& request : requests_) {
    steps.push_back(record({}, request, LimitEvent::asked));
  }
  const bool locked = limits_.lock && winner(Limit::lock) != nullptr;
  if (locked) steps.push_back(record({}, *winner(Limit::lock), LimitEvent::applied));
  return steps;
}

void follow_fence(Control& control, const ControlConfig& config, const LimitInput& input,
                  double limit_mps, std::vector<ControlRecord>& out) {
  if (!config.enabled || !config.fence_speed) return;
  if (limit_mps > 0 && control.fence_held_off()) return;
  if (limit_mps > 0) {
    control.ask(input,
                {Limit::speed, LimitOrigin::fence, config.fence_priority, limit_mps,
                 std::string(fence_reason)},
                out);
  } else {
    control.fence_left();
    control.release(input, Limit::speed, LimitOrigin::fence, fence_reason, out);
  }
}

std::optional<LimitRequest> request_of(const ControlRecord& record) {
  if (record.event != LimitEvent::asked) return std::nullopt;
  return LimitRequest{record.limit, record.origin, record.priority, record.value_cmps / 100.0,
                      record.reason};
}

}  // namespace lujing::core
