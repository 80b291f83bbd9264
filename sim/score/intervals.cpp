#include "sim/score/intervals.h"

#include <algorithm>

namespace lujing::score {

void Intervals::add(double from_m, double to_m) {
  if (from_m > to_m) std::swap(from_m, to_m);
  if (!(to_m > from_m)) return;
  parts_.emplace_back(from_m, to_m);
  tidy_ = false;
}

void Intervals::tidy() const {
  if (tidy_) return;
  tidy_ = true;
  std::sort(parts_.begin(), parts_.end());
  std::size_t kept = 0;
  for (std::size_t i = 1; i < parts_.size(); ++i) {
    if (parts_[i].first <= parts_[kept].second) {
      parts_[kept].second = std::max(parts_[kept].second, parts_[i].second);
    } else {
      parts_[++kept] = parts_[i];
    }
  }
  parts_.resize(kept + 1);
}

const std::vector<std::pair<double, double>>& Intervals::parts() const {
  tidy();
  return parts_;
}

double Intervals::length_m() const {
  double length = 0;
  for (const auto& [from, to] : parts()) length += to - from;
  return length;
}

Intervals Intervals::common(const Intervals& other) const {
  Intervals both;
  auto a = parts().begin();
  auto b = other.parts().begin();
  while (a != parts().end() && b != other.parts().end()) {
    const double from = std::max(a->first, b->first);
    const double to = std::min(a->second, b->second);
    if (to > from) both.parts_.emplace_back(from, to);
    a->second < b->second ? ++a : ++b;
  }
  return both;
}

Intervals Intervals::without(const Intervals& other) const {
  Intervals left;
  auto b = other.parts().begin();
  for (const auto& [from, to] : parts()) {
    double at = from;
    while (b != other.parts().end() && b->second <= at) ++b;
    for (auto cut = b; cut != other.parts().end() && cut->first < to; ++cut) {
      if (cut->first > at) left.parts_.emplace_back(at, cut->first);
      at = std::max(at, cut->second);
    }
    if (at < to) left.parts_.emplace_back(at, to);
  }
  return left;
}

}  // namespace lujing::score
