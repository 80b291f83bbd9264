#include "ctl/audit_month.h"

#include "ctl/audit_output.h"
#include "ctl/local_days.h"
#include "ctl/rates_output.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <ostream>

namespace lujing::ctl {
namespace {

using Json = nlohmann::ordered_json;
using report::MonthDay;

std::string plan_names(const MonthDay& day) {
  std::string text;
  for (const core::Plan& plan : day.plans.plans) {
    text += fmt::format("{}{} version {}", text.empty() ? "" : ", ", plan.name, plan.version);
  }
  return text;
}

/// "2026-11-03, 2026-11-05 to 2026-11-07".
std::string days_text(const std::vector<std::int64_t>& days) {
  std::string text;
  for (std::size_t i = 0; i < days.size();) {
    std::size_t last = i;
    while (last + 1 < days.size() && days[last + 1] == days[last] + 1) ++last;
    text += (text.empty() ? "" : ", ") + day_text(days[i]);
    if (last > i) text += " to " + day_text(days[last]);
    i = last + 1;
  }
  return text;
}

}  // namespace

void add_differences(const report::Month& month, AuditRules& rules) {
  std::map<std::pair<std::string, std::uint64_t>, std::vector<std::int64_t>> days_of;
  for (const MonthDay& day : month.days) {
    for (const auto& plan : day.not_had) days_of[plan].push_back(day.plans.local_day);
  }
  for (const auto& [plan, days] : days_of) {
    rules.differences.push_back(
        fmt::format("plan {} version {} is asked of days on which no vehicle had it: {}",
                    plan.first, plan.second, days_text(days)));
  }
}

Json month_json(const report::Month& month) {
  Json json = Json::array();
  for (const MonthDay& day : month.days) {
    Json one{{"day", day_text(day.plans.local_day)},
             {"under_way", day.under_way},
             {"plans", Json::array()},
             {"km", length_json(day.all)},
             {"missing", day.missing}};
    for (const core::Plan& plan : day.plans.plans) {
      one["plans"].push_back({{"name", plan.name}, {"version", plan.version}});
    }
    for (const auto& [name, version] : day.not_had) {
      one["plans_not_had"].push_back({{"name", name}, {"version", version}});
    }
    json.push_back(std::move(one));
  }
  return json;
}

void print_month(const report::Month& month, std::ostream& out) {
  std::vector<std::int64_t> lacking;
  out << fmt::format("{:<10} {:>11} plans asked\n", "day", "all roads");
  for (const MonthDay& day : month.days) {
    if (day.missing > 0) lacking.push_back(day.plans.local_day);
    out << fmt::format("{} {:>11} {}{}{}\n", day_text(day.plans.local_day),
                       percent(day.all.length.rate()), plan_names(day),
                       day.missing > 0 ? "  RECORDS MISSING" : "",
                       day.under_way ? "  still under way" : "");
  }
  if (month.days_to_come > 0) {
    out << fmt::format("to come    {} days that have not begun are in no figure\n",
                       month.days_to_come);
  }
  if (!lacking.empty()) {
    out << fmt::format("missing    records of {} of {} days: {}\n", lacking.size(),
                       month.days.size(), days_text(lacking));
  }
}

}  // namespace lujing::ctl
