#include "platform/report/manifests.h"

#include "base/time.h"
#include "platform/ledger/record_reader.h"
#include "protocol/batch.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace lujing::report {
namespace {

using protocol::TripEvent;
using protocol::TripRecord;
using Json = nlohmann::ordered_json;

constexpr std::int64_t longest_trip_ms = std::int64_t{24} * 3'600'000;

/// When it was loaded: told by the record that begins it, or counted back from a later one of the
/// same boot.
std::optional<std::int64_t> loaded_ms(const protocol::Stamp& stamp, const TripRecord& trip) {
  if (!stamp.utc_ms || stamp.boot_id != trip.begin_boot_id) return std::nullopt;
  return *stamp.utc_ms - (stamp.boot_ms - trip.begin_boot_ms);
}

Json iso(const std::optional<std::int64_t>& utc_ms) {
  return utc_ms ? Json(to_iso8601(UtcTime{*utc_ms})) : Json(nullptr);
}

Json place_json(const std::string& fence, const std::optional<std::int64_t>& utc_ms,
                GeoPoint place) {
  Json json{{"fence", fence.empty() ? Json(nullptr) : Json(fence)}, {"utc", iso(utc_ms)}};
  json["lat"] = place.valid() ? Json(place.lat_deg()) : Json(nullptr);
  json["lon"] = place.valid() ? Json(place.lon_deg()) : Json(nullptr);
  return json;
}

template <class Number>
Json or_null(const std::optional<Number>& value) {
  return value ? Json(*value) : Json(nullptr);
}

const char* state_of(const Manifest& manifest) {
  if (!manifest.ended()) return "under_way";
  return manifest.trip.event == TripEvent::tipped ? "tipped" : "returned";
}

/// Which records these trips are told by: a load of the window's last minute is tipped after it.
ledger::Span span_of(const std::vector<Manifest>& trips, const ManifestWindow& window) {
  ledger::Span span{window.from_ms, window.to_ms};
  for (const Manifest& trip : trips) {
    const std::int64_t over_ms =
        trip.ended() ? trip.last_ms.value_or(window.to_ms) : window.read().to_ms;
    span.to_ms = std::max(span.to_ms, over_ms);
  }
  return span;
}

}  // namespace

bool Manifest::ended() const {
  return trip.event == TripEvent::tipped || trip.event == TripEvent::returned;
}

std::optional<double> Manifest::sealed_share() const {
  const std::int64_t known_m = trip.sealed_m + trip.unsealed_m;
  if (known_m <= 0) return std::nullopt;
  return static_cast<double>(trip.sealed_m) / static_cast<double>(known_m);
}

std::optional<double> Manifest::on_route_share() const {
  if (trip.driven_m <= 0 || trip.on_route_m < 0) return std::nullopt;
  return static_cast<double>(trip.on_route_m) / static_cast<double>(trip.driven_m);
}

std::vector<std::string> Manifest::exceptions() const {
  std::vector<std::string> all;
  if (trip.permit.empty()) all.emplace_back("no_permit");
  if (trip.site.empty()) all.emplace_back("loaded_elsewhere");
  const bool tipped = trip.event == TripEvent::tipped;
  const bool seen = trip.position.valid();
  const bool part_elsewhere = std::any_of(parts.begin(), parts.end(),
                                          [](const PartTipped& part) { return part.tip.empty(); });
  if (part_elsewhere || (tipped && seen && trip.tip.empty())) all.emplace_back("tipped_elsewhere");
  if (tipped && !seen) all.emplace_back("tipped_unseen");
  if (trip.event == TripEvent::returned) all.emplace_back("returned_laden");
  return all;
}

ManifestWindow ManifestWindow::read() const {
  ManifestWindow wide = *this;
  if (from_ms > INT64_MIN + longest_trip_ms) wide.from_ms = from_ms - longest_trip_ms;
  if (to_ms < INT64_MAX - longest_trip_ms) wide.to_ms = to_ms + longest_trip_ms;
  return wide;
}

void Manifests::take(std::uint64_t epoch, const protocol::Numbered& numbered) {
  const protocol::Stamp& stamp = numbered.record.stamp;
  if (stamp.utc_ms) utc_of_boot_.try_emplace(stamp.boot_id, *stamp.utc_ms - stamp.boot_ms);
  const auto* trip = std::get_if<TripRecord>(&numbered.record.payload);
  if (trip == nullptr) return;
  const auto [at, first] =
      known_.try_emplace({trip->begin_boot_id, trip->begin_boot_ms}, trips_.size());
  if (first) {
    trips_.emplace_back().vehicle = vehicle_;
    last_.emplace_back();
  }
  last_[at->second] = stamp;
  Manifest& manifest = trips_[at->second];
  manifest.trip = *trip;
  manifest.last_ms = stamp.utc_ms;
  manifest.epoch = epoch;
  manifest.seq = numbered.seq;
  if (!manifest.loaded_ms) manifest.loaded_ms = loaded_ms(stamp, *trip);
  if (trip->event == TripEvent::resumed) ++manifest.power_cuts;
  if (trip->event == TripEvent::partly_tipped) {
    manifest.parts.push_back({trip->tip, stamp.utc_ms, trip->position});
  }
}

