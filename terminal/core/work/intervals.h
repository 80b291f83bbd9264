// Sets of places along a line, exact, in whole centimetres: sorted, apart from each other, never
// empty pieces. [from, to).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lujing::core {

struct Interval {
  std::int32_t from = 0;
  std::int32_t to = 0;
  bool operator==(const Interval&) const = default;
};

class IntervalSet {
 public:
  IntervalSet() = default;
  /// In any order, overlapping or empty ones too.
  explicit IntervalSet(std::vector<Interval> pieces);

  const std::vector<Interval>& pieces() const { return pieces_; }
  bool empty() const { return pieces_.empty(); }
  std::int64_t length() const;
  bool contains(std::int32_t place) const;

  IntervalSet united(const IntervalSet& other) const;
  IntervalSet minus(const IntervalSet& other) const;
  IntervalSet common(const IntervalSet& other) const;
  bool operator==(const IntervalSet&) const = default;

 private:
  std::vector<Interval> pieces_;
};

}  // namespace lujing::core
