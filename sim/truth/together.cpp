#include "sim/truth/together.h"

#include "sim/city/plane.h"
#include "sim/directives/plan.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace lujing::sim {
namespace {

constexpr double together_m = 200;  // farther apart they are no convoy
constexpr double convoy_s = 30;

/// The local day of a moment of the scenario.
double day_of(const Scenario& scenario, double t_s) {
  return std::floor((static_cast<double>(scenario.start.ms) / 1000 + t_s + 8 * 3600) / 86'400);
}

/// MT-23: a place outside of all sites where several trucks loaded, or tipped, within a day.
void judge_black_sites(const Scenario& scenario, std::vector<VehicleTruth>& all) {
  struct Sign {
    std::size_t vehicle;
    Found what;
  };
  std::vector<Sign> signs;
  for (std::size_t n = 0; n < all.size(); ++n) {
    for (const Found& found : all[n].found) {
      if (found.raises() && (found.rule == "MT-05" || found.rule == "MT-06")) {
        signs.push_back({n, found});
      }
    }
  }
  std::vector<bool> used(signs.size(), false);
  for (std::size_t first = 0; first < signs.size(); ++first) {
    std::vector<std::size_t> near;
    std::set<std::size_t> vehicles;
    const Found& seed = signs[first].what;
    for (std::size_t n = 0; n < signs.size(); ++n) {
      const Found& one = signs[n].what;
      const bool same = !used[n] && one.rule == seed.rule &&
                        length_m(minus(one.at, seed.at)) <= scenario.limits.black_site_m &&
                        day_of(scenario, one.begin_s) == day_of(scenario, seed.begin_s);
      if (same) {
        near.push_back(n);
        vehicles.insert(signs[n].vehicle);
      }
    }
    if (static_cast<double>(vehicles.size()) < scenario.limits.black_site_vehicles) {
      continue;
    }
    Found site = seed;
    for (const std::size_t n : near) {
      used[n] = true;
      site.begin_s = std::min(site.begin_s, signs[n].what.begin_s);
      site.end_s = std::max(site.end_s, signs[n].what.end_s);
    }
    site.rule = "MT-23";
    site.detail = seed.rule == "MT-05" ? "a black disposal site" : "a black site";
    auto* owner = &all[*vehicles.begin()];
    for (const std::size_t n : vehicles) {
      owner = all[n].vehicle < owner->vehicle ? &all[n] : owner;
    }
    owner->found.push_back(std::move(site));
  }
}

/// CV-06: a sweeper at work falls behind the washer that it follows.
void judge_convoy(const Scenario& scenario, const VehicleTruth& lead, VehicleTruth& follow) {
  Found open;
  bool is_open = false;
  const auto close = [&] {
    if (is_open) {
      follow.found.push_back(open);
    }
    is_open = false;
  };
  const std::size_t seconds = std::min(lead.convoy.size(), follow.convoy.size());
  for (std::size_t n = 0; n < seconds; ++n) {
    const ConvoySpot& front = lead.convoy[n];
    const ConvoySpot& back = follow.convoy[n];
    const double gap_m = length_m(minus(front.at, back.at));
    if (!front.wets || !back.sweeps || gap_m <= scenario.limits.convoy_m || gap_m > together_m) {
      close();
      continue;
    }
    if (!is_open) {
      is_open = true;
      open = Found{"CV-06", back.t_s, back.t_s, convoy_s, back.at, "behind " + lead.vehicle};
    }
    open.end_s = back.t_s;
  }
  close();
}

/// CV-05: the rate that is reported at the end, of what all plans ask, against the target.
void judge_rate(const Scenario& scenario, const City& city, std::vector<VehicleTruth>& all) {
  std::vector<Cleaned> done;
  for (const VehicleTruth& one : all) {
    done.insert(done.end(), one.cleaned.begin(), one.cleaned.end());
  }
  const auto first = std::find_if(scenario.vehicles.begin(), scenario.vehicles.end(),
                                  [](const VehiclePlan& plan) { return !plan.asked.empty(); });
  if (first == scenario.vehicles.end()) {
    return;
  }
  const std::vector<LinkId> links = all_asked(scenario, city);
  if (cleaned_share(city, links, done) < scenario.limits.target_share) {
    const double end_s = scenario.duration_s;
    const auto owner = std::find_if(
        all.begin(), all.end(), [&](const VehicleTruth& one) { return one.vehicle == first->id; });
    owner->found.push_back({"CV-05", end_s, end_s, 0, {}, "the rate is below its target"});
  }
}

}  // namespace

void judge_together(const Scenario& scenario, const City& city, std::vector<VehicleTruth>& all) {
  std::vector<std::size_t> before;
  for (const VehicleTruth& one : all) {
    before.push_back(one.found.size());
  }
  judge_black_sites(scenario, all);
  if (scenario.limits.convoy_m > 0) {
    for (const VehicleTruth& lead : all) {
      for (VehicleTruth& follow : all) {
        if (&lead != &follow) {
          judge_convoy(scenario, lead, follow);
        }
      }
    }
  }
  if (scenario.limits.target_share > 0) {
    judge_rate(scenario, city, all);
  }
  for (std::size_t n = 0; n < all.size(); ++n) {
    for (std::size_t k = before[n]; k < all[n].found.size(); ++k) {
      all[n].violations += violation_line(scenario, city, all[n].vehicle, all[n].found[k]);
    }
  }
}

}  // namespace lujing::sim
