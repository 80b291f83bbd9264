// Limits put on the vehicle: 限速, 限举, 锁车. Off unless the profile turns it on.
//
// Who may ask: the platform, a fence, a rule. Each request stands until its origin releases it, or
// a person does on the spot, with a reason. Of the requests for one kind of limit those with the
// highest priority count, and of these the lowest speed.
//
// What it never does: stop a moving vehicle. A speed limit begins at the present speed and sinks
// slowly, never below a speed at which one can still drive away; a lock waits until the wheels have
// stood for a while: of a vehicle that does not tell its wheels' speed, for ever. Each step is a
// record. standing() is what must outlive a power cut; resume() brings it back.
#pragma once

#include "base/geo.h"
#include "base/time.h"
#include "protocol/record.h"
#include "terminal/core/haul/control_config.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::core {

struct LimitRequest {
  protocol::Limit limit = protocol::Limit::speed;
  protocol::LimitOrigin origin = protocol::LimitOrigin::platform;
  int priority = 0;
  double speed_mps = 0;  ///< of a speed limit
  std::string reason;    ///< with origin and limit: which request
  bool operator==(const LimitRequest&) const = default;
};

/// What the outputs are to be.
struct Limits {
  std::optional<double> speed_mps;
  bool hoist = false;
  bool lock = false;
  bool operator==(const Limits&) const = default;
};

/// What the vehicle does now.
struct LimitInput {
  BootTime now;
  std::optional<double> speed_mps;
  bool moving = false;
  /// Its own wheels say that it stands, and nothing contradicts them. A receiver alone may be
  /// frozen.
  bool stands = false;
  GeoPoint position;
};

class Control {
 public:
  static constexpr std::size_t most_requests = 16;
  /// The configuration must outlive it.
  explicit Control(const ControlConfig& config) : config_(config) {}

  /// Refused, by a record, where control is off, the speed is none, or too many stand. The same
  /// request again replaces the one that stands.
  void ask(const LimitInput& input, const LimitRequest& request,
           std::vector<protocol::ControlRecord>& out);
  /// By its origin. Nothing happens if it does not stand.
  void release(const LimitInput& input, protocol::Limit limit, protocol::LimitOrigin origin,
               std::string_view reason, std::vector<protocol::ControlRecord>& out);
  /// By a person in the vehicle: everything, at once, always. The reason is recorded.
  void release_on_the_spot(const LimitInput& input, std::string_view reason,
                           std::vector<protocol::ControlRecord>& out);
  /// Time passes: limits sink, locks fall.
  void judge(const LimitInput& input, std::vector<protocol::ControlRecord>& out);

  /// The platform's, as a directive says: what it no longer says is released, what is new is asked.
  void put_platform(const LimitInput& input, const std::vector<LimitRequest>& wanted,
                    std::vector<protocol::ControlRecord>& out);

  /// A fence's limit that was ended on the spot is not asked for again before the vehicle has left
  /// the fence.
  bool fence_held_off() const { return fence_held_off_; }
  void fence_left() { fence_held_off_ = false; }

  const Limits& limits() const { return limits_; }
  std::span<const LimitRequest> standing() const { return requests_; }
  /// `locked`: a lock had fallen, and holds at once.
  void resume(std::vector<LimitRequest> standing, bool locked = false);
  /// The steps that would ask for what stands: for resume() after a power cut.
  std::vector<protocol::ControlRecord> manifest() const;

 private:
  const LimitRequest* winner(protocol::Limit limit) const;
  void judge_speed(const LimitInput& input, std::vector<protocol::ControlRecord>& out);
  void judge_hoist(const LimitInput& input, std::vector<protocol::ControlRecord>& out);
  void judge_lock(const LimitInput& input, std::vector<protocol::ControlRecord>& out);
  static protocol::ControlRecord record(const LimitInput& input, const LimitRequest& request,
                                        protocol::LimitEvent event);

  const ControlConfig& config_;
  std::vector<LimitRequest> requests_;
  Limits limits_;
  std::array<LimitRequest, 3> last_;  ///< by Limit: who was in force
  std::optional<BootTime> judged_;
  std::optional<BootTime> stands_since_;
  double told_mps_ = 0;
  bool waits_ = false;
  bool fence_held_off_ = false;
};

/// What an alarm's change asks for or releases: MT-01 a speed limit (MT-02), MT-03 a hoist limit
/// (MT-04).
void follow_alarm(Control& control, const ControlConfig& config, const LimitInput& input,
                  const protocol::AlarmRecord& change, std::vector<protocol::ControlRecord>& out);

/// The smallest speed limit of the fences here; 0: none. Follows it where the profile says so.
void follow_fence(Control& control, const ControlConfig& config, const LimitInput& input,
                  double limit_mps, std::vector<protocol::ControlRecord>& out);

/// A request as a record of kind `asked` and back; nullopt: it is another record.
std::optional<LimitRequest> request_of(const protocol::ControlRecord& record);

}  // namespace lujing::core
