#include "platform/report/rates.h"

#include "terminal/core/work/kerbs.h"

#include <algorithm>
#include <map>

namespace lujing::report {
namespace {

using core::Account;
using core::Kerb;
using core::LinkId;

constexpr core::WorkMask wetting = core::mask_of(protocol::Work::flushing) |
                                   core::mask_of(protocol::Work::sprinkling) |
                                   core::mask_of(protocol::Work::washing_sweeping);

/// By core::RoadClass.
constexpr const char* class_names[] = {"expressway", "arterial", "secondary", "branch",
                                       "lane",       "service",  "ramp"};

void add(Amount& amount, const Account& account, std::int64_t unit) {
  amount.whole += account.length_cm * unit;
  amount.covered += account.covered_cm * unit;
  amount.excepted += account.excepted_cm * unit;
  amount.no_data += account.no_data_cm * unit;
  amount.not_done += account.not_done_cm * unit;
  amount.inferred += account.inferred_cm * unit;
  amount.repeated += account.repeated_cm * unit;
}

/// One kerb of one link, with what the rows need to know of it.
struct KerbOf {
  LinkId link;
  Kerb kerb;
  core::Link values;
  std::int64_t half = 1;  ///< 2: the link's only kerb
};

class Maker {
 public:
  Maker(const core::RoadNetwork& roads, const core::CoverageLedger& ledger, const Asked& asked)
      : roads_(roads), ledger_(ledger), asked_(asked) {
    // A task that another plan has too is told apart by its plan's name.
    std::map<std::string, std::set<std::string>> plans_of_task;
    days_.push_back({asked.local_day, asked.plans});
    for (const PlansOfDay& day : asked.later) days_.push_back({day.local_day, day.plans});
    for (const Day& day : days_) {
      for (const core::Plan& plan : day.plans) {
        for (const core::PlanTask& task : plan.tasks) plans_of_task[task.name].insert(plan.name);
      }
    }
    shared_names_ = asked.shared_tasks;
    for (const auto& [task, plans] : plans_of_task) {
      if (plans.size() > 1) shared_names_.insert(task);
    }
    // A route without a road is there, too: not applicable, and not forgotten.
    for (const Day& day : days_) {
      for (const core::Plan& plan : day.plans) {
        for (const core::PlanTask& task : plan.tasks) row("route", route_name(plan, task));
      }
    }
  }

  std::vector<Row> rows() {
    for (LinkId id = 0; id < roads_.link_count(); ++id) take_link(id);
    std::vector<Row> all;
    row("all", "all roads");  // there, even if there is no road
    all.reserve(rows_.size());
    for (auto& [key, row] : rows_) all.push_back(std::move(row));
    return all;
  }
  std::int64_t wetted() const { return wetted_; }

 private:
  struct Day {
    std::int64_t local_day;
    std::span<const core::Plan> plans;
  };
  Row& row(const std::string& group, const std::string& name) {
    Row& row = rows_[{group, name}];
    row.group = group;
    row.name = name;
    return row;
  }

  std::string route_name(const core::Plan& plan, const core::PlanTask& task) const {
    return shared_names_.count(task.name) > 0 ? plan.name + ": " + task.name : task.name;
  }

  void take_link(LinkId id) {
    const core::Link link = roads_.link(id);
    if (!link.has(core::link_flag::sweepable)) return;
    if ((asked_.classes >> static_cast<unsigned>(link.road_class) & 1U) == 0) return;
    const std::uint8_t kerbs = core::kerbs_of(link);
    const bool both = kerbs == (core::left_kerb_bit | core::right_kerb_bit);
    for (const Kerb kerb : {Kerb::left, Kerb::right}) {
      const auto bit = kerb == Kerb::left ? core::left_kerb_bit : core::right_kerb_bit;
      if ((kerbs & bit) != 0) take_kerb({id, kerb, link, both ? 1 : 2});
    }
  }

  void take_kerb(const KerbOf& kerb) {
    const auto length_cm = static_cast<std::int32_t>(kerb.values.length_cm);
    const Account account = ledger_.account({kerb.link, kerb.kerb}, length_cm, asked_.question);
    count(row("all", "all roads"), kerb, account, 0);
    const auto road_class = static_cast<std::size_t>(kerb.values.road_class);
    count(row("class", class_names[road_class % std::size(class_names)]), kerb, account, 0);
    const std::string district(roads_.district_name(kerb.values.district));
    if (!district.empty()) count(row("district", district), kerb, account, 0);
    if (asked_.by_road) {
      const std::string name(roads_.road_name(kerb.link));
      count(row("road", name.empty() ? "way " + std::to_string(kerb.values.way) : name), kerb,
            account, 0);
    }
    take_plans(kerb, account);
    core::Question wet = asked_.question;
    wet.works = wetting;
    const std::int64_t width_dm = width(kerb.values);
    wetted_ +=
        ledger_.account({kerb.link, kerb.kerb}, length_cm, wet).covered_cm * kerb.half * width_dm;
  }

  /// A route counts its own kinds of work in its own hours; a company what its plan is about.
  void take_plans(const KerbOf& kerb, const Account& account) {
    std::set<std::string> companies;  // one with several plans for a road has it once
    for (const Day& day : days_) take_plans_of(day, kerb, companies);
    for (const std::string& company : companies) count(row("company", company), kerb, account, 0);
  }

