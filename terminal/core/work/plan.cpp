#include "terminal/core/work/plan.h"

#include "terminal/core/work/kerbs.h"

#include <algorithm>

namespace lujing::core {
namespace {

constexpr std::int64_t ms_per_min = 60'000;
constexpr std::int64_t ms_per_day = 86'400'000;
constexpr std::int64_t epoch_weekday = 3;  ///< 1970-01-01 was a Thursday; 0 is Monday

template <class T>
bool empty_or_holds(const std::vector<T>& list, const T& item) {
  return list.empty() || std::find(list.begin(), list.end(), item) != list.end();
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// The steps were begun on this kerb one after the other, the last within the time.
bool steps_done(const PlanTask& task, std::span<const Passing> passings, TimeWindow when) {
  const std::int64_t within_ms = task.steps_within_min * ms_per_min;
  for (const Passing& first : passings) {
    if (first.work != task.steps.front() || first.begin_ms < when.from_ms ||
        first.begin_ms >= when.to_ms || first.state != protocol::CoverageState::covered) {
      continue;
    }
    std::size_t step = 1;
    for (const Passing& next : passings) {
      if (step == task.steps.size()) break;
      const bool in_time =
          next.begin_ms >= first.begin_ms && next.begin_ms - first.begin_ms <= within_ms;
      if (next.work == task.steps[step] && in_time &&
          next.state == protocol::CoverageState::covered) {
        ++step;
      }
    }
    if (step == task.steps.size()) return true;
  }
  return false;
}

}  // namespace

PassesAsked passes_asked(const PlanTask& task, const Weather& weather, const WeatherRules& rules) {
  constexpr WorkMask wet = mask_of(protocol::Work::flushing) | mask_of(protocol::Work::sprinkling) |
                           mask_of(protocol::Work::misting);
  const bool wets = (task.works & wet) != 0;
  const int own = std::max<int>(task.passes, 1);
  PassesAsked asked{own};
  const auto raise = [&asked](int passes, bool& why) {
    if (passes <= asked.passes) return;
    asked.passes = passes;
    why = true;
  };
  if (weather.temperature_c) {
    const double from_c = task.heat_c.value_or(rules.heat_c);
    const int heat = task.heat_c ? task.heat_passes : own + (wets ? rules.heat_more : 0);
    if (*weather.temperature_c >= from_c) raise(heat, asked.by_heat);
  }
  if (weather.wind_force) {
    const int from = task.wind_force.value_or(rules.wind_force);
    const int wind = task.wind_force ? task.wind_passes : own + (wets ? rules.wind_more : 0);
    if (*weather.wind_force >= from) raise(wind, asked.by_wind);
  }
  return asked;
}

bool inside(std::span<const GeoPoint> polygon, GeoPoint place) {
  bool in = false;
  if (polygon.empty()) return in;
  for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
    const Offset a = offset(place, polygon[i]);
    const Offset b = offset(place, polygon[j]);
    if ((a.north_m > 0) == (b.north_m > 0)) continue;
    const double east_m =
        a.east_m + (b.east_m - a.east_m) * (0 - a.north_m) / (b.north_m - a.north_m);
    if (east_m > 0) in = !in;
  }
  return in;
}

bool chosen(const RoadChoice& choice, const RoadNetwork& roads, LinkId id) {
  const Link link = roads.link(id);
  if (!link.has(link_flag::sweepable)) return false;
  if (choice.classes != 0 && (choice.classes >> static_cast<unsigned>(link.road_class) & 1U) == 0) {
    return false;
  }
  if (!empty_or_holds(choice.ways, link.way) || !empty_or_holds(choice.districts, link.district)) {
    return false;
  }
  if (!choice.names.empty() && !empty_or_holds(choice.names, std::string(roads.road_name(id)))) {
    return false;
  }
  return choice.zone.empty() || inside(choice.zone, roads.place(id, link.length_cm / 200.0));
}

bool within_windows(std::span<const PlanWindow> windows, int minute) {
  if (windows.empty()) return true;
  return std::any_of(windows.begin(), windows.end(), [&](const PlanWindow& window) {
    if (window.from_min < window.to_min) return minute >= window.from_min && minute < window.to_min;
    return minute >= window.from_min || minute < window.to_min;
  });
}

LocalTime local_time(UtcTime utc, std::int32_t utc_offset_min) {
  const std::int64_t local_ms = utc.ms + utc_offset_min * ms_per_min;
  LocalTime time;
  time.day = floor_div(local_ms, ms_per_day);
  time.minute = static_cast<int>((local_ms - time.day * ms_per_day) / ms_per_min);
  time.weekday = static_cast<int>(((time.day + epoch_weekday) % 7 + 7) % 7);
  return time;
}

TimeWindow day_window(std::int64_t local_day, std::int32_t utc_offset_min) {
  const std::int64_t from_ms = local_day * ms_per_day - utc_offset_min * ms_per_min;
  return {from_ms, from_ms + ms_per_day};
}

std::vector<TimeWindow> task_windows(const PlanTask& task, std::int64_t local_day,
                                     std::int32_t utc_offset_min) {
  const TimeWindow day = day_window(local_day, utc_offset_min);
  if (task.windows.empty()) return {day};
  std::vector<TimeWindow> windows;
  for (const PlanWindow& window : task.windows) {
    const bool over_midnight = window.to_min <= window.from_min;
    windows.push_back(
        {day.from_ms + window.from_min * ms_per_min,
         day.from_ms + window.to_min * ms_per_min + (over_midnight ? ms_per_day : 0)});
  }
  return windows;
}

std::int64_t task_day(const PlanTask& task, const LocalTime& now) {
  const bool since_yesterday =
      std::any_of(task.windows.begin(), task.windows.end(), [&](const PlanWindow& window) {
        return window.to_min <= window.from_min && now.minute < window.to_min;
      });
  return now.day - (since_yesterday ? 1 : 0);
}

TimeWindow task_span(const PlanTask& task, std::int64_t local_day, std::int32_t utc_offset_min) {
  const std::vector<TimeWindow> windows = task_windows(task, local_day, utc_offset_min);
  TimeWindow span = windows.front();
  for (const TimeWindow& window : windows) {
    span.from_ms = std::min(span.from_ms, window.from_ms);
    span.to_ms = std::max(span.to_ms, window.to_ms);
  }
  return span;
}

int due_minute(const PlanTask& task) {
  constexpr int day_min = 1440;
  int first = task.windows.empty() ? 0 : day_min;
  int last = task.windows.empty() ? day_min : 0;
  for (const PlanWindow& window : task.windows) {
    first = std::min<int>(first, window.from_min);
    last = std::max(last, window.to_min + (window.to_min <= window.from_min ? day_min : 0));
  }
  if (!task.deadline_min) return last;
  return *task.deadline_min + (last > day_min && *task.deadline_min <= first ? day_min : 0);
}

bool steps_in_order(const PlanTask& task, const CoverageLedger& ledger, KerbId kerb,
                    TimeWindow day) {
  return !task.steps.empty() && steps_done(task, ledger.passings(kerb), day);
}

TaskBalance balance(const PlanTask& task, const RoadNetwork& roads, const CoverageLedger& ledger,
                    std::int64_t local_day, std::int32_t utc_offset_min, int passes,
                    const Question& question) {
  TaskBalance total;
  const TimeWindow day = task_span(task, local_day, utc_offset_min);
  Question asked = question;
  asked.works = task.works;
  asked.when = task_windows(task, local_day, utc_offset_min);
  for (LinkId id = 0; id < roads.link_count(); ++id) {
    if (!chosen(task.roads, roads, id)) continue;
    const Link link = roads.link(id);
    const std::uint8_t kerbs = kerbs_of(link);
    int complete = 0;
    int there = 0;
    for (const Kerb kerb : {Kerb::left, Kerb::right}) {
      if ((kerbs & (kerb == Kerb::left ? left_kerb_bit : right_kerb_bit)) == 0) continue;
      const Account account =
          ledger.account({id, kerb}, static_cast<std::int32_t>(link.length_cm), asked);
      if (!account.applicable()) continue;
      ++there;
      ++total.kerbs;
      total.required_cm += account.length_cm - account.excepted_cm;
      total.covered_cm += account.covered_cm;
      total.no_data_cm += account.no_data_cm;
      total.excepted_cm += account.excepted_cm;
      complete += account.passes > 0 ? 1 : 0;
      total.kerbs_below += account.passes == 0 ? 1 : 0;
      total.kerbs_short += account.passes > 0 && account.passes < passes ? 1 : 0;
      if (task.steps.size() > 1 && !steps_done(task, ledger.passings({id, kerb}), day)) {
        ++total.out_of_order;
      }
    }
    total.one_sided += there == 2 && complete == 1 ? 1 : 0;
  }
  return total;
}

}  // namespace lujing::core
