#include "terminal/core/roads/losses.h"

#include "terminal/core/roads/transition.h"

#include <algorithm>
#include <span>

namespace lujing::core {
namespace {

constexpr double stretch_m = 1500;
constexpr double least_stretch_m = 400;
constexpr std::size_t most_edges = 512;

MatchConfig without_turns(MatchConfig config) {
  config.per_link = 0;
  config.right_angle = 0;
  return config;
}

}  // namespace

Losses::Losses(const MatchConfig& config, RouteSearch& search)
    : config_(without_turns(config)), search_(search) {
  edges_.reserve(most_edges);
}

void Losses::add(EdgeId edge, bool joined) {
  if (edges_.empty() || !joined || edge == edges_.back().reversed()) {
    close();
    begin(edge);
    return;
  }
  if (edge == edges_.back()) return;
  if (edges_.size() > 1) {  // the one before lies whole between the ends
    between_m_ += search_.length_m(edges_.back());
    seconds_ += search_.seconds(edges_.back());
  }
  edges_.push_back(edge);
  if (between_m_ < stretch_m && edges_.size() < most_edges) return;
  close();
  begin(edge);
}

double Losses::finish() {
  close();
  edges_.clear();
  return lost_;
}

void Losses::reset() {
  edges_.clear();
  between_m_ = 0;
  seconds_ = 0;
  lost_ = 0;
  stretches_ = 0;
}

void Losses::begin(EdgeId edge) {
  edges_.assign(1, edge);
  between_m_ = 0;
  seconds_ = 0;
}

void Losses::close() {
  if (edges_.size() < 3 || between_m_ < least_stretch_m) return;
  const EdgeId last = edges_.back();
  search_.price_by(config_);
  const RouteNode* best =
      search_.from(edges_.front(), 1.5 * between_m_ + 300, std::span(&last, 1)).find(last);
  if (best == nullptr) return;
  const double own = choice_cost(config_, between_m_, seconds_, 0);
  ++stretches_;
  lost_ += std::max(own - static_cast<double>(best->cost), 0.0);
}

}  // namespace lujing::core
