// Which kerb a machine reaches: from the direction of travel and the side that it works on.
#pragma once

#include "protocol/work_records.h"
#include "terminal/core/roads/network.h"

#include <cstdint>

namespace lujing::core {

inline constexpr std::uint8_t left_kerb_bit = 1;   ///< as in protocol::CoverageRecord::kerbs
inline constexpr std::uint8_t right_kerb_bit = 2;  ///< of the link's points

/// The kerbs that the link has. A road file that marks none means both.
std::uint8_t kerbs_of(const Link& link);

/// Of the kerbs that the link has, those that are reached. Traffic keeps to the right, so the right
/// side reaches the kerb on the right of travel. The left side reaches the other one where all
/// traffic goes one way (the median of a divided road, a one-way street) or the carriageway is at
/// most `reach_m` wide; elsewhere it works in the middle of the road and reaches none. The full
/// width reaches both where the carriageway is at most `reach_m` wide, else what the right side
/// reaches. An unknown side reaches what the right side would.
std::uint8_t kerbs_reached(const Link& link, bool backward, protocol::WorkSide side,
                           double reach_m);

}  // namespace lujing::core
