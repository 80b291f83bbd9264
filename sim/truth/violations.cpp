#include "sim/truth/violations.h"

#include <utility>

namespace lujing::sim {

std::optional<Violation> UnsealedWatch::take(const VehicleState& state) {
  const bool unsealed =
      state.body.load_share >= 0.3 && state.body.cover_open >= 0.02 && state.speed_mps > 5.0 / 3.6;
  if (unsealed) {
    if (!open_) {
      open_ = Violation{"MT-01", state.t_s, state.t_s};
    }
    open_->end_s = state.t_s;
    return std::nullopt;
  }
  return std::exchange(open_, std::nullopt);
}

}  // namespace lujing::sim
