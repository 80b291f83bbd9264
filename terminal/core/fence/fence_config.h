// How a vehicle is judged against fences.
#pragma once

namespace lujing::core {

struct FenceConfig {
  double sigmas = 2;          ///< the margin in standard deviations of the position
  double least_margin_m = 1;  ///< whatever the receiver claims
  double leave_dwell_s = 2;   ///< outside for so long before it has left
  double longest_gap_s = 30;  ///< between two fixes; over a longer one no crossing is claimed
  double longest_gap_m = 500;
  int utc_offset_min = 480;  ///< of the hours that fences and permits speak of
  bool operator==(const FenceConfig&) const = default;
};

}  // namespace lujing::core
