// Route mismatch on simulated routes: wrongly added plus missed length over true length, where a
// metre of one path counts as found if the other one passes within 8 m of it.
#include "ctl/path_steps.h"
#include "platform/roads/load.h"
#include "terminal/core/roads/match_track.h"
#include "tests/accuracy/oracle.h"
#include "tests/accuracy/path_compare.h"
#include "tests/accuracy/plain_matcher.h"
#include "tests/accuracy/routes.h"
#include "tests/accuracy/study.h"
#include "tests/support/shared_data.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <optional>

namespace lujing::accuracy {
namespace {

constexpr double tolerance_m = 8;
constexpr double thereabouts_m = 50;

// What a plain matcher is told beside the noise: Newson and Krumm's own thinning, and their law for
// the route's length, which widens with the time between fixes.
constexpr double plain_least_sigma_m = 4;
constexpr double plain_beta_m_per_s = 0.5;
constexpr double plain_least_beta_m = 3;

constexpr std::array<NoiseModel, 6> models = {{{"1 s, drift 5 m, white 0.5 m", 1, 0.5, 5, 60, 0.2},
                                               {"1 s, white 5 m", 1, 5, 0, 60, 0.2},
                                               {"1 s, white 10 m", 1, 10, 0, 60, 1.0},
                                               {"10 s, white 10 m", 10, 10, 0, 60, 0.5},
                                               {"30 s, white 5 m", 30, 5, 0, 60, 0.7},
                                               {"10 s, white 20 m", 10, 20, 0, 60, 4.0}}};

void add_driven(const core::RoadNetwork& roads, const core::Driven& driven, SampledPath& into) {
  const core::LinkId link = driven.edge.link();
  const double low = std::min(driven.from_m, driven.to_m);
  const double high = std::max(driven.from_m, driven.to_m);
  std::vector<GeoPoint> line = {roads.place(link, low)};
  double along = 0;
  const auto points = roads.points(link);
  for (std::size_t i = 1; i < points.size(); ++i) {
    along += distance_m(points[i - 1], points[i]);
    if (along > low && along < high) line.push_back(points[i]);
  }
  line.push_back(roads.place(link, high));
  into.add_line(line);
}

struct Score {
  double true_m = 0;
  Causes added{};
  Causes missed{};
  double added_m() const { return std::accumulate(added.begin(), added.end(), 0.0); }
  double missed_m() const { return std::accumulate(missed.begin(), missed.end(), 0.0); }
  double divided = 0;        ///< fixes on one carriageway of a divided road
  double divided_right = 0;  ///< of these, put on the right one
  double fixes = 0;
  std::vector<double> worst;
  double percent() const { return 100 * (added_m() + missed_m()) / true_m; }
};

/// Right: an edge that was driven thereabouts (a fix near a junction may be put behind it), or one
/// in the same direction within the tolerance.
bool right_carriageway(const core::RoadNetwork& roads, const core::Matched& matched,
                       const DrivenRoute& route, const TruePlace& truth) {
  if (matched.state != core::MatchState::on_road) return false;
  if (matched.edge == truth.edge) return true;
  const GeoPoint put = roads.place(matched.edge.link(), matched.along_m);
  const bool driven =
      std::find(route.edges.begin(), route.edges.end(), matched.edge) != route.edges.end();
  if (driven && distance_m(put, truth.place) < thereabouts_m) return true;
  const auto direction = [&](core::EdgeId edge, double along) {
    return roads.bearing_rad(edge.link(), along) + (edge.backward() ? pi : 0);
  };
  const double difference =
      wrap_pi(direction(matched.edge, matched.along_m) - direction(truth.edge, truth.along_m));
  if (std::fabs(difference) > pi / 4) return false;
  std::array<core::Candidate, 32> near;
  const std::size_t count = roads.near(put, tolerance_m, near);
  for (std::size_t i = 0; i < count; ++i) {
    if (near.at(i).link == truth.edge.link()) return true;
  }
  return false;
}

SampledPath path_of(const core::RoadNetwork& roads, GeoPoint origin,
                    const std::vector<core::Driven>& driven) {
  SampledPath path(origin);
  for (const core::Driven& one : driven) add_driven(roads, one, path);
  return path;
}

/// As a reader of path.csv sees it: whole steps between neighbouring nodes.
SampledPath path_of(const core::RoadNetwork& roads, GeoPoint origin,
                    const std::vector<ctl::PathStep>& steps) {
  SampledPath path(origin);
  for (const ctl::PathStep& step : steps) {
    const auto points = roads.points(step.edge.link());
    const std::size_t a = step.segment + (step.edge.backward() ? 1 : 0);
    const std::size_t b = step.segment + (step.edge.backward() ? 0 : 1);
    path.add_line({points[a], points[b]});
  }
  return path;
}

void judge_path(const DrivenRoute& route, const SampledPath& matched, Score& score) {
  SampledPath truth(route.line.front());
  truth.add_line(route.line);
  const Causes added = matched.missing_in(truth, tolerance_m);
  const Causes missed = truth.missing_in(matched, tolerance_m);
  score.true_m += route.length_m;
  double wrong = 0;
  for (std::size_t i = 0; i < cause_count; ++i) {
    score.added.at(i) += added.at(i);
    score.missed.at(i) += missed.at(i);
    wrong += added.at(i) + missed.at(i);
  }
  score.worst.push_back(wrong);
}

void judge(const core::RoadNetwork& roads, const DrivenRoute& route, const core::Matches& found,
           const std::vector<std::size_t>& which, Score& score) {
  judge_path(route, path_of(roads, route.line.front(), found.driven), score);
  for (std::size_t i = 0; i < found.points.size(); ++i) {
    const TruePlace& at = route.places[which[i]];
    score.fixes += 1;
    if (!roads.link(at.edge.link()).has(core::link_flag::divided)) continue;
    score.divided += 1;
    score.divided_right += right_carriageway(roads, found.points[i], route, at) ? 1 : 0;
  }
}

core::Matches match_online(const core::RoadNetwork& roads, const std::vector<core::RawFix>& fixes) {
  core::Matcher matcher(roads, {});
  core::Matches found;
  for (const core::RawFix& fix : fixes) matcher.take(fix, found);
  matcher.finish(found);
  return found;
}

void print(const char* how, const Score& score, double target) {
  std::printf("    %-9s mismatch %6.3f %% (added %.3f, missed %.3f; target %.2f)", how,
              score.percent(), 100 * score.added_m() / score.true_m,
              100 * score.missed_m() / score.true_m, target);
  if (score.divided > 0) {
    std::printf("  right carriageway %.2f %% of %.0f fixes",
                100 * score.divided_right / score.divided, score.divided);
  }
  std::printf("\n");
  std::fflush(stdout);
}

/// Share of the true length by cause: added, missed.
void print_causes(const Score& score) {
  std::printf("      by cause:");
  for (std::size_t i = 0; i < cause_count; ++i) {
    std::printf("  %s +%.3f -%.3f", name_of(static_cast<Cause>(i)),
                100 * score.added.at(i) / score.true_m, 100 * score.missed.at(i) / score.true_m);
  }
  std::printf("\n");
}

void print_worst(const Score& score) {
  std::printf("      worst routes:");
  std::vector<std::size_t> order(score.worst.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return score.worst[a] > score.worst[b]; });
  for (std::size_t i = 0; i < std::min<std::size_t>(8, order.size()); ++i) {
    std::printf(" %zu:%.0f", order[i], score.worst[order[i]]);
  }
  std::printf("\n");
}

/// What was driven and what was found, edge by edge, for whoever looks into one route.
void show(const core::RoadNetwork& roads, const DrivenRoute& route, const core::Matches& found) {
  const auto name = [&](core::EdgeId edge) {
    const core::Link link = roads.link(edge.link());
    std::printf(" %u%s(%d,%.0fm,%.*s)", edge.link(), edge.backward() ? "-" : "+",
                static_cast<int>(link.road_class), roads.length_m(edge.link()),
                static_cast<int>(roads.road_name(edge.link()).size()),
                roads.road_name(edge.link()).data());
  };
  std::printf("      driven:");
  for (const core::EdgeId edge : route.edges) name(edge);
  std::printf("\n      found:");
  core::EdgeId last;
  for (const core::Driven& driven : found.driven) {
    if (driven.joined && driven.edge == last) continue;
    if (!driven.joined) {
      std::printf(" /%.0fs/", driven.entered.seconds() - found.points.front().at.seconds());
    }
    name(driven.edge);
    last = driven.edge;
  }
  std::printf("\n      beside or unknown:");
  for (const core::Matched& point : found.points) {
    if (point.state == core::MatchState::on_road) continue;
    std::printf(" %.0f", point.at.seconds() - found.points.front().at.seconds());
  }
  std::printf("\n");
}

struct Options {
  std::vector<std::string> extracts;
  std::size_t routes = 1000;
  unsigned seed = 20261122;
  std::size_t only = models.size();
  std::size_t shown = SIZE_MAX;
  bool worst = false;
  bool plain = false;   ///< a plain matcher, too
  double told = 0;      ///< times the true radius of 68 % that the fixes tell; 0: nothing is told
  bool oracle = false;  ///< what the model says of the truth where it was missed
  Drivers drivers = Drivers::fastest;
};

std::optional<Options> options(std::span<const std::string_view> arguments) {
  Options chosen;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool more = i + 1 < arguments.size();
    const auto number = [&] {
      return std::strtoul(std::string(arguments[++i]).c_str(), nullptr, 10);
    };
    if (arguments[i] == "--routes" && more) {
      chosen.routes = number();
    } else if (arguments[i] == "--seed" && more) {
      chosen.seed = static_cast<unsigned>(number());
    } else if (arguments[i] == "--model" && more) {
      chosen.only = number();
    } else if (arguments[i] == "--show" && more) {
      chosen.shown = number();
    } else if (arguments[i] == "--drivers" && more) {
      const std::string_view kind = arguments[++i];
      if (kind == "fastest") {
        chosen.drivers = Drivers::fastest;
      } else if (kind == "shortest") {
        chosen.drivers = Drivers::shortest;
      } else if (kind == "wayward") {
        chosen.drivers = Drivers::wayward;
      } else if (kind == "random") {
        chosen.drivers = Drivers::random;
      } else {
        std::cerr << "--drivers: fastest, shortest, wayward or random\n";
        return std::nullopt;
      }
    } else if (arguments[i] == "--accuracy" && more) {
      const std::string_view word = arguments[++i];
      constexpr std::array<std::pair<std::string_view, double>, 4> words = {
          {{"none", 0}, {"true", 1}, {"half", 0.5}, {"double", 2}}};
      const auto* const found = std::find_if(words.begin(), words.end(),
                                             [&](const auto& one) { return one.first == word; });
      if (found == words.end()) {
        std::cerr << "--accuracy: none, true, half or double\n";
        return std::nullopt;
      }
      chosen.told = found->second;
    } else if (arguments[i] == "--oracle") {
      chosen.oracle = true;
    } else if (arguments[i] == "--worst") {
      chosen.worst = true;
    } else if (arguments[i] == "--plain") {
      chosen.plain = true;
    } else {
      chosen.extracts.emplace_back(arguments[i]);
    }
  }
  if (!chosen.extracts.empty()) return chosen;
  const auto data = test_support::shared_data();
  if (!data) {
    std::cerr << "no extracts: name some, or set LUJING_SHARED_DATA\n";
    return std::nullopt;
  }
  chosen.extracts = {data->string() + "/osm/beijing-roads.osm.pbf",
                     data->string() + "/osm/north-bayreuth.osm.pbf"};
  return chosen;
}

