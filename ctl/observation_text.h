// An observation as one line, for people and for programs. Internal to ctl.
#pragma once

#include "terminal/journal/cut.h"

#include <optional>
#include <string>

namespace lujing::ctl {

/// "gnss_fix", "can_signal", ...
const char* kind_of(const hal::What& what);
/// One object: at_s, utc, kind, and what it says; names of signals and inputs are the header's.
std::string observation_json(const journal::Placed& placed);
/// The same as words: "123.400000000  2026-05-01T02:00:00.000Z  can_signal  wheel_speed 30 km/h".
std::string observation_line(const journal::Placed& placed);
/// "3 files, 2 blocks (800 bytes) ... were damaged and passed over"; empty if nothing was.
std::string damage_line(const journal::Damage& damage);

/// A moment as a person types it: UTC ("2026-05-01T02:00:00Z") or seconds of the boot clock
/// ("123.5").
struct Moment {
  std::optional<UtcTime> utc;
  std::optional<std::int64_t> boot_ms;
};
Result<Moment> parse_moment(const std::string& text);

}  // namespace lujing::ctl
