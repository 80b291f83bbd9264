// The hidden Markov model's window: for each sighting the places where the vehicle may have been,
// each with its best way there. Decisions leave it at the old end and are never taken back: as soon
// as all that is left agrees on them, or when they have become too old to wait.
#pragma once

#include "terminal/core/roads/emission.h"
#include "terminal/core/roads/match_config.h"
#include "terminal/core/roads/network.h"
#include "terminal/core/roads/road_noise.h"
#include "terminal/core/roads/route_search.h"
#include "terminal/core/roads/sighting.h"
#include "terminal/core/roads/transition.h"

#include <array>
#include <cstdint>
#include <vector>

namespace lujing::core {

/// How a place was reached from the one before it.
enum class Via : std::uint8_t {
  nothing,  ///< not joined: the first one, or back from beside the roads
  along,    ///< on the same edge (a few metres backward are the fixes' noise)
  route,    ///< over junctions
  turned    ///< turned round on the link
};

/// Where the vehicle was at one sighting.
struct Decision {
  Sighting sighting;
  std::uint64_t serial = 0;  ///< which fix it was
  EdgeId edge;               ///< not valid: beside the roads
  double along_m = 0;        ///< from the edge's start, in driving direction
  Via via = Via::nothing;
  EdgeId from_edge;  ///< where it came from, unless via is nothing
  double from_along_m = 0;
  double bound_m = 0;      ///< the route search's bound
  bool skipped = false;    ///< sightings between were taken for outliers
  bool elsewhere = false;  ///< it came from a rival of what was given out before
  bool outlier = false;    ///< such a one: the road goes on beside it
  double sure = 0;
  const MatchConfig* law = nullptr;  ///< what was believed of the driver
};

/// Where the newest sighting most likely is: a guess that the next one may take back.
struct Newest {
  EdgeId edge;  ///< not valid: beside the roads, or nothing is known
  double sure = 0;
};

class Lattice {
 public:
  /// `config` and `search` must stay where they are.
  Lattice(const RoadNetwork& network, const MatchConfig& config, RouteSearch& search);

  /// `gap_m`: the longest straight distance between two fixes since the sighting before.
  void add(const Sighting& sighting, std::uint64_t serial, double gap_m);
  /// What the roads around this fix say of its error, whichever it was on; as it came, unscaled.
  void look_around(const Sighting& sighting);
  /// Appends what can be decided: everything up to `deadline`, and what all rivals agree on.
  void settle(BootTime deadline, std::vector<Decision>& out);
  /// Appends the oldest one that is not decided, if any.
  bool settle_one(std::vector<Decision>& out);
  /// Appends everything; the newest place stays as the start of what follows.
  void settle_all(std::vector<Decision>& out);
  /// Forgets where the vehicle was: what follows begins anew.
  void reset();

  Newest newest() const;

  bool empty() const { return held_ == 0; }
  /// Variances that the fixes showed, relative to what they came with.
  ErrorScale error_scale() const { return errors_.scale(); }
  /// Of the best way through all that was added since the last reset(), nats.
  double cost() const { return settled_cost_ + (held_ > 0 ? least_cost() : 0); }
  std::size_t memory_bytes() const;  ///< without the search

 private:
  static constexpr std::size_t most_states = 32;
  struct State {
    EdgeId edge;  ///< not valid: beside the roads
    float along_m = 0;
    double own_cost = 0;  ///< what does not depend on the way there
    Residual residual;
    Drift drift;
    double cost = 0;     ///< of the best way here, nats
    double forward = 0;  ///< -ln of the sum over all ways
    double squared_sigmas = 0;
    std::uint8_t before = 0;
    Via via = Via::nothing;
    bool skipped = false;
    bool strays = false;  ///< from what was given out
  };
  struct Place {
    EdgeId edge;
    double along_m = 0;
  };
  struct Left {  ///< the road that the state beside the roads came from
    EdgeId edge;
    double along_m = 0;
    Drift drift;
    Sighting sighting;
    double gap_m = 0;  ///< the longest between two fixes since then
  };
  struct Epoch {
    Sighting sighting;
    std::uint64_t serial = 0;
    Progress progress;  ///< from the epoch before
    double gap_m = 0;
    double keep = 0;  ///< share of the drift that survived since then
    Left left;
    double skip_bound_m = 0;  ///< of the search from the road that was left
    std::size_t count = 0;
    std::array<State, most_states> states;
    std::array<float, most_states * most_states> pair;  ///< cost from i to j at [j][i]
  };
  struct Step {  ///< one way into a state
    double cost;
    Via via;
    bool skipped = false;
  };

  Epoch& epoch(std::size_t index) { return ring_[(first_ + index) % ring_.size()]; }
  void find_states(Epoch& epoch, double reach) const;
  void begin(Epoch& now) const;
  void extend(const Epoch& before, Epoch& now);
  Step way(const Place& from, const State& to, const Progress& made, const RouteTree* tree) const;
  Step along(const Place& from, const State& to, const Progress& made) const;
  double on_road_price(const Epoch& now) const;
  void extend_off_road(const Epoch& before, Epoch& now, std::span<const EdgeId> targets);
  void sum_ways(const Epoch& before, Epoch& now) const;
  void pay(Epoch& now, std::size_t to, const Epoch& before, std::size_t from, Step step,
           const Drift& drift);
  Progress progress(const Sighting& from, const Sighting& to, double gap_m, double keep) const;
  double keep(const Sighting& from, const Sighting& to) const;
  std::size_t best_of(const Epoch& epoch) const;
  double least_cost() const;
  std::size_t agreed() const;
  void decide(std::size_t last, std::vector<Decision>& out);
  void charge_rivals(std::size_t index, std::size_t state);
  void rebase(std::size_t index, std::size_t state);
  void probabilities();
  Decision decision(std::size_t index, std::size_t state);
  bool one_way(std::size_t index, const State& rival, const State& chosen);
  void note_error(const Epoch& now, const State& chosen, bool joined);

  const RoadNetwork& network_;
  const MatchConfig& config_;
  RouteSearch& search_;
  std::vector<Epoch> ring_;
  std::size_t first_ = 0;
  std::size_t held_ = 0;  ///< epochs in the window; where root_ is set, the first is decided
  bool root_ = false;
  std::uint8_t root_state_ = 0;  ///< of these, the one that was given out
  bool grown_ = false;           ///< since agreement was looked for
  std::vector<std::uint8_t> chosen_;
  std::vector<std::array<double, most_states>> backward_;
  std::array<EdgeId, most_states> targets_;
  ErrorMemory errors_;
  RoadNoise road_noise_;
  BootTime looked_;
  bool any_looked_ = false;
  double settled_cost_ = 0;  ///< of what has left the window
};

}  // namespace lujing::core
