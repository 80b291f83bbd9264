// Limits as the vehicle's outputs: 限速, 限举, 锁车 at a relay or in a register.
//
//   speed_limit      on while there is a speed limit
//   speed_limit_kmh  its value, rounded up; 0: none
//   hoist_limit      on while the hoist must stay down
//   lock             on while the vehicle must not be started
#pragma once

namespace lujing::core {
struct Limits;
}
namespace lujing::hal {
class OutputBoard;
}

namespace lujing::app {

void put_limits(const core::Limits& limits, hal::OutputBoard& board);

}  // namespace lujing::app
