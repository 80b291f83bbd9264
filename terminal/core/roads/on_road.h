// The road that is driven, as one part of the core: the road file in force, the matcher on it, and
// the stretches that it commits.
#pragma once

#include "base/result.h"
#include "protocol/road_records.h"
#include "terminal/core/directive/library.h"
#include "terminal/core/fusion/pose.h"
#include "terminal/core/fusion/told.h"
#include "terminal/core/roads/matching.h"
#include "terminal/core/roads/network.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace lujing::core {

/// A committed stretch as a record.
protocol::RoadRecord record_of(const Driven& driven, std::uint64_t roads_version);

class OnRoad {
 public:
  /// A road file (protocol/ROADS.md). One that does not check is refused, and the one in force
  /// stays.
  Result<void> put(DirectiveBody file);
  /// No road file any more.
  void forget();
  /// The newest pose; at most one a second goes to the matcher. What it has committed by now, good
  /// until the next call.
  std::span<const Driven> take(const Pose& pose);
  /// Appends what it would commit if the way ended now.
  void uncommitted(std::vector<Driven>& out) const;
  /// The road that the pose of the last take() is on, as a line to hold on, where dead reckoning
  /// needs one and there is no doubt which road it is.
  const std::optional<RoadLine>& line() const { return line_; }
  /// nullptr: no road file is in force. A network that was handed out stays until a stretch of a
  /// newer one has been.
  const RoadNetwork* network() const { return loaded_.empty() ? nullptr : current(); }

 private:
  struct Loaded {
    DirectiveBody file;
    RoadNetwork network;
  };
  const RoadNetwork* current() const { return matcher_ ? &loaded_.back()->network : nullptr; }

  std::vector<std::unique_ptr<Loaded>>
      loaded_;  ///< the last one is in force while matcher_ is there
  std::unique_ptr<Matcher> matcher_;
  Matches matches_;
  std::optional<RoadLine> line_of(const Pose& pose) const;

  std::optional<BootTime> fed_at_;
  std::optional<RoadLine> line_;
};

}  // namespace lujing::core
