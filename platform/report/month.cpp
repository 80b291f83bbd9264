#include "platform/report/month.h"

#include "platform/report/books.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace lujing::report {
namespace {

void add_to(Amount& sum, const Amount& more) {
  sum.whole += more.whole;
  sum.covered += more.covered;
  sum.excepted += more.excepted;
  sum.no_data += more.no_data;
  sum.not_done += more.not_done;
  sum.inferred += more.inferred;
  sum.repeated += more.repeated;
}

void add_to(Row& sum, const Row& more) {
  sum.kerbs += more.kerbs;
  sum.kerbs_complete += more.kerbs_complete;
  sum.passes += more.passes;
  sum.required += more.required;
  sum.attained += more.attained;
  add_to(sum.length, more.length);
  add_to(sum.area, more.area);
}

void add_to(VehicleTotals& sum, const VehicleTotals& more) {
  sum.driven_m += more.driven_m;
  sum.effective_dm += more.effective_dm;
  for (std::size_t kind = 0; kind < protocol::work_kinds; ++kind) {
    sum.work[kind].driven_dm += more.work[kind].driven_dm;
    sum.work[kind].water_dl += more.work[kind].water_dl;
    sum.work[kind].lasted_ms += more.work[kind].lasted_ms;
  }
}

/// Tasks that two plans have go by the plan's name too, on every day: else a route would have two
/// names in one month.
std::set<std::string> shared_tasks(std::span<const PlanVersion> plans) {
  std::map<std::string, std::set<std::string>> plans_of_task;
  for (const PlanVersion& one : plans) {
    for (const core::PlanTask& task : one.plan.tasks)
      plans_of_task[task.name].insert(one.plan.name);
  }
  std::set<std::string> shared;
  for (const auto& [task, names] : plans_of_task) {
    if (names.size() > 1) shared.insert(task);
  }
  return shared;
}

class MonthMaker {
 public:
  MonthMaker(const core::RoadNetwork& roads, const MonthAsked& asked, DayBooks& books)
      : roads_(roads), asked_(asked), books_(books), shared_(shared_tasks(asked.plans)) {}

  Result<void> add_day(std::int64_t local_day) {
    const core::TimeWindow window = core::day_window(local_day, asked_.utc_offset_min);
    std::int64_t read_to_ms = 0;
    for (const PlanVersion& one : asked_.plans) {
      read_to_ms = std::max(read_to_ms, hours_end(one.plan, local_day));
    }
    auto vehicles = books_.read(window, read_to_ms);
    if (!vehicles) return vehicles.error();
    const std::vector<InForce> had = in_force(*vehicles, window);
    auto plans = plans_of_day({asked_.plans.begin(), asked_.plans.end()}, had, local_day);
    if (!plans) return plans.error();
    MonthDay day;
    day.plans = {local_day, std::move(*plans)};
    day.under_way = window.to_ms > asked_.now_ms;
    note_plans(day, had);
    note_missing(*vehicles, day);
    add_dispatcher(*vehicles);
    Asked of_day = asked_.asked;
    of_day.local_day = local_day;
    of_day.question.when = {window};
    of_day.plans = day.plans.plans;
    of_day.shared_tasks = shared_;
    const Report report = make_report(roads_, ledger_of(*vehicles), *vehicles, of_day);
    sum_.add(report);
    for (const Row& row : report.rows) {
      if (row.group == "all") day.all = row;
    }
    note_in_force(had);
    note_marks(marks_of(*vehicles, window));
    month_.days.push_back(std::move(day));
    return {};
  }

  Month take() {
    month_.report = sum_.report();
    for (auto& [key, one] : had_) month_.had.push_back(std::move(one));
    std::stable_sort(month_.had.begin(), month_.had.end(), [](const InForce& a, const InForce& b) {
      return a.kind != b.kind ? a.kind < b.kind : a.from_ms < b.from_ms;
    });
    for (auto& [key, mark] : marks_) month_.marks.push_back(std::move(mark));
    for (const auto& [id, lacks] : lacks_) {
      ledger::MissingOf& one = month_.missing.emplace_back();
      one.terminal = id;
      for (const auto& [key, lack] : lacks) one.missing.push_back(lack);
    }
    return std::move(month_);
  }

 private:
  void note_plans(MonthDay& day, std::span<const InForce> had) const {
    for (const core::Plan& plan : day.plans.plans) {
      const bool was =
          std::any_of(asked_.plans.begin(), asked_.plans.end(), [&](const PlanVersion& one) {
            return one.plan.name == plan.name && one.plan.version == plan.version &&
                   std::any_of(had.begin(), had.end(),
                               [&](const InForce& each) { return same(one.given, each); });
          });
      if (!was) day.not_had.emplace_back(plan.name, plan.version);
    }
  }

