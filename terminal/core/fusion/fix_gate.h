// Which GNSS fixes are believed, and why the others are not. One verdict a fix; each is counted
// (protocol/health.h, gnss_...).
//
// Checks, in this order; the first that fails is the reason:
//   no_fix     the receiver has no position
//   position   it is not on the earth, or exactly 0, 0 (what a receiver says that has none)
//   duplicate  the same epoch again (gpsd tells one epoch several times)
//   time_back  older than the last accepted fix
//   accuracy   its 95 % error is over the limit
//   jump       from the last accepted fix to this one the vehicle would have driven too fast
//
// A fix with a time is compared with the last accepted one that has a time, by their own UTC, moved
// by 1024 weeks where need be: a recording may be replayed faster than it was driven. A fix without
// one (a receiver that does not know the date yet) is compared with the last one by the boot clock,
// and does not speak against one that has a time.
//
// The last accepted fix may be the wrong one. Five refused fixes in a row that fit each other are
// the truth: after time_back at once, if their place can be reached at the speed limit in the time
// between (either way); else after ten minutes. The verdict then says `anew`, and a track begins
// anew. So of two accepted fixes in a row, unless `anew` is set, none implies more than the limit.
#pragma once

#include "hal/observation.h"
#include "terminal/core/config.h"

#include <array>
#include <cstdint>
#include <optional>

namespace lujing::core {

enum class FixReason : std::uint8_t {
  accepted = 0,
  no_fix,
  position,
  accuracy,
  jump,
  time_back,
  duplicate
};
inline constexpr std::size_t fix_reasons = 7;
/// "accepted", "no_fix", ...
const char* to_string(FixReason reason);

struct FixVerdict {
  FixReason reason = FixReason::no_fix;
  bool anew = false;             ///< accepted, but not as a continuation of the last accepted one
  bool weeks_corrected = false;  ///< its date was 1024 weeks (or a multiple) off
  std::optional<UtcTime> utc;    ///< the fix's own, corrected
  bool accepted() const { return reason == FixReason::accepted; }
};

struct FixCounts {
  std::int64_t fixes = 0;
  std::int64_t weeks_corrected = 0;
  std::array<std::int64_t, fix_reasons> by_reason{};
  std::int64_t of(FixReason reason) const { return by_reason[static_cast<std::size_t>(reason)]; }
};

/// A place and its times, as the gate and the track compare them.
struct Epoch {
  BootTime at;
  std::optional<UtcTime> utc;
  GeoPoint position;
  /// Seconds from `earlier` to this one: by UTC if both have it, else by the boot clock.
  double seconds_since(const Epoch& earlier) const;
};

class FixGate {
 public:
  explicit FixGate(const GnssConfig& config) : config_(config) {}

  FixVerdict judge(BootTime at, const hal::GnssFix& fix);
  const FixCounts& counts() const { return counts_; }

 private:
  FixReason reason_alone(const hal::GnssFix& fix) const;
  FixReason reason_beside(const Epoch& before, const hal::GnssFix& fix, const Epoch& epoch) const;
  bool inaccurate(const hal::GnssFix& fix) const;
  void compare(const hal::GnssFix& fix, const Epoch& epoch, FixVerdict& verdict);
  bool too_fast(double seconds, const Epoch& a, const Epoch& b) const;
  bool believe_anew(FixReason reason, const Epoch& before, const Epoch& epoch);

  GnssConfig config_;
  FixCounts counts_;
  std::optional<Epoch> accepted_;  ///< the last one
  std::optional<Epoch> timed_;     ///< the last one that had a time
  // Refused fixes in a row that fit each other.
  Epoch run_first_;
  Epoch run_last_;
  int run_ = 0;
};

}  // namespace lujing::core
