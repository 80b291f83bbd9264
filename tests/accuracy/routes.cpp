#include "tests/accuracy/routes.h"

#include <algorithm>
#include <cmath>
#include <queue>

namespace lujing::accuracy {
namespace {

constexpr double least_m = 2000;
constexpr double most_m = 8000;

double uniform(std::mt19937_64& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

std::vector<GeoPoint> shape(const core::RoadNetwork& roads, core::EdgeId edge) {
  const auto points = roads.points(edge.link());
  std::vector<GeoPoint> line(points.begin(), points.end());
  if (edge.backward()) std::reverse(line.begin(), line.end());
  return line;
}

double driving_direction(const std::vector<GeoPoint>& line, bool at_end) {
  const std::size_t n = line.size();
  return at_end ? bearing_rad(line[n - 2], line[n - 1]) : bearing_rad(line[0], line[1]);
}

}  // namespace

RouteMaker::RouteMaker(const core::RoadNetwork& roads, Drivers drivers, unsigned seed)
    : roads_(roads),
      drivers_(drivers),
      random_(seed),
      price_(roads.link_count() * std::size_t{2}),
      reached_in_(price_.size()),
      best_(price_.size()),
      before_(price_.size()) {
  double sum = 0;
  std::vector<char> wanted_node(roads.node_count());
  for (core::LinkId i = 0; i < roads.link_count(); ++i) {
    const core::Link link = roads.link(i);
    const bool wanted =
        !link.has(core::link_flag::restricted) && link.road_class != core::RoadClass::service;
    if (wanted) sum += roads.length_m(i);
    if (wanted) wanted_node[link.from] = wanted_node[link.to] = 1;
    cumulative_m_.push_back(sum);
  }
  for (core::NodeId i = 0; i < roads.node_count(); ++i) {
    if (wanted_node[i] != 0) junctions_.push_back(i);
  }
}

bool RouteMaker::open(core::EdgeId edge) const {
  return roads_.drivable(edge) && !roads_.link(edge.link()).has(core::link_flag::restricted);
}

core::EdgeId RouteMaker::any_edge() {
  for (;;) {
    const double at = uniform(random_, 0, cumulative_m_.back());
    const auto found = std::upper_bound(cumulative_m_.begin(), cumulative_m_.end(), at);
    if (found == cumulative_m_.end()) continue;
    const auto link = static_cast<core::LinkId>(found - cumulative_m_.begin());
    const core::EdgeId edge = core::EdgeId::of(link, (random_() & 1) != 0);
    if (open(edge)) return edge;
  }
}

double RouteMaker::turn(core::EdgeId from, core::EdgeId to) const {
  return std::fabs(wrap_pi(driving_direction(shape(roads_, to), false) -
                           driving_direction(shape(roads_, from), true)));
}

bool RouteMaker::arrived(const Trip& trip, core::EdgeId edge) const {
  return trip.from_junction ? roads_.end(edge) == trip.node : edge == trip.last;
}

/// Edge-based Dijkstra; empty where there is no way of at most some 9 km.
std::vector<core::EdgeId> RouteMaker::way(const Trip& trip) {
  ++search_;
  using Open = std::pair<double, std::uint32_t>;
  std::priority_queue<Open, std::vector<Open>, std::greater<>> heap;
  const auto offer = [&](core::EdgeId edge, double cost, core::EdgeId by) {
    if (reached_in_[edge.value] == search_ && best_[edge.value] <= cost) return;
    reached_in_[edge.value] = search_;
    best_[edge.value] = cost;
    before_[edge.value] = by;
    heap.emplace(cost, edge.value);
  };
  for (const core::EdgeId edge : trip.starts) offer(edge, price_[edge.value], {});
  core::EdgeId at;
  while (!heap.empty() && !at.valid()) {
    const auto [cost, value] = heap.top();
    heap.pop();
    const core::EdgeId edge{value};
    if (cost > best_[value]) continue;
    if (cost > most_price_) return {};
    if (arrived(trip, edge)) at = edge;
    for (const core::EdgeId next : roads_.leaving(roads_.end(edge))) {
      if (!open(next) || !roads_.turn_allowed(edge, next) || next == edge.reversed()) continue;
      offer(next, cost + price_[next.value], edge);
    }
  }
  std::vector<core::EdgeId> edges;
  for (; at.valid(); at = before_[at.value]) edges.push_back(at);
  std::reverse(edges.begin(), edges.end());
  return edges;
}

/// From edge to edge by chance, as far as a drive may go; shorter at a dead end.
std::vector<core::EdgeId> RouteMaker::walk(core::EdgeId from) {
  const double wanted = uniform(random_, least_m, most_m);
  std::vector<core::EdgeId> edges = {from};
  double length = roads_.length_m(from.link());
  while (length < wanted) {
    std::vector<core::EdgeId> ways;
    for (const core::EdgeId next : roads_.leaving(roads_.end(edges.back()))) {
      if (next == edges.back().reversed()) continue;
      if (open(next) && roads_.turn_allowed(edges.back(), next)) ways.push_back(next);
    }
    if (ways.empty()) break;
    edges.push_back(ways[random_() % ways.size()]);
    length += roads_.length_m(edges.back().link());
  }
  return edges;
}

void RouteMaker::choose_prices() {
  most_price_ = drivers_ == Drivers::shortest ? 9000 : 1500;
  for (std::uint32_t i = 0; i < price_.size(); ++i) {
    const core::LinkId link = core::EdgeId{i}.link();
    const double seconds =
        roads_.length_m(link) * 3.6 / std::max<int>(roads_.link(link).speed_kmh, 10);
    price_[i] = drivers_ == Drivers::shortest  ? roads_.length_m(link)
                : drivers_ == Drivers::fastest ? seconds
                                               : seconds * uniform(random_, 0.6, 1.6) + 3;
  }
}

RouteMaker::Trip RouteMaker::any_trip() {
  Trip trip;
  if (drivers_ == Drivers::wayward) {
    trip.from_junction = false;
    trip.starts = {any_edge()};
    trip.last = any_edge();
    if (trip.starts.front().link() == trip.last.link()) trip.starts.clear();
    return trip;
  }
  const auto any = [&] { return junctions_[random_() % junctions_.size()]; };
  for (const core::EdgeId edge : roads_.leaving(any())) {
    if (open(edge)) trip.starts.push_back(edge);
  }
  trip.node = any();
  return trip;
}

DrivenRoute RouteMaker::next() {
  while (drivers_ == Drivers::random) {
    const auto edges = walk(any_edge());
    if (edges.size() < 2) continue;
    DrivenRoute route = drive(edges, true);
    if (route.length_m >= least_m && route.length_m <= most_m) return route;
  }
  for (;;) {
    if (drivers_ == Drivers::wayward || !(most_price_ > 0)) choose_prices();
    for (int tries = 0; tries < 20; ++tries) {
      const Trip trip = any_trip();
      if (trip.starts.empty()) continue;
      const GeoPoint from = roads_.node(roads_.start(trip.starts.front()));
      const GeoPoint to = roads_.node(trip.from_junction ? trip.node : roads_.start(trip.last));
      const double apart = distance_m(from, to);
      if (apart > most_m || apart < least_m / 4) continue;
      const auto edges = way(trip);
      if (edges.size() < 2) continue;
      DrivenRoute route = drive(edges, trip.from_junction);
      if (route.length_m >= least_m && route.length_m <= most_m) return route;
    }
  }
}

DrivenRoute RouteMaker::drive(const std::vector<core::EdgeId>& edges, bool whole) {
  DrivenRoute route;
  route.edges = edges;
  const double skip = whole ? 0 : uniform(random_, 0, 0.9) * roads_.length_m(edges.front().link());
  const double rest = (whole ? 1 : uniform(random_, 0.1, 1)) * roads_.length_m(edges.back().link());
  double now = 0;
  double next_tick = 0;
  double speed = 0;
  for (std::size_t k = 0; k < edges.size(); ++k) {
    const core::EdgeId edge = edges[k];
    const double length = roads_.length_m(edge.link());
    const double cruise =
        std::max<int>(roads_.link(edge.link()).speed_kmh, 10) / 3.6 * uniform(random_, 0.55, 1.05);
    const bool last = k + 1 == edges.size();
    const double bend = last ? 0 : turn(edge, edges[k + 1]);
    const bool light = !last && uniform(random_, 0, 1) < 0.08;
    const double exit_speed = light || last ? 0.5 : (bend > 0.7 ? 5 : 100);
    double at = k == 0 ? skip : 0;
    const double end = last ? rest : length;
    const auto from_first = [&](double along) { return edge.backward() ? length - along : along; };
    route.line.push_back(roads_.place(edge.link(), from_first(at)));
    double along = 0;
    const auto line = shape(roads_, edge);
    for (std::size_t i = 1; i < line.size(); ++i) {
      along += distance_m(line[i - 1], line[i]);
      if (along > at && along < end) route.line.push_back(line[i]);
    }
    route.line.push_back(roads_.place(edge.link(), from_first(end)));
    route.length_m += std::max(end - at, 0.0);
    constexpr double dt = 0.1;
    while (at < end) {
      if (now >= next_tick) {
        route.places.push_back(
            {now, edge, from_first(at), roads_.place(edge.link(), from_first(at))});
        next_tick += 1;
      }
      const double brake = std::sqrt(exit_speed * exit_speed + 2 * 2.0 * (end - at));
      const double wanted = std::max(std::min(cruise, brake), 0.5);
      speed += std::clamp(wanted - speed, -3 * dt, 1.5 * dt);
      at += speed * dt;
      now += dt;
    }
    if (light) {
      const double until = now + uniform(random_, 5, 40);
      for (; now < until; now += dt) {
        if (now < next_tick) continue;
        route.places.push_back({now, edge, from_first(end), route.line.back()});
        next_tick += 1;
      }
    }
  }
  return route;
}

std::vector<core::RawFix> seen(const DrivenRoute& route, const NoiseModel& model,
                               std::mt19937_64& random, std::vector<std::size_t>& which) {
  std::normal_distribution<double> normal(0, 1);
  const double keep = std::exp(-1 / model.correlation_s);
  const double fresh = std::sqrt(1 - keep * keep) * model.drift_m;
  Offset drift{model.drift_m * normal(random), model.drift_m * normal(random)};
  std::vector<core::RawFix> fixes;
  which.clear();
  const auto step = static_cast<std::size_t>(model.every_s);
  for (std::size_t i = 0; i < route.places.size(); ++i) {
    if (i > 0) {
      drift.east_m = keep * drift.east_m + fresh * normal(random);
      drift.north_m = keep * drift.north_m + fresh * normal(random);
    }
    const bool last = i + 1 == route.places.size();
    if (i % step != 0 && !last) continue;
    const TruePlace& at = route.places[i];
    core::RawFix fix;
    fix.at.ns = static_cast<std::int64_t>((1e9 + at.seconds) * 1e9);
    fix.position = moved(at.place, {drift.east_m + model.white_m * normal(random),
                                    drift.north_m + model.white_m * normal(random)});
    fixes.push_back(fix);
    which.push_back(i);
  }
  return fixes;
}

}  // namespace lujing::accuracy
