// Trips: from loading to tipping, as an electronic manifest (电子联单).
//
//   empty ──loaded──► trip ──tipped──► empty
//                      │ ▲ loaded_more (another site), partly_tipped, permit_changed: it goes on
//                      └─ returned (back at its site with the load): it ends; when the vehicle
//                         leaves the site again, a new one begins
//
// The load is what the sensor says while the vehicle stands where it is loaded, the last of it.
// Partly tipped is a load of which some is left when the vehicle drives off: before, every tipping
// is one.
//
// After a power cut the vehicle is found laden: that trip is `resumed`, as a trip of its own whose
// site is not known, unless resume() was told the last manifest before the cut. Found empty, it was
// tipped while nobody looked: `unloaded` then ends that trip here. Found standing laden in a
// loading site long after it had left its own, it was tipped and loaded again: that trip ends, the
// next one begins. How long nobody looked is in the manifest.
#pragma once

#include "base/time.h"
#include "protocol/record.h"
#include "terminal/core/haul/load_watch.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::core {

/// What is so now. The texts need not outlive the call.
struct TripInput {
  BootTime now;
  std::uint64_t boot_id = 0;
  std::optional<double> load_share;  ///< of a full load, measured; nullopt: only a switch tells
  double rated_kg = 0;               ///< what a full load weighs; 0: not known
  protocol::Cover cover = protocol::Cover::invalid;
  bool moving = false;
  double driven_m = 0;  ///< odometer
  bool fix = false;     ///< the position is known now
  bool placed = true;   ///< and so well that it is known which places it is in
  GeoPoint position;
  std::string_view site;         ///< loading site that it is in
  std::string_view tip;          ///< disposal site that it is in
  bool at_wash = false;          ///< a wash at a site's gate belongs to the site
  bool at_place = false;         ///< in any site, disposal site or car park
  std::string_view permit;       ///< that covers it
  std::optional<bool> on_route;  ///< on a road of that permit; nullopt: it names none
  protocol::Washed washed = protocol::Washed::unknown;  ///< since it was loaded
  std::optional<double> unseen_s;  ///< without power before this run; nullopt: not known (yet)
};

class Trips {
 public:
  /// The last manifest of an earlier boot, if that trip had not ended. Before the first take().
  void resume(const protocol::TripRecord& record);
  void take(const TripInput& input, LoadEvent event, std::vector<protocol::TripRecord>& out);

  /// The load has gone, and it is not known yet where: what is driven from now on is not the
  /// trip's.
  void hold() { held_ = true; }
  /// Where the trip under way was loaded, known only now.
  void name_site(std::string_view site);

  bool under_way() const { return trip_.has_value(); }
  /// The manifest of the trip under way as it is now, for resume() after a power cut; nullopt: none
  /// is, and none waits for its load to be seen.
  std::optional<protocol::TripRecord> manifest() const;
  /// resume() was called, and the load has not been seen since.
  bool waits_for_load() const { return before_.has_value(); }
  /// Since it left the place where it was loaded; nullopt: it has not, or there is no trip.
  std::optional<BootTime> left_at() const;

 private:
  /// Some of the load is gone; whether the rest stays is known when it drives off.
  struct Part {
    std::string tip;
    GeoPoint place;
    double driven_m = 0;
  };
  struct Trip {
    protocol::TripRecord record;
    std::optional<BootTime> left_at;
    double sealed_m = 0;
    double unsealed_m = 0;
    double driven_m = 0;
    std::optional<double> on_route_m;  ///< nullopt: no permit named roads
    double no_fix_m = 0;
    double away_m = 0;  ///< driven since it left the site
    std::optional<BootTime> stands_since;
    bool stop_counted = false;
    bool over_cut = false;        ///< resumed, and what the cut of the power hid is not judged yet
    double resumed_m = 0;         ///< odometer where it was
    std::optional<double> share;  ///< of a full load, as it was loaded
    std::optional<double> now;    ///< the same now, smoothed
    BootTime weighed_at;
    double loaded_at_m = 0;  ///< driven_m at the last word of loading
    double rated_kg = 0;
    std::optional<Part> part;
  };

  void begin(const TripInput& input, protocol::TripEvent event,
             std::vector<protocol::TripRecord>& out);
  void drive(const TripInput& input);
  void stand(const TripInput& input);
  void judge_cut(const TripInput& input, std::vector<protocol::TripRecord>& out);
  void weigh(const TripInput& input, LoadEvent event);
  void tip_partly(const TripInput& input, LoadEvent event, std::vector<protocol::TripRecord>& out);
  void change(const TripInput& input, LoadEvent event, std::vector<protocol::TripRecord>& out);
  void restore();
  static protocol::TripRecord manifest_of(const Trip& trip);
  void tell(const TripInput& input, protocol::TripEvent event,
            std::vector<protocol::TripRecord>& out);

  std::optional<Trip> trip_;
  std::optional<protocol::TripRecord> before_;  ///< told by resume()
  std::optional<double> odometer_m_;
  bool held_ = false;
  bool waits_ = false;  ///< returned with its load: begins anew when it leaves
  std::string waits_site_;
};

}  // namespace lujing::core
