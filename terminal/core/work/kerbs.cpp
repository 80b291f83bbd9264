#include "terminal/core/work/kerbs.h"

namespace lujing::core {

std::uint8_t kerbs_of(const Link& link) {
  const bool left = link.has(link_flag::left_kerb);
  const bool right = link.has(link_flag::right_kerb);
  if (!left && !right) return left_kerb_bit | right_kerb_bit;
  return static_cast<std::uint8_t>((left ? left_kerb_bit : 0) | (right ? right_kerb_bit : 0));
}

std::uint8_t kerbs_reached(const Link& link, bool backward, protocol::WorkSide side,
                           double reach_m) {
  const std::uint8_t right = backward ? left_kerb_bit : right_kerb_bit;
  const std::uint8_t left = backward ? right_kerb_bit : left_kerb_bit;
  const bool one_way = !link.has(link_flag::forward) || !link.has(link_flag::backward);
  const bool narrow = link.width_dm > 0 && link.width_dm <= reach_m * 10;
  std::uint8_t reached = 0;
  switch (side) {
    case protocol::WorkSide::right:
    case protocol::WorkSide::unknown:
      reached = right;
      break;
    case protocol::WorkSide::left:
      reached = one_way || narrow ? left : std::uint8_t{0};
      break;
    case protocol::WorkSide::full:
      reached = narrow ? static_cast<std::uint8_t>(left | right) : right;
      break;
  }
  return reached & kerbs_of(link);
}

}  // namespace lujing::core
