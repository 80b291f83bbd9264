#include "terminal/core/work/intervals.h"

#include <algorithm>
#include <utility>

namespace lujing::core {

IntervalSet::IntervalSet(std::vector<Interval> pieces) : pieces_(std::move(pieces)) {
  std::erase_if(pieces_, [](const Interval& piece) { return piece.from >= piece.to; });
  std::sort(pieces_.begin(), pieces_.end(),
            [](const Interval& a, const Interval& b) { return a.from < b.from; });
  std::size_t kept = 0;
  for (const Interval& piece : pieces_) {
    if (kept > 0 && piece.from <= pieces_[kept - 1].to) {
      pieces_[kept - 1].to = std::max(pieces_[kept - 1].to, piece.to);
    } else {
      pieces_[kept++] = piece;
    }
  }
  pieces_.resize(kept);
}

std::int64_t IntervalSet::length() const {
  std::int64_t sum = 0;
  for (const Interval& piece : pieces_) sum += std::int64_t{piece.to} - piece.from;
  return sum;
}

bool IntervalSet::contains(std::int32_t place) const {
  const auto after = std::upper_bound(
      pieces_.begin(), pieces_.end(), place,
      [](std::int32_t value, const Interval& piece) { return value < piece.from; });
  return after != pieces_.begin() && place < std::prev(after)->to;
}

IntervalSet IntervalSet::united(const IntervalSet& other) const {
  std::vector<Interval> all = pieces_;
  all.insert(all.end(), other.pieces_.begin(), other.pieces_.end());
  return IntervalSet(std::move(all));
}

IntervalSet IntervalSet::minus(const IntervalSet& other) const {
  IntervalSet left;
  auto cut = other.pieces_.begin();
  for (const Interval& piece : pieces_) {
    std::int32_t from = piece.from;
    while (cut != other.pieces_.end() && cut->to <= from) ++cut;
    for (auto at = cut; at != other.pieces_.end() && at->from < piece.to; ++at) {
      if (at->from > from) left.pieces_.push_back({from, at->from});
      from = at->to;
      if (from >= piece.to) break;
    }
    if (from < piece.to) left.pieces_.push_back({from, piece.to});
  }
  return left;
}

IntervalSet IntervalSet::common(const IntervalSet& other) const {
  IntervalSet shared;
  auto a = pieces_.begin();
  auto b = other.pieces_.begin();
  while (a != pieces_.end() && b != other.pieces_.end()) {
    const Interval both{std::max(a->from, b->from), std::min(a->to, b->to)};
    if (both.from < both.to) shared.pieces_.push_back(both);
    if (a->to < b->to) {
      ++a;
    } else {
      ++b;
    }
  }
  return shared;
}

}  // namespace lujing::core
