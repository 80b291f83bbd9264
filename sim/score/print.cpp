#include "sim/score/print.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace lujing::score {
namespace {

using Json = nlohmann::ordered_json;

double percent(double part, double whole) {
  return whole > 0 ? part / whole * 100 : 0;
}

Json alarms_json(const Score& score) {
  Json rules = Json::object();
  for (const auto& [rule, alarm] : score.alarms) {
    rules[rule] = {{"truths", alarm.truths},
                   {"found", alarm.found},
                   {"repeated", alarm.repeated},
                   {"missed", alarm.missed},
                   {"false", alarm.false_alarms},
                   {"near_misses_silent", alarm.near_misses},
                   {"delay_median_s", alarm.delay_median_s},
                   {"delay_max_s", alarm.delay_max_s}};
  }
  return rules;
}

}  // namespace

std::string to_table(const Score& score) {
  std::string out;
  const auto add = [&](const std::string& line) { out += line + "\n"; };
  add(fmt::format("vehicles  {}, {:.1f} hours, {} records", score.vehicles, score.hours,
                  score.records));
  const PositionScore& p = score.position;
  add(fmt::format(
      "position  {} points: median {:.1f} m, 95 % {:.1f} m, 99 % {:.1f} m, worst {:.1f} m",
      p.points, p.median_m, p.p95_m, p.p99_m, p.max_m));
  if (score.path.true_m > 0) {
    add(fmt::format("roads     {:.2f} km driven: {:.2f} % found, {:.2f} % wrong",
                    score.path.true_m / 1000, percent(score.path.found_m, score.path.true_m),
                    percent(score.path.wrong_m, score.path.true_m)));
  }
  for (const auto& [road_class, c] : score.coverage) {
    if (c.required_m <= 0) continue;
    add(fmt::format(
        "kerbs     {:<11}{:>9.2f} km, cleaned {:>6.2f} %, credited wrongly {:.2f} %, not credited "
        "{:.2f} %, rate off by {:+.2f} points",
        road_class, c.required_m / 1000, percent(c.true_m, c.required_m),
        percent(c.wrong_m, c.true_m), percent(c.true_m - c.right_m, c.true_m), c.rate_error_pp()));
  }
  double kerbs_m = 0;
  for (const auto& [road_class, c] : score.coverage) kerbs_m += c.unsettled_m;
  if (score.path.unsettled_m + kerbs_m > 0) {
    add(
        fmt::format("not graded: roads ({:.2f} km) and kerbs ({:.2f} km) of a run's last {} s, of "
                    "which records come later",
                    score.path.unsettled_m / 1000, kerbs_m / 1000, settle_ms / 1000));
  }
  if (!score.alarms.empty()) {
    add(fmt::format("{:<10}{:>8}{:>8}{:>10}{:>8}{:>8}{:>13}{:>14}{:>12}", "rule", "true", "found",
                    "repeated", "missed", "false", "near misses", "delay 50 %, s", "longest, s"));
  }
  for (const auto& [rule, a] : score.alarms) {
    add(fmt::format("{:<10}{:>8}{:>8}{:>10}{:>8}{:>8}{:>13}{:>14.1f}{:>12.1f}", rule, a.truths,
                    a.found, a.repeated, a.missed, a.false_alarms, a.near_misses, a.delay_median_s,
                    a.delay_max_s));
  }
  const TripScore& t = score.trips;
  if (t.truths + t.invented + t.under_way > 0) {
    add(fmt::format(
        "trips     {}: {} right, {} with a wrong site, {} missed, {} invented; sealed "
        "share off by at most {:.1f} points; {} more under way at the end",
        t.truths, t.right, t.wrong_site, t.missed, t.invented, t.sealed_error_pp, t.under_way));
  }
  return out;
}

std::string to_json(const Score& score) {
  Json json;
  json["vehicles"] = score.vehicles;
  json["hours"] = score.hours;
  json["records"] = score.records;
  json["settle_s"] = settle_ms / 1000;
  const PositionScore& p = score.position;
  json["position"] = {{"points", p.points},     {"without_truth", p.without_truth},
                      {"median_m", p.median_m}, {"p95_m", p.p95_m},
                      {"p99_m", p.p99_m},       {"max_m", p.max_m}};
  json["path"] = {{"true_m", score.path.true_m},
                  {"found_m", score.path.found_m},
                  {"wrong_m", score.path.wrong_m},
                  {"off_map_m", score.path.off_map_m},
                  {"unsettled_m", score.path.unsettled_m}};
  Json coverage = Json::object();
  for (const auto& [road_class, c] : score.coverage) {
    coverage[road_class] = {{"required_m", c.required_m},   {"true_m", c.true_m},
                            {"right_m", c.right_m},         {"wrong_m", c.wrong_m},
                            {"unsettled_m", c.unsettled_m}, {"rate_error_pp", c.rate_error_pp()}};
  }
  json["coverage"] = std::move(coverage);
  json["alarms"] = alarms_json(score);
  const TripScore& t = score.trips;
  json["trips"] = {{"truths", t.truths},
                   {"right", t.right},
                   {"wrong_site", t.wrong_site},
                   {"missed", t.missed},
                   {"invented", t.invented},
                   {"under_way", t.under_way},
                   {"sealed_error_pp", t.sealed_error_pp}};
  Json differences = Json::array();
  for (const Difference& d : score.differences) {
    Json one = {{"vehicle", d.vehicle}, {"what", d.what}, {"utc_ms", d.utc_ms}};
    if (d.at.valid()) {
      one["lat"] = d.at.lat_deg();
      one["lon"] = d.at.lon_deg();
    }
    differences.push_back(std::move(one));
  }
  json["differences"] = std::move(differences);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace lujing::score
