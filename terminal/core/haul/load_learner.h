// A load that is learned: from a raw sensor (counts of a strain gauge, an axle's air pressure)
// whose empty and full values nobody knows exactly, and which drift.
//
// One second's mean is one reading. Where the vehicle stands:
//   a shovel   two readings in a row differ by at least step_counts upwards, at most one in 10 s
//   loading    five shovels; the highest steady reading after them is a full value
//   unloading  readings within -20 % to +30 % of the span around the empty value for 4 s; their
//              mean is an empty value
// A value that was learned moves the one in use by half of the difference, and never by more than
// half of the span. Gates: by speed only, or by the cover too (loading with it open, no unloading
// with it closed), or by the place too (loading in a loading site only, no unloading in one).
#pragma once

#include "base/time.h"
#include "protocol/record.h"
#include "terminal/core/alarm/truth.h"
#include "terminal/core/haul/load_config.h"

#include <cstdint>
#include <optional>

namespace lujing::core {

struct LoadSurroundings {
  bool standing = false;
  protocol::Cover cover = protocol::Cover::invalid;
  Truth at_site = Truth::unknown;  ///< in a loading site
};

class LoadLearner {
 public:
  explicit LoadLearner(const LoadLearnerConfig& config);

  /// A raw value. True: a second is over, share() is new.
  bool take(BootTime now, double raw, const LoadSurroundings& around);

  /// What was learnt before a power cut. Passed over where the span would be less than half or more
  /// than twice the fitter's.
  void recall(double empty, double full);

  /// Of a full load; nullopt until the first second is over.
  std::optional<double> share() const;
  double empty() const { return empty_; }
  double full() const { return full_; }
  int shovels() const { return shovels_; }

 private:
  void learn_loading(BootTime now, const LoadSurroundings& around, double before);
  void learn_unloading(const LoadSurroundings& around);
  bool may_load(const LoadSurroundings& around) const;
  bool may_unload(const LoadSurroundings& around) const;
  void learn(double& value, double reading) const;

  LoadLearnerConfig config_;
  double empty_;
  double full_;
  std::optional<BootTime> begin_;  ///< of this second
  double sum_ = 0;
  int count_ = 0;
  std::optional<double> mean_;  ///< of the last second
  int shovels_ = 0;
  std::optional<BootTime> shovel_at_;
  bool learned_full_ = false;
  int near_empty_s_ = 0;
  double near_empty_sum_ = 0;
};

}  // namespace lujing::core
