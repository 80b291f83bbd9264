#include "ctl/rates_output.h"

#include "ctl/audit_output.h"
#include "platform/report/marks.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace lujing::ctl {
namespace {

using Json = nlohmann::ordered_json;
using report::Amount;
using report::Report;
using report::Row;

Json amount_json(const Amount& amount, double (*unit)(std::int64_t)) {
  return {{"whole", unit(amount.whole)},       {"covered", unit(amount.covered)},
          {"excepted", unit(amount.excepted)}, {"no_data", unit(amount.no_data)},
          {"not_done", unit(amount.not_done)}, {"inferred", unit(amount.inferred)},
          {"repeated", unit(amount.repeated)}, {"rate", rate_json(amount.rate())}};
}

std::optional<double> share(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// Which of the targets are met: "75 90", "none", or nothing where there is no rate.
std::string targets_met(std::optional<double> rate, const std::vector<int>& targets) {
  if (!rate) return "not appl.";
  std::string met;
  for (const int percent : targets) {
    if (*rate >= percent / 100.0) met += fmt::format("{}{}", met.empty() ? "" : " ", percent);
  }
  return met.empty() ? "none" : met;
}

std::string targets_head(const std::vector<int>& targets) {
  std::string text;
  for (const int percent : targets) text += fmt::format("{}{}", text.empty() ? "" : ", ", percent);
  return "targets met (" + text + " %)";
}

}  // namespace

nlohmann::ordered_json length_json(const Row& row) {
  return amount_json(row.length, report::km);
}

nlohmann::ordered_json row_json(const Row& row, const std::vector<int>& targets) {
  Json json{{"group", row.group},     {"name", row.name},
            {"kerbs", row.kerbs},     {"kerbs_complete", row.kerbs_complete},
            {"passes", row.passes},   {"pass_rate", rate_json(row.pass_rate())},
            {"km", length_json(row)}, {"m2", amount_json(row.area, report::square_metres)}};
  const auto rate = row.length.rate();
  for (const int percent : targets) {
    json["targets"][fmt::format("{} %", percent)] =
        rate ? Json(*rate >= percent / 100.0) : Json("not applicable");
  }
  return json;
}

void print_rates(const Report& report, const config::Profile& profile, std::ostream& out) {
  out << fmt::format("\n{:<10}{:<28}{:>10}{:>11}{:>11}{:>11}{:>11}{:>10}{:>10}  {}\n", "group",
                     "name", "km", "by length", "by area", "no data", "inferred", "excepted",
                     "passes", targets_head(profile.rate_targets));
  for (const Row& row : report.rows) {
    if (row.group == "road") continue;
    out << fmt::format(
        "{:<10}{:<28}{:>10.3f}{:>11}{:>11}{:>11}{:>11}{:>10}{}{:>9}  {}\n", row.group, row.name,
        report::km(row.length.whole), percent(row.length.rate()), percent(row.area.rate()),
        percent(share(row.length.no_data, row.length.whole)),
        percent(share(row.length.inferred, row.length.covered)),
        percent(share(row.length.excepted, row.length.whole)),
        report::excused_too_much(row, profile.excepted_share_max) ? "!" : " ",
        percent(row.pass_rate()), targets_met(row.length.rate(), profile.rate_targets));
  }
}

}  // namespace lujing::ctl
