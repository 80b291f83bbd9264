// One vehicle among the fences: which it is in, and when it enters, leaves or cuts across one.
//
// A position is uncertain, so a line is passed only when the position is beyond it by a margin, two
// sigma by default (less for a fence too small for that), and for the fence's dwell time. Where the
// margin is wider than fence_band_m nothing is decided: what was known stays.
//
// Costs next to nothing while the vehicle is farther from every line than it can have moved: the
// least distance to any line at the last look (the slack) is spent by driving, then looked up anew.
// Nothing is allocated after the constructor.
#pragma once

#include "base/time.h"
#include "terminal/core/alarm/truth.h"
#include "terminal/core/fence/fence_config.h"
#include "terminal/core/fence/index.h"
#include "terminal/core/fusion/pose.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace lujing::core {

using protocol::FenceEvent;

struct FenceChange {
  std::uint32_t fence = 0;
  FenceEvent event = FenceEvent::entered;
  BootTime since;            ///< when the line was passed; the dwell time is over only now
  std::int64_t stay_ns = 0;  ///< of one that has left: how long it was inside
};

/// A fence that the vehicle is in.
struct Presence {
  std::uint32_t fence = 0;
  BootTime since;
  Truth applies = Truth::unknown;  ///< its hours and validity, now; unknown without UTC
  BootTime applies_since;          ///< good where it applies: inside and applying since
  bool beyond = false;             ///< the position is on the line as far as one can say, or beyond
                                   ///< it: within the margin, or for less than the dwell time
};

/// Do the fence's hours and validity hold at this moment?
Truth applies(const Fence& fence, std::optional<UtcTime> utc, int utc_offset_min);

class FenceWatch {
 public:
  FenceWatch(std::shared_ptr<const FenceIndex> index, const FenceConfig& config);

  /// Where the vehicle is now. `out` is appended to.
  void take(const Pose& pose, std::optional<UtcTime> utc, std::vector<FenceChange>& out);

  /// Fences it is in, whether they apply or not.
  std::span<const Presence> inside() const { return inside_; }
  const FenceIndex& index() const { return *index_; }
  /// Has a position ever been good enough to judge by?
  bool known() const { return last_.has_value(); }
  /// When that was last so; good where known().
  BootTime judged_at() const { return last_at_; }

 private:
  /// A fence whose line is near, or that is certainly around.
  struct Near {
    std::uint32_t fence = 0;
    FenceSides sides;     ///< in this cell
    bool inside = false;  ///< told
    bool beyond = false;  ///< inside, and the position is not, for certain
    bool around = false;  ///< the cell is wholly inside: no need to measure
    bool measured = false;
    double signed_m = 0;  ///< at the place where it was measured; its size may be too small
    FencePlace at;
    std::optional<BootTime> changing;  ///< on the other side since, for less than the dwell time
  };
  struct Step {
    BootTime now;
    FencePlace place;
    double margin_m = 0;
    double length_m = 0;  ///< from the last place; 0 where that is too long ago
  };

  void look(const Step& step, std::vector<FenceChange>& out);
  Near fresh(const FenceIndex::Found& found) const;
  static double line_m(const Near& near, const FencePlace& place);
  void gather(const Step& step, std::vector<FenceChange>& out);
  void judge(const Step& step, Near& near, std::vector<FenceChange>& out);
  void turn(const Step& step, Near& near, bool inside, std::vector<FenceChange>& out);
  void cross_between(const Step& step, std::vector<FenceChange>& out);
  bool cuts(const Step& step, std::uint32_t fence) const;
  double enter_m(std::uint32_t fence, double margin_m) const;
  void judge_hours(BootTime now, std::vector<FenceChange>& out);
  void enter(std::uint32_t fence, BootTime since);
  std::int64_t leave(std::uint32_t fence, BootTime at);
  void mark_beyond(std::uint32_t fence, bool beyond);

  std::shared_ptr<const FenceIndex> index_;
  FenceConfig config_;
  std::vector<Near> near_;  ///< ascending by fence
  std::vector<Near> next_;
  std::vector<FenceIndex::Found> found_;
  std::vector<std::uint32_t> passed_;
  std::vector<Presence> inside_;
  std::uint64_t cell_ = 0;
  FencePlace anchor_;   ///< where the slack was measured
  double slack_m_ = 0;  ///< to the nearest line from there
  bool changing_ = false;
  bool first_ = true;
  std::optional<FencePlace> last_;
  BootTime last_at_;
  std::optional<UtcTime> utc_;
  std::int64_t minute_ = INT64_MIN;
};

}  // namespace lujing::core
