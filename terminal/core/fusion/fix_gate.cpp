#include "terminal/core/fusion/fix_gate.h"

#include "terminal/core/clock/utc_clock.h"
#include "terminal/core/plausible.h"

#include <cmath>

namespace lujing::core {
namespace {

constexpr int refused_until_believed = 5;
constexpr double believed_after_s = 600;
constexpr double nonsense_error_m = 1e9;  ///< beyond it the estimate itself is nonsense

}  // namespace

const char* to_string(FixReason reason) {
  switch (reason) {
    case FixReason::accepted:
      return "accepted";
    case FixReason::no_fix:
      return "no_fix";
    case FixReason::position:
      return "position";
    case FixReason::accuracy:
      return "accuracy";
    case FixReason::jump:
      return "jump";
    case FixReason::time_back:
      return "time_back";
    case FixReason::duplicate:
      return "duplicate";
  }
  return "unknown";
}

double Epoch::seconds_since(const Epoch& earlier) const {
  if (utc && earlier.utc) {
    return (static_cast<double>(utc->ms) - static_cast<double>(earlier.utc->ms)) / 1000.0;
  }
  return static_cast<double>(at.ns - earlier.at.ns) / static_cast<double>(ns_per_s);
}

bool FixGate::too_fast(double seconds, const Epoch& a, const Epoch& b) const {
  return distance_m(a.position, b.position) > config_.max_speed_mps * std::fabs(seconds);
}

/// What the fix says by itself.
FixReason FixGate::reason_alone(const hal::GnssFix& fix) const {
  if (fix.mode != hal::FixMode::fix_2d && fix.mode != hal::FixMode::fix_3d) {
    return FixReason::no_fix;
  }
  if (!fix.position.valid() || (fix.position.lat_e7 == 0 && fix.position.lon_e7 == 0)) {
    return FixReason::position;
  }
  return FixReason::accepted;
}

/// What it says beside the accepted one that it is compared with.
FixReason FixGate::reason_beside(const Epoch& before, const hal::GnssFix& fix,
                                 const Epoch& epoch) const {
  const bool by_utc = epoch.utc && before.utc;
  const double seconds = epoch.seconds_since(before);
  if (seconds == 0 && (by_utc || epoch.position == before.position)) return FixReason::duplicate;
  if (seconds < 0) return FixReason::time_back;
  if (inaccurate(fix)) return FixReason::accuracy;
  return too_fast(seconds, before, epoch) ? FixReason::jump : FixReason::accepted;
}

bool FixGate::inaccurate(const hal::GnssFix& fix) const {
  return within(fix.horizontal_error_m, 0, nonsense_error_m).value_or(0) > config_.max_error_m;
}

bool FixGate::believe_anew(FixReason reason, const Epoch& before, const Epoch& epoch) {
  const double step_s = run_ > 0 ? epoch.seconds_since(run_last_) : 0;
  if (run_ > 0 && step_s == 0) return false;  // the same epoch told again
  const bool fits = run_ > 0 && step_s > 0 && !too_fast(step_s, run_last_, epoch);
  if (!fits) {
    run_first_ = epoch;
    run_ = 0;
  }
  run_last_ = epoch;
  ++run_;
  if (run_ < refused_until_believed) return false;
  const bool reachable = !too_fast(epoch.seconds_since(before), before, epoch);
  return (reason == FixReason::time_back && reachable) ||
         epoch.seconds_since(run_first_) >= believed_after_s;
}

void FixGate::compare(const hal::GnssFix& fix, const Epoch& epoch, FixVerdict& verdict) {
  const std::optional<Epoch>& before = epoch.utc ? timed_ : accepted_;
  if (!before) {
    if (inaccurate(fix)) verdict.reason = FixReason::accuracy;
  } else {
    verdict.reason = reason_beside(*before, fix, epoch);
    const bool doubtful =
        verdict.reason == FixReason::jump || verdict.reason == FixReason::time_back;
    if (doubtful && believe_anew(verdict.reason, *before, epoch)) {
      verdict.reason = FixReason::accepted;
      verdict.anew = true;
    }
  }
  // A fix without a time came in between: it cannot speak against one that has a time.
  if (verdict.accepted() && epoch.utc && accepted_ && !accepted_->utc &&
      too_fast(epoch.seconds_since(*accepted_), *accepted_, epoch)) {
    verdict.anew = true;
  }
}

FixVerdict FixGate::judge(BootTime at, const hal::GnssFix& fix) {
  FixVerdict verdict;
  if (fix.utc) {
    verdict.utc = correct_weeks(*fix.utc, config_.earliest_utc);
    verdict.weeks_corrected = verdict.utc && *verdict.utc != *fix.utc;
  }
  const Epoch epoch{at, verdict.utc, fix.position};
  verdict.reason = reason_alone(fix);
  if (verdict.accepted()) compare(fix, epoch, verdict);
  if (verdict.accepted()) {
    accepted_ = epoch;
    if (epoch.utc) timed_ = epoch;
    run_ = 0;
  }
  ++counts_.fixes;
  ++counts_.by_reason[static_cast<std::size_t>(verdict.reason)];
  if (verdict.weeks_corrected) ++counts_.weeks_corrected;
  return verdict;
}

}  // namespace lujing::core
