// When a vehicle was loaded and when it was emptied, from the load's class: a change counts when it
// has lasted, so that a bump in the road loads nothing.
//
//   empty, light   0        half   1        full, over   2        (invalid, fault: as before)
#pragma once

#include "base/time.h"
#include "protocol/record.h"
#include "terminal/core/alarm/truth.h"

#include <optional>

namespace lujing::core {

enum class LoadEvent : std::uint8_t {
  none,
  found_laden,  ///< the first word about the load: it was there before
  loaded,       ///< from empty
  more,
  less,
  unloaded  ///< to empty
};

class LoadWatch {
 public:
  /// `open`: it stands with its cover open. Then what is missing is no bump in the road, and a part
  /// of the load counts as gone after a second; that all of it is gone, after four in any case.
  LoadEvent take(BootTime now, protocol::Load load, bool open = false);
  Truth laden() const;

 private:
  std::optional<int> level_;
  std::optional<int> next_;  ///< another one, since `since_`
  BootTime since_;
};

}  // namespace lujing::core
