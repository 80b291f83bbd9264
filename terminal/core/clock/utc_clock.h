// What UTC is it at a moment of the boot clock? A state with an uncertainty, fed by GNSS fixes and
// by a disciplined wall clock.
//
// A sample is UTC - boot. One that lies within the gate moves the state by its weight; one outside
// is an outlier and refused; the fifth outlier in a row that agree with each other is believed, and
// the state steps. GNSS outranks the wall clock: a tick is used only while GNSS is silent.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <optional>

namespace lujing::core {

/// GPS week numbers of 10 bits begin anew after 1024 weeks; a receiver that lost count is off by a
/// multiple.
inline constexpr std::int64_t rollover_ms = 1024LL * 7 * 86'400 * 1000;

/// The same moment moved by whole 1024 weeks into [earliest, earliest + 1024 weeks). An `earliest`
/// of 0 moves nothing. nullopt: outside the years 1900 to 2300, no clock says that.
std::optional<UtcTime> correct_weeks(UtcTime utc, UtcTime earliest);

class UtcClock {
 public:
  enum class Source : std::uint8_t { gnss, tick };

  /// `utc` was true at `at`, give or take the source's own delay. False: refused or not needed.
  bool sample(Source source, BootTime at, UtcTime utc);

  bool known() const { return known_; }
  /// nullopt: not known yet.
  std::optional<UtcTime> utc_at(BootTime at) const;
  /// About one standard deviation, at `at`; grows by the boot clock's drift. 0 if not known.
  double uncertainty_s(BootTime at) const;
  std::uint64_t refused() const { return refused_; }
  std::uint64_t steps() const { return steps_; }

 private:
  struct Outliers {
    std::int64_t offset_ns = 0;
    int in_a_row = 0;
  };
  bool refuse(Source source, std::int64_t offset_ns);
  void believe(std::int64_t offset_ns, double sigma_s, BootTime at);

  bool known_ = false;
  std::int64_t offset_ns_ = 0;  ///< UTC - boot
  double sigma_s_ = 0;
  BootTime updated_;
  std::optional<BootTime> gnss_at_;
  Outliers outliers_[2];
  std::uint64_t refused_ = 0;
  std::uint64_t steps_ = 0;
};

}  // namespace lujing::core
