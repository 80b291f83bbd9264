// A plan from outside: refused or read, never a crash; what is read keeps its bounds.
#include "terminal/config/plan.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto plan = lujing::config::parse_plan("plan", text);
  if (!plan) {
    if (plan.error().what().empty()) std::abort();
    return 0;
  }
  for (const auto& task : plan->tasks) {
    if (task.passes == 0 || (task.deadline_min && *task.deadline_min > 1440)) std::abort();
    for (const auto& corner : task.roads.zone) {
      if (!corner.valid()) std::abort();
    }
    lujing::core::inside(task.roads.zone, lujing::GeoPoint{1, 2});
  }
  return 0;
}
