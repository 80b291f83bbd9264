#include "protocol/work_records.h"
#include "tests/accuracy/shift_causes.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace lujing::accuracy {
namespace {

using protocol::CoverageState;

constexpr double brush_reach_m = 1.0;  // TRUTH.md
constexpr double step_m = 0.5;
constexpr double switch_s = 4.0;     // brush, mouth and debounce together take less
constexpr double near_end_m = 25.0;  // a crossing and its corners
constexpr double pull_in_m = 80.0;   // from the lane to the kerb, at the start of a piece of work

bool near_an_end(double way_m, const std::vector<double>& ends) {
  return std::any_of(ends.begin(), ends.end(),
                     [&](double end) { return std::fabs(end - way_m) < near_end_m; });
}

/// Gives the middle of each piece and its length.
template <class Take>
void each_step(const score::Intervals& places, const Take& take) {
  for (const auto& [from, to] : places.parts()) {
    for (double at = from; at < to; at += step_m) {
      const double length = std::min(step_m, to - at);
      take(at + length / 2, length);
    }
  }
}

/// 机扫 and 洗扫, which the rate is about: water from a pump that runs before the brushes do is
/// none.
bool sweeps(const nlohmann::json& json) {
  const std::string work = json.value("work", "");
  return work == "sweep" || work == "wash-sweep";
}

double passed_at_s(const Told& one, double way_m) {
  const double length = one.to_m - one.from_m;
  if (length <= 0) return one.begin_s;
  const double share = (way_m - one.from_m) / length;
  return one.begin_s + (one.end_s - one.begin_s) * (one.backward ? 1 - share : share);
}

std::string cause_of_wrong(const Kerb& kerb, double way_m, double t_s, const ShiftTruth& truth,
                           const std::vector<double>& ends) {
  const auto& really = truth.at(t_s);
  if (!truth.effective(t_s)) {
    return truth.to_change_s(t_s) < switch_s ? "machine: switched on or off just then"
                                             : "machine: not effective";
  }
  const std::string where = near_an_end(way_m, ends) ? ", at a crossing" : ", between crossings";
  if (really.way != kerb.first) return "another road" + where;
  if (really.gap_m > brush_reach_m) {
    if (really.work_m >= 0 && really.work_m < pull_in_m) return "too far from the kerb: pulling in";
    return "too far from the kerb" + where;
  }
  if (really.along_way != kerb.second) return "the other direction";
  return "place along the road" + where;
}

std::string cause_of_missed(const Kerb& kerb, double way_m, double t_s,
                            const std::vector<Told>& told, const ShiftTruth& truth,
                            const std::vector<double>& ends) {
  const std::string where = near_an_end(way_m, ends) ? ", at a crossing" : ", between crossings";
  if (t_s < 0) return "passed at no second";
  const Told* best = nullptr;
  for (const Told& one : told) {
    if (t_s < one.begin_s || t_s > one.end_s) continue;
    if (best == nullptr || one.state < best->state) best = &one;
  }
  if (best == nullptr) {
    if (truth.to_change_s(t_s) < switch_s) return "machine: switched on or off just then";
    return "nothing was told" + where;
  }
  if (best->state != CoverageState::covered) {
    const bool change = truth.to_change_s(t_s) < switch_s;
    return std::string(best->state == CoverageState::no_data ? "no data: " : "ineffective: ") +
           protocol::to_string(best->reason) + (change ? ", just then switched" : where);
  }
  if (best->way != kerb.first) return "another road" + where;
  if (!(kerb.second ? best->right : best->left)) return "the other kerb" + where;
  return "place along the road" + where;
}

}  // namespace

Told cut_at(const Told& told, double until_s) {
  Told cut = told;
  if (told.end_s <= until_s) return cut;
  const double share = std::max(0.0, until_s - told.begin_s) / (told.end_s - told.begin_s);
  const double length = (told.to_m - told.from_m) * share;
  (told.backward ? cut.from_m : cut.to_m) =
      told.backward ? told.to_m - length : told.from_m + length;
  cut.end_s = std::max(told.begin_s, until_s);
  return cut;
}

score::Intervals without(const score::Intervals& places, const score::Intervals& others) {
  score::Intervals rest;
  for (const auto& [from, to] : places.parts()) {
    double at = from;
    for (const auto& [other_from, other_to] : others.parts()) {
      if (other_to <= at || other_from >= to) continue;
      rest.add(at, std::max(at, other_from));
      at = std::max(at, other_to);
    }
    rest.add(at, std::max(at, to));
  }
  return rest;
}

