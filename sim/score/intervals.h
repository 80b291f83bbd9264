// Stretches along a line, in metres: unions, overlaps, lengths.
#pragma once

#include <utility>
#include <vector>

namespace lujing::score {

class Intervals {
 public:
  /// Either order; an empty one is nothing.
  void add(double from_m, double to_m);
  double length_m() const;
  /// What both have.
  Intervals common(const Intervals& other) const;
  /// What this one has and the other has not.
  Intervals without(const Intervals& other) const;
  double overlap_m(const Intervals& other) const { return common(other).length_m(); }
  /// Ascending, disjoint.
  const std::vector<std::pair<double, double>>& parts() const;

 private:
  void tidy() const;
  mutable std::vector<std::pair<double, double>> parts_;
  mutable bool tidy_ = true;
};

}  // namespace lujing::score