  void note_missing(std::span<const Collected> vehicles, MonthDay& day) {
    for (const Collected& vehicle : vehicles) {
      for (const ledger::Missing& one : vehicle.missing) {
        ++day.missing;
        lacks_[vehicle.totals.id].emplace(std::pair(one.epoch, one.first_seq), one);
      }
    }
  }

  /// What the dispatcher excuses is told like a vehicle's.
  void add_dispatcher(std::vector<Collected>& vehicles) const {
    if (asked_.excuses.empty()) return;
    Collected& dispatcher = vehicles.emplace_back();
    dispatcher.totals.id = "dispatcher";
    dispatcher.excuses.assign(asked_.excuses.begin(), asked_.excuses.end());
  }

  void note_in_force(std::span<const InForce> had) {
    for (const InForce& one : had) {
      const auto [at, is_new] =
          had_.try_emplace({one.kind, one.version, one.sha256, one.rule_set}, one);
      if (is_new) continue;
      InForce& sum = at->second;
      sum.from_ms = std::min(sum.from_ms, one.from_ms);
      sum.to_ms = one.to_ms;  // a later day knows more of its end
      std::vector<std::string> both;
      std::set_union(sum.vehicles.begin(), sum.vehicles.end(), one.vehicles.begin(),
                     one.vehicles.end(), std::back_inserter(both));
      sum.vehicles = std::move(both);
    }
  }

  /// One that lasts over midnight, or for weeks, is of several days.
  void note_marks(std::vector<Mark> marks) {
    for (Mark& mark : marks) {
      const auto key = std::tuple(mark.from_ms, mark.vehicle, mark.who, mark.why, mark.note,
                                  mark.by_driver ? 0 : mark.to_ms);
      const auto [at, is_new] = marks_.try_emplace(key, mark);
      if (!is_new && mark.length_cm > at->second.length_cm) at->second = std::move(mark);
    }
  }

  const core::RoadNetwork& roads_;
  const MonthAsked& asked_;
  DayBooks& books_;
  const std::set<std::string> shared_;
  DaySum sum_;
  Month month_;
  std::map<std::tuple<std::string, std::uint64_t, std::string, std::string>, InForce> had_;
  std::map<std::tuple<std::int64_t, std::string, std::string, protocol::ExceptionReason,
                      std::string, std::int64_t>,
           Mark>
      marks_;
  std::map<std::string, std::map<std::pair<std::uint64_t, std::uint64_t>, ledger::Missing>> lacks_;
};

}  // namespace

void DaySum::add(const Report& day) {
  for (const Row& row : day.rows) {
    const auto [at, is_new] = rows_.try_emplace({row.group, row.name}, row);
    if (!is_new) add_to(at->second, row);
  }
  for (const VehicleTotals& vehicle : day.vehicles) {
    const auto [at, is_new] = vehicles_.try_emplace(vehicle.id, vehicle);
    if (!is_new) add_to(at->second, vehicle);
  }
  sum_.water.water_dl += day.water.water_dl;
  sum_.water.driven_dm += day.water.driven_dm;
  sum_.water.area += day.water.area;
  sum_.records += day.records;
  sum_.passings += day.passings;
  sum_.other_roads += day.other_roads;
  sum_.untimed = std::max(sum_.untimed, day.untimed);  // of no day: each day is told of them again
}

Report DaySum::report() const {
  Report all = sum_;
  for (const auto& [key, row] : rows_) all.rows.push_back(row);
  for (const auto& [id, vehicle] : vehicles_) all.vehicles.push_back(vehicle);
  return all;
}

Result<Month> make_month(const core::RoadNetwork& roads, const MonthAsked& asked,
                         const std::function<void(std::int64_t local_day)>& each) {
  auto books = DayBooks::open(asked.ledger_path, roads.version(), asked.threads);
  if (!books) return books.error();
  const auto received_ms = books->last_received_ms();
  if (!received_ms) return received_ms.error();
  // What was received has been, whatever this machine's clock says.
  MonthAsked own = asked;
  own.now_ms = std::max(asked.now_ms, *received_ms);
  MonthMaker maker(roads, own, *books);
  int made = 0;
  for (; made < asked.days; ++made) {
    const std::int64_t day = asked.first_day + made;
    if (core::day_window(day, asked.utc_offset_min).from_ms > own.now_ms) break;
    if (each) each(day);
    if (auto added = maker.add_day(day); !added) return added.error();
  }
  Month month = maker.take();
  month.days_to_come = asked.days - made;
  return month;
}

}  // namespace lujing::report