Result<ShiftTruth> ShiftTruth::read(const std::string& folder, const std::string& id) {
  ShiftTruth truth;
  double work_began_m = -1;
  std::ifstream track(folder + "/truth/track/" + id + ".jsonl");
  for (std::string line; std::getline(track, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object()) return Error(folder + ": the track's line is no JSON: " + line);
    const double odometer_m = json.value("odometer_m", 0.0);
    const bool works = json.value("doing", "") == "work";
    if (!works) work_began_m = -1;
    if (works && work_began_m < 0) work_began_m = odometer_m;
    truth.seconds_.push_back({json.value("t_s", 0.0), json.value("way", std::int64_t{0}),
                              json.value("along_way", true), json.value("way_m", 0.0),
                              json.value("right_gap_m", 0.0),
                              works ? odometer_m - work_began_m : -1.0});
  }
  std::ifstream states(folder + "/truth/states.jsonl");
  for (std::string line; std::getline(states, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || json.value("vehicle", "") != id) continue;
    const bool effective = json.value("effective", false) && sweeps(json);
    if (truth.changes_.empty() || truth.changes_.back().second != effective)
      truth.changes_.emplace_back(json.value("t_s", 0.0), effective);
  }
  std::ifstream kerbs(folder + "/truth/kerbs.jsonl");
  for (std::string line; std::getline(kerbs, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || json.value("vehicle", "") != id) continue;
    if (!sweeps(json)) continue;
    const bool forward = json.value("driven", "") == "forward";
    const double from_m = json.value("from_m", 0.0);
    const double to_m = json.value("to_m", 0.0);
    truth.swept_.push_back({{json.value("way", std::int64_t{0}), json.value("kerb", "") == "right"},
                            json.value("begin_s", 0.0),
                            json.value("end_s", 0.0),
                            forward ? from_m : to_m,
                            forward ? to_m : from_m});
  }
  if (truth.seconds_.empty()) return Error(folder + " has no track of " + id);
  return truth;
}

const ShiftTruth::Second& ShiftTruth::at(double t_s) const {
  const auto after =
      std::lower_bound(seconds_.begin(), seconds_.end(), t_s,
                       [](const Second& second, double value) { return second.t_s < value; });
  if (after == seconds_.begin()) return *after;
  if (after == seconds_.end()) return seconds_.back();
  const auto before = std::prev(after);
  return t_s - before->t_s < after->t_s - t_s ? *before : *after;
}

bool ShiftTruth::effective(double t_s) const {
  bool now = false;
  for (const auto& [since_s, effective] : changes_) {
    if (since_s > t_s) break;
    now = effective;
  }
  return now;
}

double ShiftTruth::to_change_s(double t_s) const {
  double least = 1e9;
  for (const auto& change : changes_) least = std::min(least, std::fabs(change.first - t_s));
  return least;
}

std::map<Kerb, score::Intervals> ShiftTruth::cleaned(double until_s) const {
  std::map<Kerb, score::Intervals> all;
  for (const Swept& swept : swept_) {
    if (swept.begin_s >= until_s) continue;
    const Second& then = at(until_s);
    const bool cut = swept.end_s > until_s && then.way == swept.kerb.first;
    all[swept.kerb].add(swept.first_m, cut ? then.way_m : swept.last_m);
  }
  return all;
}

std::optional<double> ShiftTruth::ahead_m(std::int64_t way, double way_m, double t_s) const {
  const auto after =
      std::lower_bound(seconds_.begin(), seconds_.end(), t_s,
                       [](const Second& second, double value) { return second.t_s < value; });
  if (after == seconds_.begin() || after == seconds_.end()) return {};
  const Second& a = *std::prev(after);
  const Second& b = *after;
  if (a.way != way || b.way != way || a.along_way != b.along_way) return {};
  const double really_m = a.way_m + (b.way_m - a.way_m) * (t_s - a.t_s) / (b.t_s - a.t_s);
  return a.along_way ? way_m - really_m : really_m - way_m;
}

double ShiftTruth::cleaned_at_s(const Kerb& kerb, double way_m) const {
  double best = -1;
  for (std::size_t i = 0; i < seconds_.size(); ++i) {
    const Second& here = seconds_[i];
    if (here.way != kerb.first || here.along_way != kerb.second) continue;
    // Between this second and the next one; before the first one on this way, and after the last.
    const bool last = i + 1 == seconds_.size() || seconds_[i + 1].way != here.way;
    const bool first = i == 0 || seconds_[i - 1].way != here.way;
    const double to_m = last ? here.way_m : seconds_[i + 1].way_m;
    const auto [low, high] = std::minmax(here.way_m, to_m);
    const double slack = first || last ? 3.0 : 0.01;
    if (way_m < low - slack || way_m > high + slack) continue;
    const double share =
        high > low ? std::clamp((way_m - here.way_m) / (to_m - here.way_m), 0., 1.) : 0;
    const double t_s = here.t_s + share;
    const bool good = effective(t_s) && here.gap_m <= brush_reach_m + 0.1;
    if (good) return t_s;
    if (best < 0 && here.work_m >= 0) best = t_s;
  }
  return best;
}

void add_wrong(const Kerb& kerb, const score::Intervals& wrong, const std::vector<Told>& told,
               const ShiftTruth& truth, const std::vector<double>& ends, Causes& causes) {
  each_step(wrong, [&](double way_m, double length) {
    for (const Told& one : told) {
      if (!one.covers(kerb) || way_m < one.from_m || way_m > one.to_m) continue;
      causes[cause_of_wrong(kerb, way_m, passed_at_s(one, way_m), truth, ends)] += length;
      return;
    }
    causes["no record: rounding"] += length;
  });
}

void add_missed(const Kerb& kerb, const score::Intervals& missed, const std::vector<Told>& told,
                const ShiftTruth& truth, const std::vector<double>& ends, Causes& causes) {
  each_step(missed, [&](double way_m, double length) {
    const double t_s = truth.cleaned_at_s(kerb, way_m);
    causes[cause_of_missed(kerb, way_m, t_s, told, truth, ends)] += length;
  });
}

}  // namespace lujing::accuracy
