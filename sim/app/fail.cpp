#include "sim/app/fail.h"

#include <fmt/core.h>

namespace lujing::sim {

int fail(const Error& error) {
  fmt::print(stderr, "lujing-sim: {}\n", error.what());
  return 1;
}

}  // namespace lujing::sim
