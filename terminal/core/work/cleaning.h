// Cleaning on the vehicle, as one part of the core: what the machine does, which kerbs that
// covered, what the plan asked, and what the rules of cleaning may look at.
#pragma once

#include "terminal/core/alarm/cleaning_facts.h"
#include "terminal/core/config.h"
#include "terminal/core/work/collection.h"
#include "terminal/core/work/coverage_writer.h"
#include "terminal/core/work/guide.h"
#include "terminal/core/work/hindsight.h"
#include "terminal/core/work/kerb_marks.h"
#include "terminal/core/work/plan.h"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace lujing::core {

class Cleaning {
 public:
  /// What the rest of the core knows now.
  struct Moment {
    BootTime now;
    std::optional<UtcTime> utc;
    std::optional<double> speed_mps;
    double driven_m = 0;
    bool moving = false;
    GeoPoint position;
    std::optional<double> heading_rad;
    const Pose* pose = nullptr;  ///< of now; nullptr: places stay as matching commits them
  };

  explicit Cleaning(const CoreConfig& config);

  template <class What>
  void take(BootTime now, const What& what) {
    engine_.take(now, what);
  }
  void take(const FixSeen& fix) { hindsight_.take(fix); }
  /// A committed stretch; `roads` must outlive this. `utc`: of `now`, where it is known.
  void take(const Driven& driven, const RoadNetwork& roads, BootTime now,
            std::optional<UtcTime> utc, std::vector<protocol::Payload>& out);
  /// A new plan. What was done stays done.
  void put_plan(std::optional<Plan> plan);
  /// What must outlive a power cut (recall/recall.h): what of today and yesterday was covered.
  std::vector<protocol::Record> manifest() const;
  /// And what would be told if everything ended now: it is in no books yet. `uncommitted`: what
  /// matching would add (OnRoad); `boot_id`: of this run.
  std::vector<protocol::Record> unfinished(std::uint64_t boot_id,
                                           std::span<const Driven> uncommitted,
                                           const RoadNetwork* roads, BootTime now,
                                           std::optional<UtcTime> utc) const;
  /// As advice(), with what is under way counted as if it had ended now. It copies: for a page,
  /// every few seconds.
  RoadAdvice advice_now(std::span<const Driven> uncommitted, const RoadNetwork* roads,
                        const Moment& moment) const;
  /// One of those, after the next start. What is in the books is not told again; what was
  /// unfinished is told as soon as UTC is known.
  void resume(const protocol::Record& record);
  /// Time has come this far. Appends work records, updates facts().
  void judge(const Moment& moment, std::vector<protocol::Payload>& out);

  const CleaningFacts& facts() const { return facts_; }
  std::uint32_t work_bits() const { return engine_.work_bits(); }
  const WorkState& work() const { return engine_.state(); }
  const CoverageLedger& ledger() const { return ledger_; }
  bool has_plan() const { return plan_.has_value(); }
  /// For the driver: nothing rests on it.
  const RoadAdvice& advice() const { return guide_.advice(); }
  /// The driver's mark of the kerb, and what ended the last one.
  const KerbMarks& marks() const { return marks_; }

 private:
  /// What `out` holds from `first` on, into the ledger.
  void book(const std::vector<protocol::Payload>& out, std::size_t first, BootTime now,
            std::optional<UtcTime> utc);
  /// What hindsight has put right, into records and ledger.
  void write(BootTime now, std::optional<UtcTime> utc, std::vector<protocol::Payload>& out);
  void tell_unfinished(const Moment& moment, std::vector<protocol::Payload>& out);
  /// Everything that still waits, into records and ledger.
  void settle(const Moment& moment, std::vector<protocol::Payload>& out);
  void judge_mark(const Moment& moment);
  /// The plan asks this vehicle for something on that road at that time of day.
  bool asks(LinkId link, std::optional<UtcTime> utc) const;
  WorkMask can_do() const;
  void say_what_ended(std::vector<protocol::Payload>& out, std::size_t first) const;
  void judge_clock(const Moment& moment, std::vector<protocol::Payload>& out);
  void judge_road(const Moment& moment);
  void judge_deadlines(const Moment& moment, const LocalTime& time,
                       std::vector<protocol::Payload>& out);
  void add_owed(const PlanTask& task, std::int64_t day, Owed& owed);
  void judge_fuel(const Moment& moment);
  void judge_weather(std::int64_t day);
  void judge_guide(const Moment& moment);
  Question question() const;
  protocol::WorkSide brushes() const;
  std::int32_t utc_offset_min() const;
  void book(const protocol::CoverageRecord& record, std::int64_t utc_minus_boot_ms);
  void book(const protocol::ExceptionRecord& record, std::int64_t utc_minus_boot_ms,
            std::int64_t end_ms);

  const CoreConfig& config_;
  WorkEngine engine_;
  WorkHistory history_;
  KerbMarks marks_;
  WorkIntervals intervals_;
  Hindsight hindsight_;
  std::vector<Hindsight::Stretch> ready_;  ///< kept for its memory
  CoverageWriter writer_;
  CoverageLedger ledger_;  ///< of this road file, since yesterday
  std::uint64_t ledger_roads_ = 0;
  std::optional<Plan> plan_;
  Collection collection_;
  CleaningFacts facts_;
  std::vector<protocol::WorkRecord> ended_;
  std::vector<protocol::Record> untold_;  ///< unfinished before the last power cut
  const RoadNetwork* roads_ = nullptr;
  std::optional<EdgeId> edge_;
  BootTime edge_at_;
  BootTime taken_at_;                      ///< when the last stretch came
  LinkId asked_link_ = no_link;            ///< tasks_here_ is about it
  std::vector<std::uint16_t> tasks_here_;  ///< of the plan
  std::optional<LocalTime> checked_;       ///< deadlines up to here are told
  BootTime owed_at_;
  std::int64_t ledger_day_ = 0;
  std::array<Weather, 2>
      worst_;  ///< the hottest and windiest of ledger_day_, and of the day before
  Guide guide_;
  const RoadNetwork* guided_roads_ = nullptr;
  BootTime guided_at_{-ns_per_s};
  /// Fuel while parked: the most that was there in each tenth of the profile's time.
  std::vector<double> fuel_l_;
  BootTime fuel_at_;
};

}  // namespace lujing::core