std::vector<Manifest> Manifests::within(const ManifestWindow& window) const {
  std::vector<Manifest> found;
  for (std::size_t i = 0; i < trips_.size(); ++i) {
    Manifest manifest = trips_[i];
    const auto utc = [&](std::uint64_t boot_id, std::int64_t boot_ms) {
      const auto at = utc_of_boot_.find(boot_id);
      return at == utc_of_boot_.end() ? std::nullopt : std::optional(at->second + boot_ms);
    };
    if (!manifest.loaded_ms)
      manifest.loaded_ms = utc(manifest.trip.begin_boot_id, manifest.trip.begin_boot_ms);
    if (!manifest.last_ms) manifest.last_ms = utc(last_[i].boot_id, last_[i].boot_ms);
    const auto when = manifest.loaded_ms ? manifest.loaded_ms : manifest.last_ms;
    const bool all = window.from_ms == INT64_MIN && window.to_ms == INT64_MAX;
    if (all || (when && *when >= window.from_ms && *when < window.to_ms)) {
      found.push_back(std::move(manifest));
    }
  }
  return found;
}

Result<ManifestsInBooks> load_manifests(const std::string& ledger_path, const std::string& vehicle,
                                        ManifestWindow window) {
  auto db = ledger::open_books_to_read(ledger_path);
  if (!db) return db.error();
  const auto terminals = ledger::booked(*db);
  if (!terminals) return terminals.error();
  ManifestsInBooks found;
  bool known = vehicle.empty();
  for (const ledger::Booked& terminal : *terminals) {
    if (!vehicle.empty() && terminal.id != vehicle) continue;
    known = true;
    Manifests trips(terminal.id);
    const ManifestWindow wide = window.read();
    const auto take = [&](std::uint64_t epoch, const protocol::Numbered& numbered) {
      trips.take(epoch, numbered);
    };
    auto read = ledger::each_record(*db, terminal, {wide.from_ms, wide.to_ms}, take);
    if (!read) return read.error();
    std::vector<Manifest> within = trips.within(window);
    auto missing = ledger::missing_records(*db, terminal, span_of(within, window));
    if (!missing) return missing.error();
    found.missing.push_back({terminal.id, std::move(*missing)});
    for (Manifest& manifest : within) found.trips.push_back(std::move(manifest));
  }
  if (!known) return Error("no vehicle '" + vehicle + "' in " + ledger_path);
  return found;
}

std::string manifest_json(const Manifest& manifest) {
  const TripRecord& trip = manifest.trip;
  Json json{{"vehicle", manifest.vehicle},
            {"trip", fmt::format("{:016x}-{}", trip.begin_boot_id, trip.begin_boot_ms)},
            {"state", state_of(manifest)},
            {"exceptions", manifest.exceptions()},
            {"permit", trip.permit.empty() ? Json(nullptr) : Json(trip.permit)},
            {"loaded", place_json(trip.site, manifest.loaded_ms, trip.begin_position)}};
  json["second_site"] = trip.second_site.empty() ? Json(nullptr) : Json(trip.second_site);
  json["load_permille"] = or_null(trip.load_permille);
  json["load_kg"] = or_null(trip.load_kg);
  json["washed"] = to_string(trip.washed);
  json["driven_m"] = trip.driven_m;
  json["on_route_m"] = trip.on_route_m < 0 ? Json(nullptr) : Json(trip.on_route_m);
  json["on_route_share"] = or_null(manifest.on_route_share());
  json["sealed_m"] = trip.sealed_m;
  json["unsealed_m"] = trip.unsealed_m;
  json["sealed_share"] = or_null(manifest.sealed_share());
  json["stops"] = trip.stops;
  json["stopped_s"] = trip.stopped_s;
  json["partly_tipped"] = Json::array();
  for (const PartTipped& part : manifest.parts) {
    json["partly_tipped"].push_back(place_json(part.tip, part.utc_ms, part.place));
  }
  json["tipped"] = trip.event == TripEvent::tipped
                       ? place_json(trip.tip, manifest.last_ms, trip.position)
                       : Json(nullptr);
  json["rest_permille"] = or_null(trip.rest_permille);
  json["unseen_m"] = trip.no_fix_m;
  json["unseen_s"] = trip.unseen_s;
  json["power_cuts"] = manifest.power_cuts;
  json["last_utc"] = iso(manifest.last_ms);
  json["epoch"] = fmt::format("{:016x}", manifest.epoch);
  json["seq"] = manifest.seq;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace lujing::report
