#include "terminal/core/haul/control.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

using protocol::ControlRecord;
using protocol::Limit;
using protocol::LimitEvent;
using protocol::LimitOrigin;

constexpr double fastest_mps = 60;
constexpr double step_told_mps = 5 / 3.6;  ///< a sinking limit is recorded at each of these

std::size_t slot(Limit limit) {
  return static_cast<std::size_t>(limit);
}

std::int32_t cmps(double mps) {
  return static_cast<std::int32_t>(std::lround(mps * 100));
}

}  // namespace

ControlRecord Control::record(const LimitInput& input, const LimitRequest& request,
                              LimitEvent event) {
  ControlRecord record;
  record.limit = request.limit;
  record.event = event;
  record.origin = request.origin;
  record.priority = request.priority;
  record.value_cmps = cmps(request.speed_mps);
  record.reason = request.reason;
  record.position = input.position;
  return record;
}

void Control::ask(const LimitInput& input, const LimitRequest& request,
                  std::vector<ControlRecord>& out) {
  const bool speed_good =
      request.limit != Limit::speed || (request.speed_mps >= 0 && request.speed_mps <= fastest_mps);
  const auto same = [&](const LimitRequest& other) {
    return other.limit == request.limit && other.origin == request.origin &&
           other.reason == request.reason;
  };
  const auto at = std::find_if(requests_.begin(), requests_.end(), same);
  const char* why = nullptr;
  if (!config_.enabled) why = "control is off in the profile";
  if (!speed_good) why = "a speed limit must be 0 to 216 km/h";
  if (at == requests_.end() && requests_.size() >= most_requests) why = "too many limits stand";
  if (why != nullptr) {
    ControlRecord refused = record(input, request, LimitEvent::refused);
    refused.value_cmps = speed_good ? refused.value_cmps : 0;
    refused.reason += std::string(refused.reason.empty() ? "" : ": ") + why;
    out.push_back(std::move(refused));
    return;
  }
  if (at != requests_.end() && *at == request) return;
  if (at != requests_.end()) {
    *at = request;
  } else {
    requests_.push_back(request);
  }
  out.push_back(record(input, request, LimitEvent::asked));
}

void Control::release(const LimitInput& input, Limit limit, LimitOrigin origin,
                      std::string_view reason, std::vector<ControlRecord>& out) {
  const auto at = std::find_if(requests_.begin(), requests_.end(), [&](const LimitRequest& other) {
    return other.limit == limit && other.origin == origin && other.reason == reason;
  });
  if (at == requests_.end()) return;
  out.push_back(record(input, *at, LimitEvent::released));
  requests_.erase(at);
}

void Control::release_on_the_spot(const LimitInput& input, std::string_view reason,
                                  std::vector<ControlRecord>& out) {
  for (const LimitRequest& request : requests_) {
    fence_held_off_ = fence_held_off_ || request.origin == LimitOrigin::fence;
    ControlRecord released = record(input, request, LimitEvent::released);
    released.origin = LimitOrigin::spot;
    released.reason += ": " + std::string(reason);
    out.push_back(std::move(released));
  }
  requests_.clear();
  judge(input, out);
}

void Control::resume(std::vector<LimitRequest> standing, bool locked) {
  requests_ = std::move(standing);
  if (requests_.size() > most_requests) requests_.resize(most_requests);
  const LimitRequest* lock = winner(Limit::lock);
  limits_.lock = locked && lock != nullptr;
  if (limits_.lock) last_[slot(Limit::lock)] = *lock;
}

const LimitRequest* Control::winner(Limit limit) const {
  const LimitRequest* best = nullptr;
  for (const LimitRequest& request : requests_) {
    if (request.limit != limit) continue;
    const bool better = best == nullptr || request.priority > best->priority ||
                        (request.priority == best->priority && request.speed_mps < best->speed_mps);
    if (better) best = &request;
  }
  return best;
}

