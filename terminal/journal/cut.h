// A piece of a journal as a journal of its own: an alarm's evidence, a bug to reproduce.
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "terminal/journal/journal_reader.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace lujing::journal {

/// Both ends included; nullopt: open. Boot times and UTC may be mixed; every end that is given must
/// hold.
struct TimeRange {
  std::optional<std::int64_t> from_boot_ms;
  std::optional<std::int64_t> to_boot_ms;
  std::optional<UtcTime> from_utc;
  std::optional<UtcTime> to_utc;
  /// Only this boot; boot times are no times of day.
  std::optional<std::uint64_t> boot_id;
};

/// An observation of a journal with what is known of its place.
struct Placed {
  hal::Observation observation;
  std::uint64_t boot_id = 0;
  std::optional<UtcTime> utc;  ///< by the last known offset of its boot; nullopt: none was known
  const protocol::JournalHeader* header = nullptr;
};

/// Walks the journal at `path` from its begin. `sink` is given every observation, and whether it is
/// in the range; false from it ends the walk.
Result<Damage> walk(const std::string& path, const TimeRange& range,
                    const std::function<bool(const Placed&, bool in_range)>& sink);

struct CutSummary {
  std::uint64_t observations = 0;
  std::uint64_t carried = 0;  ///< the last words before the range, put in front
  Damage damage;
};

/// Writes what is in the range to the new file `to`. In front of it: a Boot, and what each switch,
/// analog input, CAN signal, link and directive said last before the range, so that a replay starts
/// from the vehicle as it was. A cut lies in one configuration: a range with several is refused.
Result<CutSummary> cut(const std::string& path, const TimeRange& range, const std::string& to);

}  // namespace lujing::journal
