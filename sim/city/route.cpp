#include "sim/city/route.h"

#include "sim/city/plane.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>

namespace lujing::sim {
namespace {

constexpr double turn_cost_s = 6.0;
constexpr double lights_cost_s = 10.0;

double cost_s(const City& city, LinkId from, LinkId onto) {
  const Link& link = city.link(onto);
  double cost = link.length_m / city.speed_limit_mps(onto);
  if (city.link(from).street != link.street) {
    cost += turn_cost_s;
  }
  if (city.nodes()[link.from].lights && !link.inside && !link.crosses) {
    cost += lights_cost_s;
  }
  return cost;
}

Offset way_in(const Link& link) {
  return unit(minus(link.line.back(), link.line[link.line.size() - 2]));
}
Offset way_out(const Link& link) {
  return unit(minus(link.line[1], link.line.front()));
}

}  // namespace

std::vector<LinkId> find_route(const City& city, Spot from, Spot to) {
  if (from.link == to.link && to.along_m >= from.along_m) {
    return {from.link};
  }
  const std::size_t count = city.links().size();
  std::vector<double> best(count, 1e18);
  std::vector<LinkId> before(count, no_id);
  using Entry = std::pair<double, LinkId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  // The start may be an end as well (once round the block), so it is left without being settled.
  const auto leave = [&](LinkId link, double so_far) {
    for (const LinkId next : city.nodes()[city.link(link).to].out) {
      const double cost = so_far + cost_s(city, link, next);
      if (city.may_turn(link, next) && cost < best[next]) {
        best[next] = cost;
        before[next] = link;
        open.emplace(cost, next);
      }
    }
  };
  leave(from.link, 0);
  while (!open.empty() && open.top().second != to.link) {
    const auto [cost, link] = open.top();
    open.pop();
    if (cost == best[link]) {
      leave(link, cost);
    }
  }
  if (open.empty()) {
    return {};
  }
  std::vector<LinkId> route{to.link};
  do {
    route.push_back(before[route.back()]);
  } while (route.back() != from.link);
  std::reverse(route.begin(), route.end());
  return route;
}

std::vector<LinkId> along_street(const City& city, LinkId first) {
  std::vector<LinkId> route{first};
  for (;;) {
    const Link& last = city.link(route.back());
    const auto& out = city.nodes()[last.to].out;
    const auto next = std::find_if(out.begin(), out.end(), [&](LinkId id) {
      return city.link(id).street == last.street && id != last.reverse &&
             dot(way_out(city.link(id)), way_in(last)) > 0.5;
    });
    if (next == out.end() || std::find(route.begin(), route.end(), *next) != route.end()) {
      return route;
    }
    route.push_back(*next);
  }
}

}  // namespace lujing::sim
