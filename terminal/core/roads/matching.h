// On-line map matching: fixes in, in the order in which they were measured; out come, a little
// later, a place on the network for each of them and the stretches of road that were driven.
//
//   Matcher matcher(network, {});
//   Matches found;
//   matcher.take(pose, found);      // appends what could be decided
//   matcher.finish(found);          // no more fixes: appends the rest
//
// Every fix is answered once, in order, at the latest when one `lag_s` newer has come. What was
// given is never taken back. All memory is taken by the constructor, except what the caller's
// `Matches` grow by. The idea is explained in MATCHING.md.
#pragma once

#include "terminal/core/roads/driver_watch.h"
#include "terminal/core/roads/lattice.h"
#include "terminal/core/roads/match_config.h"
#include "terminal/core/roads/matched.h"
#include "terminal/core/roads/raw_fix.h"
#include "terminal/core/roads/smoothing.h"
#include "terminal/core/roads/trail.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace lujing::core {

struct Matches {
  std::vector<Matched> points;  ///< one a fix
  std::vector<Driven> driven;
  void clear() {
    points.clear();
    driven.clear();
  }
};

class Matcher {
 public:
  /// The network must outlive the matcher.
  Matcher(const RoadNetwork& network, const MatchConfig& config);
  Matcher& operator=(const Matcher&) = delete;

  /// One moment of the fused track, with its covariance, heading and odometer.
  void take(const Pose& pose, Matches& out);
  /// One fix of a receiver. A matcher is fed with one kind or the other.
  void take(const RawFix& fix, Matches& out);
  void finish(Matches& out);
  /// What finish() would give now; this goes on as if nothing had been asked. It copies: not for
  /// each fix.
  void as_if_finished(Matches& out) const;

  /// On which edge the newest place most likely is, by what was decided on so far.
  Newest newest() const { return lattice_.newest(); }

  /// The fixes' error relative to what was believed, of all that was decided.
  ErrorScale error_scale() const { return lattice_.error_scale(); }
  /// Of the way that was found for the last track that was finished, in nats.
  double cost() const { return cost_; }
  std::size_t memory_bytes() const;

 private:
  Matcher(const Matcher&) = default;
  void admit(std::uint64_t serial, const Sighting& sighting);
  void decide_on(std::uint64_t serial, const Sighting& sighting);
  Sighting scaled(const Sighting& sighting) const;
  bool in_order(BootTime at, Matches& out);
  void deliver(Matches& out);
  void answer_in_time(Matches& out);
  void take_smoothed(bool all);
  bool settle_next();

  MatchConfig config_;
  Smoother smoother_;
  std::shared_ptr<RouteSearch> search_;  ///< a copy asks the same one
  Lattice lattice_;                      ///< everybody goes by time
  DriverWatch watch_;                    ///< unless this one does not
  Trail trail_;
  std::vector<Decision> decisions_;
  std::vector<Decision> chosen_;          ///< of both
  std::vector<std::uint64_t> smoothing_;  ///< serials that wait in the smoother
  std::uint64_t serial_ = 0;
  BootTime newest_;
  bool any_ = false;
  int back_in_a_row_ = 0;
  Sighting last_;  ///< the last one that went into the lattice
  std::uint64_t last_serial_ = 0;
  Sighting newest_seen_;  ///< the last usable one
  std::uint64_t newest_serial_ = 0;
  double gap_m_ = 0;  ///< the longest step since last_
  double cost_ = 0;
};

}  // namespace lujing::core
