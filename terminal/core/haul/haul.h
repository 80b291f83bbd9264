// Hauling: places, permits, the load's events and trips, and what the rules look at.
//
//   haul.set_fences(index);  haul.set_permits(permits);      // as directives bring them
//   haul.judge(now, zones, trips);                           // at each observation
//   facts.haul = haul.facts();
#pragma once

#include "base/time.h"
#include "hal/observation.h"
#include "protocol/record.h"
#include "terminal/core/fence/watch.h"
#include "terminal/core/fusion/pose.h"
#include "terminal/core/haul/driver.h"
#include "terminal/core/haul/facts.h"
#include "terminal/core/haul/haul_config.h"
#include "terminal/core/haul/load_watch.h"
#include "terminal/core/haul/permit.h"
#include "terminal/core/haul/trips.h"

#include <memory>
#include <optional>
#include <vector>

namespace lujing::core {

struct HaulInput {
  BootTime now;
  std::uint64_t boot_id = 0;
  std::optional<UtcTime> utc;
  Pose pose;
  double ahead_m = 300;  ///< so far the driver is told of forbidden zones
  protocol::Cover cover = protocol::Cover::invalid;
  protocol::Load load = protocol::Load::invalid;
  std::optional<double> speed_mps;
  bool moving = false;
  std::optional<double> load_share;  ///< of a full load, measured
};

class Haul {
 public:
  /// The configuration must outlive it.
  Haul(const HaulConfig& config, std::optional<hal::InputId> driver_verified,
       std::optional<hal::InputId> driver_card = std::nullopt)
      : config_(config), driver_verified_(driver_verified), driver_card_(driver_card) {}

  /// nullptr: no fences.
  void set_fences(std::shared_ptr<const FenceIndex> index);
  /// nullopt: no permits are in force, nor is it known that there are none.
  void set_permits(std::optional<PermitSet> permits);
  /// The last manifest before a power cut, and when that was.
  void resume(const protocol::TripRecord& record, std::optional<UtcTime> then) {
    trips_.resume(record);
    if (record.position.valid()) fix_ = record.position;
    cut_at_ = then;
  }
  void take(const hal::Switch& input);
  void take(BootTime now, const hal::Analog& input);
  /// Who drove before a power cut, and when that was.
  void resume_driver(std::uint64_t card, std::optional<UtcTime> then) {
    driver_.resume(card, then);
  }
  std::uint64_t driver_card() const { return driver_.card(); }

  void judge(const HaulInput& input, std::vector<protocol::ZoneRecord>& zones,
             std::vector<protocol::TripRecord>& trips);
  /// Its position is the last that was measured: a gap in the track may lie over a power cut.
  std::optional<protocol::TripRecord> manifest() const {
    auto trip = trips_.manifest();
    if (trip && fix_) trip->position = *fix_;
    return trip;
  }
  /// In a loading site.
  Truth at_site() const;
  const HaulFacts& facts() const { return facts_; }
  const FenceIndex* fences() const { return watch_ ? &watch_->index() : nullptr; }

 private:
  /// What has just happened: yes for a while, then no.
  struct Pulse {
    std::optional<BootTime> at;
    Truth now(BootTime now) const;
  };
  /// Where it is, as trips see it.
  struct Places {
    const Fence* site = nullptr;
    const Fence* tip = nullptr;
    bool place = false;
    bool wash = false;
    bool on_route = false;
  };

  /// The load came or went while nobody knew where the vehicle was: where is judged when that is
  /// known again, from how far it has driven since.
  struct Held {
    bool waits = false;
    double driven_m = 0;
    bool over_cut = false;  ///< of the power: what was driven meanwhile is not known
  };

  /// Where the load changed: here, unless it changed unseen.
  struct LoadPlaces {
    const Fence* site = nullptr;
    const Fence* tip = nullptr;
    Truth at_tip = Truth::unknown;  ///< in a right disposal site
  };

  /// Time that it stood somewhere.
  struct Stay {
    std::optional<BootTime> since;
    std::int64_t ns = 0;  ///< of stays that are over
    void take(BootTime now, bool here);
  };

  /// A loading or disposal site, for looking who is near.
  struct Site {
    FenceShapes::Bounds bounds;
    std::uint32_t fence = 0;
  };

  void watch(const HaulInput& input, std::vector<protocol::ZoneRecord>& zones);
  void judge_permits(const HaulInput& input);
  void judge_places(const HaulInput& input);
  void judge_unsure_places(const HaulInput& input);
  /// The nearest one; nullptr: none.
  const Fence* within_reach(FenceKind kind, bool of_permits, GeoPoint from, double metres) const;
  const Fence* held_place(const Held& held, FenceKind kind, const HaulInput& input) const;
  void judge_fences(const HaulInput& input);
  void judge_near(const HaulInput& input);
  void judge_ahead(const HaulInput& input);
  void judge_load(const HaulInput& input, std::vector<protocol::TripRecord>& trips);
  LoadEvent load_event(const HaulInput& input, LoadPlaces& where);
  void judge_load_event(const HaulInput& input, LoadEvent event, LoadPlaces& where);
  bool begins_later(const std::string& site, std::optional<UtcTime> utc) const;
  Truth held_at_tip(const HaulInput& input, const Fence* tip) const;
  void judge_wash(const HaulInput& input);
  bool perhaps_in_wash(const HaulInput& input);
  void judge_gap(const HaulInput& input);
  bool permit_names(const std::string& fence, std::vector<std::string> Permit::*list) const;
  bool permits_have_roads() const;

  const HaulConfig& config_;
  const std::optional<hal::InputId> driver_verified_;
  const std::optional<hal::InputId> driver_card_;
  std::optional<FenceWatch> watch_;
  std::vector<Site> sites_;
  std::optional<PermitSet> permits_;
  std::vector<std::size_t> active_;  ///< permits in force, and for this vehicle
  std::int64_t minute_ = INT64_MIN;
  LoadWatch load_;
  Trips trips_;
  std::optional<UtcTime> cut_at_;
  BootTime begun_{INT64_MIN};               ///< of this run
  std::optional<double> without_power_s_;   ///< from cut_at_ to that
  Held emptied_;                            ///< the load is gone
  Held loaded_;                             ///< it is loaded
  LoadEvent next_event_ = LoadEvent::none;  ///< two of them came at once
  Driver driver_;
  HaulFacts facts_;
  Places places_;
  std::vector<FenceChange> changes_;
  BootTime pose_at_{INT64_MIN};
  bool sure_ = false;         ///< places are those of where it is now
  double sure_driven_m_ = 0;  ///< where it was driven to when that was last so
  GeoPoint sure_position_;
  BootTime reach_at_{INT64_MIN};
  BootTime near_at_{INT64_MIN};
  BootTime ahead_at_{INT64_MIN};
  BootTime wash_at_{INT64_MIN};
  bool wash_near_ = false;
  bool moved_laden_ = false;              ///< since it was loaded
  std::vector<FenceIndex::Found> found_;  ///< kept for its memory
  Pulse dumped_;
  Pulse dug_;
  Pulse early_;
  Pulse unwashed_;
  Pulse gap_;
  std::optional<GeoPoint> fix_;     ///< the last measured position
  Stay washed_;                     ///< in a wash, since it was loaded
  Stay unseen_{{}, INT64_MAX / 2};  ///< where nobody knows: perhaps in a wash
  bool leaves_laden_ = false;       ///< in a loading site, laden
};

}  // namespace lujing::core
