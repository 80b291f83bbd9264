// Lights, and who waits before them. Nothing is simulated for vehicles that nobody drives: what a
// queue is at a moment is worked out of the city's seed, the light and its cycle.
#include "sim/city/city.h"
#include "sim/city/plane.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lujing::sim {
namespace {

// Two phases of 27 s with 3 s of clearance after each; every crossing has its own offset.
constexpr double phase_s = 30.0;
constexpr double cycle_s = 2 * phase_s;
constexpr double green_s = 27.0;
// What queues take to dissolve: a lost time at the start, then one vehicle every two seconds, as
// the usual saturation flow of 1,800 vehicles an hour and lane has it (Highway Capacity Manual).
constexpr double lost_s = 2.0;
constexpr double headway_s = 2.0;
constexpr int longest_queue = 10;  ///< so that each green lets all of it go
/// Arrivals a second and lane by day, by class: arterial, secondary, branch, lane, service.
constexpr std::array<double, 5> arrivals_per_s = {0.09, 0.06, 0.03, 0.01, 0.0};

/// Where an approach is in its cycle, which begins with its green.
struct Moment {
  std::int64_t cycle = 0;
  double in_cycle_s = 0;
  bool red() const { return in_cycle_s >= green_s; }
};

Moment moment_of(const Link& link, const Node& node, double t_s) {
  const Offset way = minus(link.line.back(), link.line[link.line.size() - 2]);
  const bool first_phase = std::abs(way.east_m) > std::abs(way.north_m);
  const double since_s = t_s + (node.signal * 17U) % 60U - (first_phase ? 0 : phase_s);
  const double cycle = std::floor(since_s / cycle_s);
  return {static_cast<std::int64_t>(cycle), since_s - cycle * cycle_s};
}

/// [0, 1), by SplitMix64's mixing.
double share_of(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  std::uint64_t z = a + 0x9e3779b97f4a7c15U * (b + 1) + 0xd1b54a32d192ed03U * (c + 1);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  z ^= z >> 31U;
  return static_cast<double>(z >> 11U) * 0x1p-53;
}

}  // namespace

bool City::green(LinkId approach, double t_s) const {
  const Link& link = links_[approach];
  const Node& node = nodes_[link.to];
  return !node.lights || link.inside || link.crosses || link.roundabout ||
         !moment_of(link, node, t_s).red();
}

double City::moves_off_s(LinkId approach, double t_s, int vehicles) const {
  const Link& link = links_[approach];
  const Moment now = moment_of(link, nodes_[link.to], t_s);
  const double green_since_s = now.red() ? t_s + cycle_s - now.in_cycle_s : t_s - now.in_cycle_s;
  return vehicles == 0 ? green_since_s : green_since_s + lost_s + headway_s * vehicles;
}

Queue City::queue(LinkId approach, double t_s) const {
  const Link& link = links_[approach];
  const Node& node = nodes_[link.to];
  if (!node.lights || link.inside || link.crosses || link.roundabout || traffic_.density <= 0) {
    return {};
  }
  const Moment now = moment_of(link, node, t_s);
  const std::int64_t red = now.red() ? now.cycle : now.cycle - 1;  // the one that it gathered in
  const double red_s = now.red() ? now.in_cycle_s - green_s : cycle_s - green_s;
  const double busy =
      0.4 + 1.2 * share_of(traffic_.seed, approach, static_cast<std::uint64_t>(red));
  const double rate = arrivals_per_s[static_cast<std::size_t>(street_of(approach).road_class)];
  const double room = (0.7 * link.length_m - 10) / Queue::place_m;
  const double most = std::clamp(room, 0.0, static_cast<double>(longest_queue));
  Queue queue;
  queue.vehicles = static_cast<int>(std::min(most, rate * busy * traffic_.density * red_s));
  queue.moves_off_s = moves_off_s(approach, t_s, queue.vehicles);
  // Once the light is green they are gone one by one; whoever comes then meets the last to move.
  if (!now.red() && t_s >= queue.moves_off_s) {
    return {};
  }
  return queue;
}

}  // namespace lujing::sim
