#include "sim/app/tally.h"

#include "sim/score/print.h"
#include "sim/score/read.h"
#include "sim/score/together.h"

#include <fmt/format.h>

#include <cstdio>

namespace lujing::sim {
namespace {

/// "missed 2, false 1"; empty: none of it.
std::string sum_of(std::initializer_list<std::pair<const char*, std::uint32_t>> counts) {
  std::string text;
  for (const auto& [name, count] : counts) {
    if (count > 0) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, count);
    }
  }
  return text;
}

}  // namespace

Result<Tally> Tally::begin(const std::string& open_file) {
  auto open = score::OpenPromises::read(open_file);
  if (!open) {
    return open.error();
  }
  Tally tally;
  tally.open_file_ = open_file;
  tally.open_ = std::move(*open);
  return tally;
}

Result<void> Tally::score(const Scenario& scenario, const std::string& folder,
                          const std::string& ctl) {
  const auto truth = score::read_truth(folder);
  if (!truth) {
    return truth.error();
  }
  auto found = score::replay_journals(folder, *truth, ctl, {});
  if (!found) {
    return found.error();
  }
  const auto ways = score::Ways::read(folder + "/city/city.roads");
  if (!ways) {
    return ways.error();
  }
  score::judge_rate(*truth, *ways, *found);
  told_.clear();
  judge(scenario, *truth, *found);
  compare(scenario, score::grade(*truth, *found, &*ways));
  grader_.add(*truth, *found, &*ways);
  return {};
}

bool Tally::is_open(const std::string& scenario, const std::string& rule, const std::string& what) {
  told_.insert(rule);
  const std::string* reason = open_.find(scenario, rule);
  if (reason == nullptr) {
    fmt::print("  BROKEN  {}\n", what);
    return false;
  }
  fmt::print("  open    {}: {}\n", what, *reason);
  return true;
}

void Tally::judge(const Scenario& scenario, const score::Truth& truth, const score::Found& found) {
  for (const Expect& expect : scenario.expect) {
    const score::Promise promise{scenario.name, expect.vehicle, expect.rule, expect.raise};
    const score::Verdict verdict = score::judge(promise, truth, found);
    if (verdict == score::Verdict::kept) {
      ++kept_;
      continue;
    }
    const char* what =
        verdict == score::Verdict::missed ? "was not raised" : "was raised and must not be";
    const bool open = is_open(scenario.name, expect.rule,
                              fmt::format("{} {} {}", expect.vehicle, expect.rule, what));
    ++(open ? left_open_ : broken_);
  }
}

/// What no promise is about: alarms that the truth does not have, violations and trips not found.
void Tally::compare(const Scenario& scenario, const score::Score& score) {
  const auto tell = [&](const std::string& rule, const std::string& what) {
    if (what.empty() || told_.contains(rule)) {
      return;
    }
    ++(is_open(scenario.name, rule, rule + " " + what) ? known_differences_ : broken_);
  };
  for (const auto& [rule, alarm] : score.alarms) {
    tell(rule, sum_of({{"false", alarm.false_alarms}, {"missed", alarm.missed}}));
  }
  const score::TripScore& trips = score.trips;
  tell("trips", sum_of({{"missed", trips.missed},
                        {"invented", trips.invented},
                        {"with a wrong site", trips.wrong_site}}));
}

int Tally::close(bool json) {
  const score::Score total = grader_.score();
  fmt::print("\n{}\n", json ? score::to_json(total) : score::to_table(total));
  for (const std::string& entry : open_.unused()) {
    fmt::print("{} is in {} and need not be: take it out\n", entry, open_file_);
    ++broken_;
  }
  fmt::print("beside the promises: {} known false alarms, missed violations and trips\n",
             known_differences_);
  fmt::print("promises: {} kept, {} known to be open, {} broken\n", kept_, left_open_, broken_);
  return broken_;
}

}  // namespace lujing::sim
