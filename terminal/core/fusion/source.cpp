#include "terminal/core/fusion/source.h"

#include "terminal/core/fusion/noise.h"

#include <algorithm>

namespace lujing::core {
namespace {

constexpr double source_counts_s = 1;  ///< one measurement speaks for no longer
constexpr double source_doubted_s = 10;
constexpr double source_accepted_share = 0.25;  ///< more than one in five refused: doubted, in time

}  // namespace

void set_unused(Estimate& e, Sensor sensor, bool unused) {
  SensorCount& count = e.count(sensor);
  if (count.unused == unused) return;
  count.unused = unused;
  if (!unused) {
    count.doubt_s = 0;
    return;
  }
  count.doubt_s = source_doubted_s;
  count.unused_since_ns = e.at.ns;
  ++count.times_unused;
}

void judge_source(Estimate& e, Sensor sensor, bool accepted) {
  SensorCount& count = e.count(sensor);
  const double for_s = std::clamp(e.age_s(count.last_ns), 0.0, source_counts_s);
  count.last_ns = e.at.ns;
  // Without positions that agree it may be the filter that is wrong.
  if (e.standing || e.age_s(e.position_ns) > noise::gnss_fresh_s) return;
  count.doubt_s = std::clamp(count.doubt_s + (accepted ? -source_accepted_share * for_s : for_s),
                             0.0, source_doubted_s);
  if (count.doubt_s >= source_doubted_s) set_unused(e, sensor, true);
  if (count.doubt_s <= 0) set_unused(e, sensor, false);
}

std::optional<bool> correct_judged(Estimate& e, Sensor sensor, const Row& row, double innovation,
                                   double variance) {
  if (unused(e, sensor)) {
    judge_source(e, sensor, fits(e, sensor, row, innovation, variance));
    return std::nullopt;
  }
  const bool accepted = correct_gated(e, sensor, row, innovation, variance);
  judge_source(e, sensor, accepted);
  return accepted;
}

}  // namespace lujing::core
