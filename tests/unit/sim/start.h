// When the drives of these tests begin.
#pragma once

#include "base/time.h"

namespace lujing::sim {

inline const UtcTime start = *from_iso8601("2026-04-15T01:00:00Z");

}  // namespace lujing::sim