PlainConfig plain_config(const NoiseModel& model) {
  PlainConfig config;
  config.sigma_m = std::max(std::hypot(model.white_m, model.drift_m), plain_least_sigma_m);
  config.radius_m = std::max(6 * config.sigma_m, 50.0);
  config.beta_m = std::max(plain_beta_m_per_s * model.every_s, plain_least_beta_m);
  config.thin_m = 2 * config.sigma_m;
  return config;
}

/// Asks the oracle about a drive that was mistaken.
void ask(const core::RoadNetwork& roads, const DrivenRoute& route, const NoiseModel& model,
         const std::vector<core::RawFix>& fixes, double wrong_m, OracleTally& tally) {
  constexpr double worth_asking_m = 30;
  if (wrong_m < worth_asking_m) return;
  const Known known = match_knowing(roads, model, fixes);
  Score score;
  judge_path(route, path_of(roads, route.line.front(), known.found.driven), score);
  tally.add(wrong_m, score.worst.back(), true_nats(roads, model, route, fixes) - known.nats);
}

/// One kind of noise over all routes.
void study(const core::RoadNetwork& network, const std::vector<DrivenRoute>& driven,
           const NoiseModel& model, unsigned noise_seed, const Options& chosen) {
  std::mt19937_64 random(noise_seed);
  Score whole;
  Score online;
  Score steps;
  Score plain;
  OracleTally tally;
  std::vector<std::size_t> which;
  for (const DrivenRoute& route : driven) {
    const GeoPoint origin = route.line.front();
    auto fixes = seen(route, model, random, which);
    if (chosen.told > 0) {
      for (core::RawFix& fix : fixes) {
        fix.sigma_m = chosen.told * std::hypot(model.white_m, model.drift_m);
      }
    }
    const core::Matches all_at_once = core::match_track(network, fixes);
    const core::Matches one_by_one = match_online(network, fixes);
    judge(network, route, all_at_once, which, whole);
    judge(network, route, one_by_one, which, online);
    judge_path(route, path_of(network, origin, ctl::path_steps(network, all_at_once.driven)),
               steps);
    if (chosen.plain) {
      const auto found = plain_match(network, fixes, plain_config(model));
      judge_path(route, path_of(network, origin, found), plain);
    }
    if (chosen.oracle) ask(network, route, model, fixes, whole.worst.back(), tally);
    if (whole.worst.size() == chosen.shown + 1) show(network, route, all_at_once);
    if (whole.worst.size() == chosen.shown + 1) show(network, route, one_by_one);
  }
  std::printf("  %s\n", model.name);
  print("whole", whole, model.target_percent);
  print_causes(whole);
  print("on-line", online, 1.5 * model.target_percent);
  print_causes(online);
  print("path.csv", steps, model.target_percent);
  print_causes(steps);
  if (chosen.plain) {
    print("plain", plain, model.target_percent);
    print_causes(plain);
  }
  if (chosen.oracle) tally.print(whole.true_m);
  if (chosen.worst) print_worst(whole);
  if (chosen.worst) print_worst(online);
}

