// Where to work next: what a driver wants to know of his plan while he drives. For his eyes only:
// nothing that is judged or paid rests on it.
//
//   this road    the links of one name that the plan asks for now, and how much of them is covered
//   missed       a stretch ahead on this road that was left out although one was here, or beyond it
//   next road    the nearest one that is owed, along the roads that may be driven; where the plan
//                asks for an order, the first in that order
//
// Follows the ledger: what was covered in the last minute may not be in it yet.
#pragma once

#include "base/time.h"
#include "terminal/core/work/plan.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace lujing::core {

/// What is known now. Names are the road file's, good as long as that is in force.
struct RoadAdvice {
  bool planned = false;          ///< some task asks for some road now
  std::string_view road;         ///< where it is; empty: not known, or nameless
  bool on_plan = false;          ///< this road is asked for now
  std::int64_t required_cm = 0;  ///< of this road's kerbs, without what was excepted
  std::int64_t covered_cm = 0;
  std::int64_t all_required_cm = 0;  ///< of all roads that are asked for now
  std::int64_t all_covered_cm = 0;
  std::optional<double> missed_ahead_m;  ///< to the missed stretch
  double missed_m = 0;                   ///< its length
  bool has_next = false;
  std::string_view next_road;  ///< may be nameless
  double next_m = 0;           ///< along the roads; as the crow flies where `next_straight`
  bool next_straight = false;
  bool road_done = false;  ///< this road has just become complete
};

struct GuideMoment {
  BootTime now;
  std::optional<UtcTime> utc;
  GeoPoint position;
  std::optional<double> heading_rad;
  std::optional<EdgeId> edge;  ///< the last one that matching was sure of
};

class Guide {
 public:
  Guide();
  /// From now on; nullptr: none. `works`: what the vehicle can do; 0: not known.
  void set(const Plan* plan, const RoadNetwork* roads, WorkMask works);
  /// Something was told about this link.
  void touch(LinkId link);
  /// At most once a second is enough. The ledger is settled where that is needed.
  void judge(const GuideMoment& moment, CoverageLedger& ledger, const Question& question);
  const RoadAdvice& advice() const { return advice_; }

 private:
  struct Target {
    LinkId link = no_link;
    std::uint32_t road = 0;
    std::uint16_t task = 0;  ///< in tasks_
    std::int64_t required_cm = 0;
    std::int64_t covered_cm = 0;
  };
  struct Road {
    std::string_view name;
    GeoPoint place;
    std::int64_t required_cm = 0;
    std::int64_t covered_cm = 0;
    std::uint32_t rank = UINT32_MAX;  ///< in the plan's order
  };
  struct Task {
    std::uint16_t index = 0;  ///< in the plan
    Question question;
  };
  struct Step {
    EdgeId edge;
    double start_m = 0;  ///< from the first step's start
  };
  struct Hole {
    double from_m = 0;  ///< along the way ahead
    double to_m = 0;
  };
  struct Reached {
    double far_m = 0;
    EdgeId edge;
  };

  bool tasks_changed(const LocalTime& time);
  void build(const LocalTime& time, CoverageLedger& ledger, const Question& question);
  void account(Target& target, const CoverageLedger& ledger, bool first);
  void find_here(const GuideMoment& moment);
  void look_ahead(const CoverageLedger& ledger);
  void add_holes(const Step& step, const Target& target, const CoverageLedger& ledger,
                 bool seen_beyond);
  bool seen_before(const Target& target, EdgeId edge, const CoverageLedger& ledger) const;
  std::optional<EdgeId> straight_on(EdgeId edge) const;
  void find_next(GeoPoint from, std::int32_t pass_permille);
  bool search_along(std::int32_t pass_permille);
  Target* target_of(LinkId link);
  const Target* target_of(LinkId link) const;
  bool owed(const Road& road, std::int32_t pass_permille) const;

  const Plan* plan_ = nullptr;
  const RoadNetwork* roads_ = nullptr;
  WorkMask works_ = 0;
  bool stale_ = true;  ///< targets are to be made anew
  std::int64_t day_ = 0;
  std::vector<bool> in_hours_;
  std::vector<Task> tasks_;
  std::vector<Target> targets_;  ///< ascending by link
  std::vector<Road> all_roads_;
  std::vector<LinkId> touched_;

  std::optional<EdgeId> here_;
  double along_m_ = 0;  ///< from the start of the edge, in the order of travel
  std::int64_t here_since_ms_ = 0;
  std::vector<Step> ahead_;
  std::vector<Hole> holes_;
  std::optional<BootTime> next_at_;
  std::optional<BootTime> done_at_;
  std::vector<Reached> heap_;
  std::vector<EdgeId> visited_;
  RoadAdvice advice_;
};

}  // namespace lujing::core
