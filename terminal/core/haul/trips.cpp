#include "terminal/core/haul/trips.h"

#include <algorithm>
#include <cmath>

namespace lujing::core {
namespace {

using protocol::TripEvent;
using protocol::TripRecord;

/// In a record: the permit names no roads, any is right.
constexpr std::int64_t no_roads_named = -1;
constexpr std::int64_t stop_ns = 180 * ns_per_s;  ///< standing for longer is a stop
constexpr double away_m = 300;                    ///< so far from the site a return is one
constexpr double longest_step_m = 5000;           ///< an odometer that jumps farther was reset
constexpr double stood_m = 30;                    ///< since the power came back: it has not moved
/// To a disposal site, tipped, back and loaded: nobody does it faster.
constexpr std::int64_t shortest_round_s = 600;

constexpr double smoothing_s = 2;       ///< shovels shake the sensor
constexpr double still_loading_m = 30;  ///< it moves up for the next shovel
constexpr double part_falls = 0.1;      ///< a load that falls is not being loaded
constexpr double drives_off_m = 50;     ///< it moves forward while it tips, too

std::int32_t permille(double share) {
  return static_cast<std::int32_t>(std::llround(std::max(share, 0.0) * 1000));
}

}  // namespace

void Trips::resume(const TripRecord& record) {
  before_ = record;
}

void Trips::name_site(std::string_view site) {
  if (trip_ && trip_->record.site.empty()) trip_->record.site = site;
}

std::optional<BootTime> Trips::left_at() const {
  return trip_ ? trip_->left_at : std::nullopt;
}

void Trips::take(const TripInput& input, LoadEvent event, std::vector<TripRecord>& out) {
  if (event != LoadEvent::none) held_ = false;
  if (!trip_) {
    if (event == LoadEvent::loaded) begin(input, TripEvent::loaded, out);
    if (event == LoadEvent::found_laden) begin(input, TripEvent::resumed, out);
    if (event == LoadEvent::unloaded) waits_ = false;
    if (event == LoadEvent::unloaded && before_) {
      restore();
      trip_->record.unseen_s +=
          static_cast<std::int64_t>(std::max(0.0, input.unseen_s.value_or(0)));
      change(input, event, out);
    }
    if (waits_ && input.site.empty() && input.moving && input.fix && input.placed) {
      begin(input, TripEvent::loaded, out);
    }
  } else if (!held_) {
    judge_cut(input, out);
    drive(input);
    stand(input);
    weigh(input, event);
    tip_partly(input, event, out);
    change(input, event, out);
  }
  odometer_m_ = input.driven_m;
}

void Trips::begin(const TripInput& input, TripEvent event, std::vector<TripRecord>& out) {
  const bool known = event == TripEvent::resumed && before_;
  if (known) {
    restore();
  } else {
    trip_ = Trip{};
  }
  Trip& trip = *trip_;
  TripRecord& record = trip.record;
  if (!known) {
    record.begin_boot_id = input.boot_id;
    record.begin_boot_ms = input.now.ms();
    record.begin_position = input.position;
    record.site = waits_ ? std::string_view(waits_site_) : input.site;
    record.permit = input.permit;
    trip.share = trip.now = input.load_share;
    trip.weighed_at = input.now;
    trip.rated_kg = input.rated_kg;
  }
  before_.reset();
  trip.over_cut = known;
  trip.resumed_m = input.driven_m;
  // One that waited at its site with its load has left it now.
  if (waits_ || (event == TripEvent::resumed && input.site.empty())) trip.left_at = input.now;
  waits_ = false;
  tell(input, event, out);
}

void Trips::restore() {
  trip_ = Trip{};
  Trip& trip = *trip_;
  trip.record = *before_;
  before_.reset();
  trip.driven_m = static_cast<double>(trip.record.driven_m);
  trip.sealed_m = static_cast<double>(trip.record.sealed_m);
  trip.unsealed_m = static_cast<double>(trip.record.unsealed_m);
  if (trip.record.on_route_m >= 0) trip.on_route_m = static_cast<double>(trip.record.on_route_m);
  trip.no_fix_m = static_cast<double>(trip.record.no_fix_m);
  trip.loaded_at_m = trip.driven_m - still_loading_m - 1;
  if (trip.record.load_permille) trip.share = *trip.record.load_permille / 1000.0;
}

/// As soon as it is known how long nobody looked, and where it stands: has it been tipped and
/// loaded again meanwhile?
void Trips::judge_cut(const TripInput& input, std::vector<TripRecord>& out) {
  if (!trip_->over_cut || !input.unseen_s) return;
  const bool stood = input.driven_m - trip_->resumed_m <= stood_m;
  if (stood && !(input.fix && input.placed)) return;
  const auto unseen_s = static_cast<std::int64_t>(std::max(0.0, *input.unseen_s));
  trip_->over_cut = false;
  const bool had_left = trip_->record.driven_m > static_cast<std::int64_t>(away_m);
  trip_->record.unseen_s += unseen_s;
  if (!stood || input.site.empty() || !had_left || unseen_s < shortest_round_s) return;
  TripRecord& record = trip_->record;
  record.left_permille = 0;
  record.tip.clear();
  tell(input, TripEvent::tipped, out);
  out.back().position = {};
  trip_.reset();
  begin(input, TripEvent::loaded, out);
  trip_->record.unseen_s = out.back().unseen_s = unseen_s;
}

void Trips::drive(const TripInput& input) {
  Trip& trip = *trip_;
  const double step_m = odometer_m_ ? input.driven_m - *odometer_m_ : 0;
  if (!(step_m > 0 && step_m < longest_step_m)) return;
  trip.driven_m += step_m;
  if (input.cover == protocol::Cover::closed) {
    trip.sealed_m += step_m;
  } else if (input.cover != protocol::Cover::invalid) {
    trip.unsealed_m += step_m;
  }
  if (input.on_route)
    trip.on_route_m = trip.on_route_m.value_or(0) + (*input.on_route ? step_m : 0);
  if (!input.fix) trip.no_fix_m += step_m;
  if (trip.left_at) trip.away_m += step_m;
}

void Trips::stand(const TripInput& input) {
  Trip& trip = *trip_;
  if (input.moving || input.at_place) {
    if (trip.stop_counted && trip.stands_since) {
      trip.record.stopped_s += (input.now.ns - trip.stands_since->ns) / ns_per_s;
    }
    trip.stands_since.reset();
    trip.stop_counted = false;
  } else if (!trip.stands_since) {
    trip.stands_since = input.now;
  } else if (!trip.stop_counted && input.now.ns - trip.stands_since->ns > stop_ns) {
    ++trip.record.stops;
    trip.stop_counted = true;
  }
}

void Trips::weigh(const TripInput& input, LoadEvent event) {
  Trip& trip = *trip_;
  trip.rated_kg = input.rated_kg;
  if (event == LoadEvent::more) trip.loaded_at_m = trip.driven_m;
  if (!input.load_share) {
    trip.now.reset();
    return;
  }
  const double step = std::min(1.0, seconds_of(input.now.ns - trip.weighed_at.ns) / smoothing_s);
  trip.now = trip.now ? *trip.now + (*input.load_share - *trip.now) * step : *input.load_share;
  trip.weighed_at = input.now;
  const bool at_site = !trip.left_at && !input.site.empty();
  const bool loading = at_site || trip.driven_m - trip.loaded_at_m <= still_loading_m;
  if (!loading || input.moving || trip.part) return;
  if (!trip.share || *trip.now > *trip.share - part_falls) trip.share = trip.now;
}

void Trips::tip_partly(const TripInput& input, LoadEvent event, std::vector<TripRecord>& out) {
  Trip& trip = *trip_;
  if (event == LoadEvent::more || event == LoadEvent::unloaded) trip.part.reset();
  if (event == LoadEvent::less) {
    trip.part = Part{std::string(input.tip), input.position, trip.driven_m};
  }
  if (!trip.part || trip.driven_m - trip.part->driven_m < drives_off_m) return;
  trip.record.tip = trip.part->tip;
  if (trip.now) trip.record.rest_permille = permille(*trip.now);
  tell(input, TripEvent::partly_tipped, out);
  out.back().position = trip.part->place;
  trip.record.tip.clear();
  trip.record.rest_permille.reset();
  trip.part.reset();
}

void Trips::change(const TripInput& input, LoadEvent event, std::vector<TripRecord>& out) {
  Trip& trip = *trip_;
  TripRecord& record = trip.record;
  const bool outside = input.fix && input.placed && input.site.empty() && !input.at_wash;
  const bool left_now = !trip.left_at && outside && input.moving;
  if (left_now) {
    trip.left_at = input.now;
    record.washed = input.washed;
  }
  if (event == LoadEvent::more) {
    if (input.site != record.site && !input.site.empty()) {
      record.second_site = input.site;
      trip.away_m = 0;
      tell(input, TripEvent::loaded_more, out);
    }
  } else if (event == LoadEvent::unloaded) {
    record.tip = input.tip;
    if (input.load_share) record.rest_permille = permille(*input.load_share);
    tell(input, TripEvent::tipped, out);
    trip_.reset();
    return;
  }
  const bool home = trip.away_m > away_m && !input.moving && !input.site.empty() &&
                    (input.site == record.site || input.site == record.second_site);
  if (home) {
    tell(input, TripEvent::returned, out);
    trip_.reset();
    waits_ = true;
    waits_site_ = input.site;
  } else if (!input.permit.empty() && input.permit != record.permit) {
    record.permit = input.permit;
    tell(input, TripEvent::permit_changed, out);
  }
}

void Trips::tell(const TripInput& input, TripEvent event, std::vector<TripRecord>& out) {
  Trip& trip = *trip_;
  TripRecord& record = trip.record;
  record.event = event;
  record.position = input.position;
  record = manifest_of(trip);
  out.push_back(record);
}

TripRecord Trips::manifest_of(const Trip& trip) {
  TripRecord record = trip.record;
  record.driven_m = std::llround(trip.driven_m);
  record.sealed_m = std::llround(trip.sealed_m);
  record.unsealed_m = std::llround(trip.unsealed_m);
  record.on_route_m = trip.on_route_m ? std::llround(*trip.on_route_m) : no_roads_named;
  record.no_fix_m = std::llround(trip.no_fix_m);
  record.loaded_permille = record.left_permille = 0;
  if (trip.share) record.load_permille = permille(*trip.share);
  if (trip.share && trip.rated_kg > 0) {
    record.load_kg = static_cast<std::int32_t>(std::llround(*trip.share * trip.rated_kg));
  }
  return record;
}

std::optional<TripRecord> Trips::manifest() const {
  return trip_ ? std::optional(manifest_of(*trip_)) : before_;
}

}  // namespace lujing::core