  void take_plans_of(const Day& day, const KerbOf& kerb, std::set<std::string>& companies) {
    for (const core::Plan& plan : day.plans) {
      bool any = false;
      for (const core::PlanTask& task : plan.tasks) {
        if (!core::chosen(task.roads, roads_, kerb.link)) continue;
        any = true;
        core::Question question = asked_.question;
        question.works = task.works;
        question.when = core::task_windows(task, day.local_day, plan.utc_offset_min);
        const Account own = ledger_.account(
            {kerb.link, kerb.kerb}, static_cast<std::int32_t>(kerb.values.length_cm), question);
        const int passes = core::passes_asked(task, plan.weather, asked_.weather).passes;
        count(row("route", route_name(plan, task)), kerb, own, passes);
        take_deadline(day.local_day, plan, task, kerb, question);
        take_order(day.local_day, plan, task, kerb, own);
      }
      if (any && !plan.company.empty()) companies.insert(plan.company);
    }
  }

  /// 吸、冲、洗、补: of how many kerbs the steps were done one after the other, in time. A kerb
  /// attains the order or it does not; its lengths are the route's.
  void take_order(std::int64_t local_day, const core::Plan& plan, const core::PlanTask& task,
                  const KerbOf& kerb, Account account) {
    if (task.steps.size() < 2) return;
    const bool kept = core::steps_in_order(task, ledger_, {kerb.link, kerb.kerb},
                                           core::task_span(task, local_day, plan.utc_offset_min));
    account.passes = kept ? 1 : 0;
    count(row("order", route_name(plan, task)), kerb, account, 1);
  }

  /// What of the route was there when its deadline came.
  void take_deadline(std::int64_t local_day, const core::Plan& plan, const core::PlanTask& task,
                     const KerbOf& kerb, core::Question question) {
    if (!task.deadline_min) return;
    const core::TimeWindow day = core::day_window(local_day, plan.utc_offset_min);
    const std::int64_t due_ms = day.from_ms + core::due_minute(task) * std::int64_t{60'000};
    for (core::TimeWindow& window : question.when) {
      window.to_ms = std::min(window.to_ms, due_ms);
    }
    std::erase_if(question.when,
                  [](const core::TimeWindow& window) { return window.from_ms >= window.to_ms; });
    if (question.when.empty()) question.when.push_back({due_ms, due_ms});
    const Account by_then = ledger_.account(
        {kerb.link, kerb.kerb}, static_cast<std::int32_t>(kerb.values.length_cm), question);
    count(row("deadline", route_name(plan, task)), kerb, by_then, 1);
  }

  std::int64_t width(const core::Link& link) const {
    return link.width_dm > 0 ? link.width_dm : asked_.default_width_dm;
  }

  void count(Row& row, const KerbOf& kerb, const Account& account, int required) const {
    add(row.length, account, kerb.half);
    add(row.area, account, kerb.half * width(kerb.values));
    if (!account.applicable()) return;
    ++row.kerbs;
    row.kerbs_complete += account.passes > 0 ? 1 : 0;
    row.passes += account.passes;
    row.required += required;
    row.attained += std::min(account.passes, required);
  }

  const core::RoadNetwork& roads_;
  const core::CoverageLedger& ledger_;
  const Asked& asked_;
  std::vector<Day> days_;
  std::map<std::pair<std::string, std::string>, Row> rows_;
  std::int64_t wetted_ = 0;
  std::set<std::string> shared_names_;  ///< of tasks
};

}  // namespace

std::optional<double> Amount::rate() const {
  const std::int64_t possible = whole - excepted;
  if (possible <= 0) return std::nullopt;
  return static_cast<double>(covered) / static_cast<double>(possible);
}

std::optional<double> Row::pass_rate() const {
  if (required <= 0) return std::nullopt;
  return static_cast<double>(attained) / static_cast<double>(required);
}

double km(std::int64_t length_units) {
  return static_cast<double>(length_units) / 200'000;
}

double square_metres(std::int64_t area_units) {
  return static_cast<double>(area_units) / 2'000;
}

core::CoverageLedger ledger_of(std::span<const Collected> vehicles) {
  core::CoverageLedger ledger;
  for (const Collected& vehicle : vehicles) {
    for (const core::Passing& passing : vehicle.passings) ledger.add(passing);
    for (const Excuse& excuse : vehicle.excuses) ledger.add(excuse.what);
  }
  ledger.settle();
  return ledger;
}

Report make_report(const core::RoadNetwork& roads, const core::CoverageLedger& ledger,
                   std::span<const Collected> vehicles, const Asked& asked) {
  Report report;
  Maker maker(roads, ledger, asked);
  report.rows = maker.rows();
  report.water.area = maker.wetted();
  report.passings = ledger.size();
  for (const Collected& vehicle : vehicles) {
    report.vehicles.push_back(vehicle.totals);
    report.records += vehicle.records;
    report.other_roads += vehicle.other_roads;
    report.untimed += vehicle.untimed;
    for (std::size_t kind = 0; kind < protocol::work_kinds; ++kind) {
      if ((wetting >> kind & 1U) == 0) continue;
      report.water.water_dl += vehicle.totals.work[kind].water_dl;
      report.water.driven_dm += vehicle.totals.work[kind].driven_dm;
    }
  }
  return report;
}

}  // namespace lujing::report
