// On-line, where fixes are far apart: does this driver go by time or by length? Both are believed
// side by side, each with a lattice of its own, and the one that explains the drive so far better
// is given out. Where fixes are dense they decide alone, and nothing is done here.
#pragma once

#include "terminal/core/roads/lattice.h"
#include "terminal/core/roads/losses.h"
#include "terminal/core/roads/match_config.h"

#include <array>
#include <cstdint>
#include <vector>

namespace lujing::core {

class DriverWatch {
 public:
  /// `by_time` is the beliefs of the lattice beside this one; it and `search` must stay.
  DriverWatch(const RoadNetwork& network, const MatchConfig& by_time, RouteSearch& search);
  /// A copy asks the same search, and believes what the first one believes: that must stay, too.
  DriverWatch(const DriverWatch&) = default;
  DriverWatch& operator=(const DriverWatch&) = delete;

  /// From one fix to the next: many short ones in a row, and there is nothing to watch.
  void lapse(double seconds);
  bool wanted() const { return on_ && dense_ < dense_enough; }
  bool active() const { return active_; }

  /// Where the other lattice stands, when this one takes part from now on.
  void begin(const Sighting& last, std::uint64_t serial);
  void add(const Sighting& sighting, std::uint64_t serial, double gap_m);
  void settle(BootTime deadline);
  /// One decision, where none is ready; false: there is none, or one was ready.
  bool settle_one();
  void settle_all();
  void reset();

  /// Moves from `by_time` what can be given out, of whichever driver is believed in.
  void choose(std::vector<Decision>& by_time, std::vector<Decision>& out);
  std::size_t memory_bytes() const;

 private:
  static constexpr int dense_enough = 5;
  struct Evidence {
    Evidence(const MatchConfig& config, RouteSearch& search) : losses(config, search) {}
    Losses losses;
    double off = 0;
    double nats() const { return off + losses.lost(); }
  };
  void stop();
  void weigh(const Decision& decision, double weight, Evidence& evidence);
  void follow(const Decision& decision, Evidence& evidence);
  void give(Decision decision, std::vector<Decision>& out);

  const RoadNetwork& network_;
  MatchConfig by_length_;
  bool on_;
  RouteSearch& search_;
  Lattice lattice_;
  std::vector<Decision> decisions_;
  Evidence time_;
  Evidence length_;
  std::vector<EdgeId> chain_;
  bool active_ = false;
  bool length_leads_ = false;
  int dense_ = 0;
  std::uint64_t since_ = 0;  ///< the first serial that both lattices have
  BootTime weighed_;
  bool any_weighed_ = false;
  const MatchConfig* law_ = nullptr;  ///< of what was given out last
  EdgeId given_edge_;                 ///< and where that was
  double given_along_m_ = 0;
};

}  // namespace lujing::core
