#include "sim/truth/plan.h"

#include "sim/directives/plan.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace lujing::sim {
namespace {

constexpr double step_m = 1;
constexpr double steps_within_s = 7200;

/// Kerbs by link and side of travel; a way with two directions has the right one of each.
using Kerb = std::pair<LinkId, bool>;

/// The kerbs of one piece of street.
std::vector<Kerb> kerbs_of(const City& city, LinkId id) {
  const LinkId reverse = city.link(id).reverse;
  return {{id, true}, reverse == no_id ? Kerb{id, false} : Kerb{reverse, true}};
}

struct Pass {
  double at_s = 0;
  WorkKind kind = WorkKind::sweep;
};

/// Who cleaned that place of that kerb, and when; oldest first. On a street with two directions the
/// left kerb of one is the right kerb of the other.
std::vector<Pass> passes_at(const City& city, const std::vector<Cleaned>& done, Kerb kerb,
                            double place_m, double until_s) {
  std::vector<Pass> passes;
  const Link& link = city.link(kerb.first);
  for (const Cleaned& one : done) {
    const bool other_way = one.link == link.reverse && one.right != kerb.second;
    if (!other_way && (one.link != kerb.first || one.right != kerb.second)) {
      continue;
    }
    const double at_m = other_way ? link.length_m - place_m : place_m;
    const double low = std::min(one.from_m, one.to_m);
    const double high = std::max(one.from_m, one.to_m);
    if (at_m < low || at_m > high) {
      continue;
    }
    const double share = high > low ? (at_m - one.from_m) / (one.to_m - one.from_m) : 0;
    const double at_s = one.begin_s + (one.end_s - one.begin_s) * share;
    if (at_s < until_s) {
      passes.push_back({at_s, one.kind});
    }
  }
  std::sort(passes.begin(), passes.end(),
            [](const Pass& a, const Pass& b) { return a.at_s < b.at_s; });
  return passes;
}

bool any_of_works(const Asked& asked, WorkKind kind) {
  return std::find(asked.works.begin(), asked.works.end(), kind) != asked.works.end();
}

int count_passes(const std::vector<Pass>& passes, const Asked& asked, double gap_s) {
  int count = 0;
  double last_s = -1e9;
  for (const Pass& pass : passes) {
    if (!any_of_works(asked, pass.kind)) {
      continue;
    }
    count += pass.at_s - last_s >= gap_s ? 1 : 0;
    last_s = pass.at_s;
  }
  return count;
}

bool in_order(const std::vector<Pass>& passes, const Asked& asked) {
  for (const Pass& first : passes) {
    std::size_t step = 0;
    for (const Pass& pass : passes) {
      const bool in_time = pass.at_s >= first.at_s && pass.at_s - first.at_s <= steps_within_s;
      if (step < asked.steps.size() && in_time && pass.kind == asked.steps[step]) {
        ++step;
      }
    }
    if (step == asked.steps.size()) {
      return true;
    }
  }
  return false;
}

struct Balance {
  int below = 0;
  int one_sided = 0;
  int too_few = 0;
  int out_of_order = 0;
};

/// How often a kerb was done from end to end, but for the share that may be left out; and whether
/// its steps were done.
std::pair<int, bool> account(const City& city, const Scenario& scenario, const Asked& asked,
                             const std::vector<Cleaned>& done, Kerb kerb, double until_s) {
  std::vector<int> counts;
  int ordered = 0;
  for (double at_m = step_m / 2; at_m < city.link(kerb.first).length_m; at_m += step_m) {
    const auto passes = passes_at(city, done, kerb, at_m, until_s);
    counts.push_back(count_passes(passes, asked, scenario.limits.pass_gap_s));
    ordered += asked.steps.size() > 1 && in_order(passes, asked) ? 1 : 0;
  }
  std::sort(counts.begin(), counts.end());
  const auto left_out = static_cast<std::size_t>(
      std::floor((1 - scenario.limits.pass_share) * static_cast<double>(counts.size())));
  const int complete = counts.empty() ? 0 : counts[std::min(left_out, counts.size() - 1)];
  return {complete, ordered >= scenario.limits.pass_share * static_cast<double>(counts.size())};
}

Balance balance(const Scenario& scenario, const City& city, const Asked& asked,
                const std::vector<Cleaned>& done, double until_s, int passes) {
  Balance total;
  std::set<std::int64_t> ways;
  for (const LinkId id : asked_links(city, asked)) {
    if (!ways.insert(city.link(id).way).second || !city.link(id).sweepable) {
      continue;
    }
    int complete = 0;
    const std::vector<Kerb> kerbs = kerbs_of(city, id);
    for (const Kerb& kerb : kerbs) {
      const auto [done_passes, ordered] = account(city, scenario, asked, done, kerb, until_s);
      complete += done_passes > 0 ? 1 : 0;
      total.below += done_passes == 0 ? 1 : 0;
      total.too_few += done_passes > 0 && done_passes < passes ? 1 : 0;
      total.out_of_order += asked.steps.size() > 1 && !ordered ? 1 : 0;
    }
    total.one_sided += complete == 1 ? 1 : 0;
  }
  return total;
}

}  // namespace

double cleaned_share(const City& city, const std::vector<LinkId>& links,
                     const std::vector<Cleaned>& done) {
  std::set<LinkId> told;
  std::size_t asked = 0;
  std::size_t cleaned = 0;
  for (const LinkId id : links) {
    const Link& link = city.link(id);
    const bool again = told.count(link.reverse) > 0 || !told.insert(id).second;
    if (again || !link.sweepable) {
      continue;
    }
    for (const Kerb& kerb : kerbs_of(city, id)) {
      for (double at_m = step_m / 2; at_m < link.length_m; at_m += step_m) {
        ++asked;
        cleaned += passes_at(city, done, kerb, at_m, 1e18).empty() ? 0 : 1;
      }
    }
  }
  return asked == 0 ? 1 : static_cast<double>(cleaned) / static_cast<double>(asked);
}

void judge_plan(const Scenario& scenario, const City& city, const VehiclePlan& plan,
                const std::vector<Cleaned>& done, std::vector<Found>& found) {
  for (const Asked& asked : plan.asked) {
    if (asked.due_s < 0) {
      continue;
    }
    const double due_s = due_minute_s(scenario, asked);
    if (due_s >= scenario.duration_s) {
      continue;
    }
    const bool hot = asked.heat_passes > asked.passes &&
                     scenario.weather_at(due_s).temperature_c >= asked.heat_c;
    const int passes = hot ? asked.heat_passes : asked.passes;
    const Balance owed = balance(scenario, city, asked, done, due_s, passes);
    const auto links = asked_links(city, asked);
    const Offset at = links.empty() ? Offset{} : city.point({links.front(), 0});
    const auto add = [&](const char* rule, bool wrong, const char* detail) {
      if (wrong) {
        found.push_back({rule, due_s, due_s, 0, at, detail});
      }
    };
    add("CV-01", owed.below > 0, "kerbs that are not complete");
    add("CV-02", owed.one_sided > 0 && asked.both_kerbs, "one side only");
    add("CV-03", owed.too_few > 0, "complete, but not often enough");
    add("CV-04", owed.out_of_order > 0, "steps missing or out of order");
    add("SP-04", hot && owed.too_few + owed.below > 0, "too few passes in the heat");
    add("SP-07", owed.below > 0 && any_of_works(asked, WorkKind::flush), "not flushed in time");
  }
}

}  // namespace lujing::sim
