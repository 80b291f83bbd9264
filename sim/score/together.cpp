#include "sim/score/together.h"

#include "platform/report/black_sites.h"
#include "platform/report/convoy.h"
#include "sim/score/score.h"

#include <map>
#include <utility>

namespace lujing::score {
namespace {

// Bits of a vehicle_state record (protocol/RECORDS.md).
constexpr std::int64_t wets = 1 << 1 | 1 << 2;
constexpr std::int64_t sweeps = 1 << 0 | 1 << 5;

std::vector<report::ConvoyPoint> points_of(const FoundOfVehicle& vehicle, std::int64_t works) {
  std::vector<report::ConvoyPoint> points;
  points.reserve(vehicle.points.size());
  bool any = false;
  for (const FoundPoint& point : vehicle.points) {
    const bool at_work = (point.work_bits & works) != 0;
    any = any || at_work;
    points.push_back({point.utc_ms, point.at, at_work});
  }
  if (!any) points.clear();
  return points;
}

void judge_convoys(const Truth& truth, Found& found) {
  std::map<std::string, std::vector<report::ConvoyPoint>> leads;
  std::map<std::string, std::vector<report::ConvoyPoint>> follows;
  for (const auto& [id, vehicle] : found) {
    leads[id] = points_of(vehicle, wets);
    follows[id] = points_of(vehicle, sweeps);
  }
  report::ConvoyLimits limits;
  limits.max_m = truth.convoy_m;
  for (const auto& [lead, front] : leads) {
    for (const auto& [follow, back] : follows) {
      if (lead == follow || front.empty() || back.empty()) continue;
      for (const report::ConvoyBreak& gap : report::convoy_breaks(front, back, limits)) {
        const auto raised_ms = gap.begin_ms + static_cast<std::int64_t>(limits.sustain_s * 1000);
        found[follow].alarms.push_back(
            {"CV-06", gap.begin_ms, raised_ms, gap.end_ms, false, GeoPoint{}});
      }
    }
  }
}

void judge_black_sites(const Truth& truth, Found& found) {
  std::vector<report::LoadChange> changes;
  for (const auto& [id, vehicle] : found) {
    for (const FoundAlarm& alarm : vehicle.alarms) {
      if (alarm.rule == "MT-05" || alarm.rule == "MT-06")
        changes.push_back({id, alarm.since_ms, alarm.position, alarm.rule == "MT-05"});
    }
  }
  report::BlackSiteLimits limits;
  limits.vehicles = static_cast<int>(truth.black_site_vehicles);
  limits.radius_m = truth.black_site_m;
  for (const report::BlackSite& site : report::black_sites(std::move(changes), limits)) {
    found[site.vehicles.front()].alarms.push_back(
        {"MT-23", site.first_ms, site.last_ms, site.last_ms, false, site.place});
  }
}

}  // namespace

void judge_rate(const Truth& truth, const Ways& ways, Found& found) {
  if (truth.target.share <= 0) return;
  std::map<Kerb, Intervals> asked;
  for (const Truth::Stretch& one : truth.target.asked) {
    for (const bool right : {false, true}) asked[{one.way, right}].add(one.from_m, one.to_m);
  }
  const std::map<Kerb, Intervals> credited = credited_kerbs(found, ways);
  double whole_m = 0;
  double covered_m = 0;
  for (const auto& [kerb, stretches] : asked) {
    whole_m += stretches.length_m();
    const auto same = credited.find(kerb);
    if (same != credited.end()) covered_m += stretches.overlap_m(same->second);
  }
  if (whole_m <= 0 || covered_m / whole_m >= truth.target.share) return;
  found[truth.target.vehicle].alarms.push_back(
      {"CV-05", truth.end_ms, truth.end_ms, truth.end_ms, false, GeoPoint{}});
}

void judge_together(const Truth& truth, Found& found) {
  if (truth.convoy_m > 0) judge_convoys(truth, found);
  judge_black_sites(truth, found);
}

}  // namespace lujing::score