void Control::judge(const LimitInput& input, std::vector<ControlRecord>& out) {
  if (input.moving || !input.stands) {
    stands_since_.reset();
  } else if (!stands_since_) {
    stands_since_ = input.now;
  }
  if (!config_.enabled) requests_.clear();
  judge_speed(input, out);
  judge_hoist(input, out);
  judge_lock(input, out);
  judged_ = input.now;
}

void Control::judge_speed(const LimitInput& input, std::vector<ControlRecord>& out) {
  const LimitRequest* request = winner(Limit::speed);
  if (request == nullptr) {
    if (!limits_.speed_mps) return;
    limits_.speed_mps.reset();
    out.push_back(record(input, last_[slot(Limit::speed)], LimitEvent::ended));
    return;
  }
  last_[slot(Limit::speed)] = *request;
  const double target = std::max(request->speed_mps, config_.least_mps);
  const bool fresh = !limits_.speed_mps;
  // Where the speed is not known it may be any.
  const double from = fresh ? input.speed_mps.value_or(fastest_mps) : *limits_.speed_mps;
  const double passed_s = judged_ ? std::max(0.0, seconds_of(input.now.ns - judged_->ns)) : 0;
  double sunk = fresh ? from : from - config_.lower_mps2 * passed_s;
  // What is above the present speed brakes nobody: after a power cut it does not sink from 216
  // km/h.
  if (input.speed_mps) sunk = std::min(sunk, *input.speed_mps);
  limits_.speed_mps = std::max(target, sunk);
  const bool arrived = *limits_.speed_mps <= target && told_mps_ != target;
  if (!fresh && !arrived && std::fabs(told_mps_ - *limits_.speed_mps) < step_told_mps) return;
  told_mps_ = *limits_.speed_mps;
  ControlRecord applied = record(input, *request, LimitEvent::applied);
  applied.value_cmps = cmps(told_mps_);
  out.push_back(std::move(applied));
}

void Control::judge_hoist(const LimitInput& input, std::vector<ControlRecord>& out) {
  const LimitRequest* request = winner(Limit::hoist);
  if ((request != nullptr) == limits_.hoist) return;
  limits_.hoist = request != nullptr;
  if (request != nullptr) last_[slot(Limit::hoist)] = *request;
  out.push_back(record(input, last_[slot(Limit::hoist)],
                       limits_.hoist ? LimitEvent::applied : LimitEvent::ended));
}

void Control::judge_lock(const LimitInput& input, std::vector<ControlRecord>& out) {
  const LimitRequest* request = winner(Limit::lock);
  LimitRequest& last = last_[slot(Limit::lock)];
  if (request == nullptr) {
    if (limits_.lock || waits_) out.push_back(record(input, last, LimitEvent::ended));
    limits_.lock = waits_ = false;
    return;
  }
  last = *request;
  if (limits_.lock) return;
  const bool stands =
      stands_since_ && seconds_of(input.now.ns - stands_since_->ns) >= config_.stands_s;
  if (stands) {
    limits_.lock = true;
    waits_ = false;
    out.push_back(record(input, last, LimitEvent::applied));
  } else if (!waits_) {
    waits_ = true;
    out.push_back(record(input, last, LimitEvent::waits));
  }
}

void follow_alarm(Control& control, const ControlConfig& config, const LimitInput& input,
                  const protocol::AlarmRecord& change, std::vector<ControlRecord>& out) {
  const bool speed = change.rule == "MT-01" && config.mt01_speed_mps > 0;
  const bool hoist = change.rule == "MT-03" && config.mt03_hoist;
  if (!config.enabled || (!speed && !hoist)) return;
  const Limit limit = speed ? Limit::speed : Limit::hoist;
  if (change.state == protocol::AlarmState::raised) {
    const double speed_mps = speed ? config.mt01_speed_mps : 0;
    control.ask(input, {limit, LimitOrigin::rule, config.rule_priority, speed_mps, change.rule},
                out);
  } else if (change.state == protocol::AlarmState::cleared) {
    control.release(input, limit, LimitOrigin::rule, change.rule, out);
  }
}

}  // namespace lujing::core
