#include "terminal/journal/last_words.h"

#include <algorithm>
#include <optional>

namespace lujing::journal {

void LastWords::hear(const hal::Observation& observation) {
  using Key = std::tuple<std::size_t, std::size_t, std::size_t>;
  std::optional<Key> key;
  const std::size_t kind = observation.what.index();
  if (std::holds_alternative<hal::Boot>(observation.what)) words_.clear();
  if (const auto* s = std::get_if<hal::Switch>(&observation.what)) key = Key{kind, s->id, 0};
  if (const auto* a = std::get_if<hal::Analog>(&observation.what)) key = Key{kind, a->id, 0};
  if (const auto* c = std::get_if<hal::CanSignal>(&observation.what)) key = Key{kind, c->id, 0};
  if (const auto* l = std::get_if<hal::LinkState>(&observation.what)) {
    key = Key{kind, static_cast<std::size_t>(l->link), l->index};
  }
  if (const auto* d = std::get_if<hal::DirectiveInForce>(&observation.what)) {
    key = Key{kind, static_cast<std::size_t>(d->kind), 0};
  }
  if (key) words_[*key] = observation;
}

std::vector<hal::Observation> LastWords::in_order() const {
  std::vector<hal::Observation> all;
  for (const auto& [key, observation] : words_) all.push_back(observation);
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.at.ns < b.at.ns; });
  return all;
}

}  // namespace lujing::journal
