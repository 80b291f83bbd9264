// What a driver loses against the best way, by the driver's own law: who goes by time loses
// seconds on a shortcut. Told edge by edge; each kilometre and a half is compared for itself.
#pragma once

#include "terminal/core/roads/match_config.h"
#include "terminal/core/roads/route_search.h"

#include <vector>

namespace lujing::core {

class Losses {
 public:
  /// `search` must stay where it is; it is shared.
  Losses(const MatchConfig& config, RouteSearch& search);
  Losses(const Losses&) = default;
  Losses& operator=(const Losses&) = delete;

  /// The next edge that was driven.
  void add(EdgeId edge, bool joined);
  /// Nats so far: of whole stretches, and with finish() of the last one.
  double lost() const { return lost_; }
  int stretches() const { return stretches_; }  ///< that were compared
  double finish();
  void reset();

 private:
  void begin(EdgeId edge);
  void close();

  MatchConfig config_;
  RouteSearch& search_;
  std::vector<EdgeId> edges_;
  double between_m_ = 0;
  double seconds_ = 0;
  double lost_ = 0;
  int stretches_ = 0;
};

}  // namespace lujing::core
