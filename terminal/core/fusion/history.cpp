#include "terminal/core/fusion/history.h"

#include "terminal/core/fusion/measurements.h"

#include <utility>

namespace lujing::core {

History::History() : told_(most_told), copies_(most_copies) {}

void History::clear() {
  told_end_ = 0;
  copies_end_ = 0;
  copies_begin_ = 0;
}

/// Before the first told one, and then every tenth of a second: the state before what comes next.
void History::keep_copy(const Estimate& e) {
  if (copies_end_ > copies_begin_) {
    const Copy& last = copies_[(copies_end_ - 1) % most_copies];
    if (e.at.ns - last.estimate.at.ns < copy_every_ns) return;
  }
  Copy& copy = copies_[copies_end_ % most_copies];
  copy.estimate = e;
  copy.next = told_end_;
  ++copies_end_;
  if (copies_end_ - copies_begin_ > most_copies) ++copies_begin_;
}

void History::append(Estimate& e, const Told& what, const FusionConfig& config) {
  keep_copy(e);
  told(told_end_++) = what;
  take_told(e, what, config);
}

History::Taken History::take(Estimate& e, const Told& what, const FusionConfig& config) {
  if (!e.running || what.at.ns >= e.at.ns) {
    append(e, what, config);
    return Taken::in_order;
  }
  if (e.at.ns - what.at.ns > reach_ns) return Taken::too_late;
  // The youngest copy that is not after it and whose followers are all still here.
  std::uint64_t at = copies_end_;
  while (at > copies_begin_ && copies_[(at - 1) % most_copies].estimate.at.ns > what.at.ns) --at;
  if (at == copies_begin_) return Taken::too_late;
  const Copy& copy = copies_[(at - 1) % most_copies];
  if (!copy.estimate.running || told_end_ + 1 - copy.next > most_told) return Taken::too_late;
  const std::uint64_t first = copy.next;
  e = copy.estimate;
  copies_end_ = at;
  // Sorted in: after those of the same moment, which came before it.
  std::uint64_t place = told_end_++;
  while (place > first && told(place - 1).at.ns > what.at.ns) {
    told(place) = told(place - 1);
    --place;
  }
  told(place) = what;
  const std::uint64_t end = told_end_;
  told_end_ = first;
  while (told_end_ < end) {
    if (told_end_ > first) keep_copy(e);
    take_told(e, told(told_end_++), config);
  }
  return Taken::late;
}

}  // namespace lujing::core