int run(std::span<const std::string_view> arguments) {
  const auto chosen = options(arguments);
  if (!chosen) return 1;
  for (const std::string& extract : chosen->extracts) {
    auto loaded = roads::LoadedRoads::open(extract);
    if (!loaded) {
      std::cerr << loaded.error().what() << "\n";
      return 1;
    }
    const core::RoadNetwork& network = loaded->network();
    RouteMaker maker(network, chosen->drivers, chosen->seed);
    std::vector<DrivenRoute> driven;
    for (std::size_t i = 0; i < chosen->routes; ++i) driven.push_back(maker.next());
    std::printf("%s, %zu routes\n", extract.c_str(), driven.size());
    for (std::size_t m = 0; m < models.size(); ++m) {
      if (chosen->only < models.size() && m != chosen->only) continue;
      study(network, driven, models.at(m), static_cast<unsigned>(m + 1), *chosen);
    }
  }
  return 0;
}

const bool registered = add(
    {"matching-simulated", "route mismatch of simulated drives under six kinds of noise",
     "[EXTRACT...] [--routes 1000] [--seed 20261122] [--drivers fastest|shortest|wayward|random] "
     "[--model 0..5] [--accuracy none|true|half|double] [--plain] [--oracle] [--worst] [--show "
     "ROUTE]",
     run});

}  // namespace
}  // namespace lujing::accuracy
