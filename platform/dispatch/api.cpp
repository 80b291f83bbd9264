#include "platform/dispatch/api.h"

#include "base/time.h"
#include "platform/directives/store.h"
#include "platform/dispatch/json.h"
#include "platform/dispatch/live_state.h"
#include "platform/dispatch/target.h"
#include "platform/report/manifests.h"

#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace lujing::dispatch {

namespace {

constexpr std::size_t max_track_points = 200'000;
constexpr std::int64_t max_track_ms = 24LL * 3600 * 1000;
constexpr std::int64_t max_alarms = 10'000;
constexpr std::int64_t max_trips_ms = 7 * max_track_ms;

Answer json_answer(std::string body) {
  Answer answer;
  answer.body = std::make_shared<const std::string>(std::move(body));
  return answer;
}

Answer books_failed(const Error& error) {
  return error_answer(503, error.in("the ledger cannot be read; see the platform's log").what());
}

Answer unknown_parameter(const std::string& name, const char* known) {
  return error_answer(400, "the parameter '" + name + "' is not known here; known: " + known);
}

/// Bodies that rarely change: sent only if the client does not have them.
Answer cached(std::shared_ptr<const std::string> body, const std::string& etag,
              std::string_view if_none_match) {
  Answer answer;
  answer.etag = etag;
  answer.cache_control = "no-cache";
  const bool has_it = if_none_match.find(etag) != if_none_match.npos || if_none_match == "*";
  if (has_it && !if_none_match.empty()) {
    answer.status = 304;
    answer.body = std::make_shared<const std::string>();
  } else {
    answer.body = std::move(body);
  }
  return answer;
}

std::optional<std::int64_t> whole_number(const std::string& text, std::int64_t low,
                                         std::int64_t high) {
  std::int64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc() || stop != end || value < low || value > high) {
    return std::nullopt;
  }
  return value;
}

struct Span {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
};

Result<Span> asked_span(const Target& target, const VehicleView& vehicle) {
  const auto from = target.get("from");
  const auto to = target.get("to");
  const auto minutes = target.get("minutes");
  if (from || to) {
    const auto begin = from_iso8601(from.value_or(""));
    const auto end = from_iso8601(to.value_or(""));
    const Span span{begin.value_or(UtcTime{}).ms, end.value_or(UtcTime{}).ms};
    const auto length_ms = span.to_ms - span.from_ms;
    if (!begin || !end || minutes || length_ms <= 0 || length_ms > max_track_ms) {
      return Error(
          "'from' and 'to' go together, without 'minutes': ISO 8601 UTC such as "
          "2026-11-21T08:00:00Z, 'from' before 'to', at most 24 hours apart");
    }
    return span;
  }
  const auto back = minutes ? whole_number(*minutes, 1, 1440) : 60;
  if (!back) {
    return Error("'minutes' is a whole number from 1 to 1440");
  }
  const bool dated = vehicle.point && vehicle.point->utc_ms;
  const auto newest = dated ? *vehicle.point->utc_ms : utc_now().ms;
  return Span{newest - *back * 60'000, newest + 1};
}

}  // namespace

Answer error_answer(unsigned status, std::string_view what) {
  auto answer = json_answer(error_json(what));
  answer.status = status;
  return answer;
}

Api::Api(const ledger::Ledger& ledger, const LiveState& live, PageFiles page, Basemap basemap,
         std::string software, std::shared_ptr<directives::Store> directives)
    : ledger_(ledger),
      live_(live),
      page_(std::move(page)),
      basemap_(std::move(basemap)),
      software_(std::move(software)),
      directives_(std::move(directives)),
      started_(std::chrono::steady_clock::now()) {}

Answer Api::answer(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    auto answer = error_answer(405, "only GET and HEAD are answered here");
    answer.allow = "GET, HEAD";
    return answer;
  }
  const auto target = parse_target(request.target);
  if (!target) {
    return error_answer(400, target.error().what());
  }
  return route(*target, request.if_none_match);
}

Answer Api::route(const Target& target, std::string_view if_none_match) const {
  if (target.segments.empty() || target.segments[0] != "api") {
    return file(target, if_none_match);
  }
  const auto& path = target.path;
  if (path == "/api/vehicles") {
    return json_answer(vehicles_json(live_.vehicles()));
  }
  if (target.segments.size() == 4 && target.segments[1] == "vehicles") {
    return of_vehicle(target);
  }
  if (path == "/api/alarms") {
    return alarms(target);
  }
  if (path == "/api/trips") {
    return trips(target);
  }
  if (path == "/api/directives") {
    return directives();
  }
  if (path == "/api/basemap") {
    auto answer = cached(basemap_.body, basemap_.etag, if_none_match);
    answer.content_type = "application/geo+json";
    return answer;
  }
  if (path == "/api/status") {
    const auto up = std::chrono::steady_clock::now() - started_;
    return json_answer(status_json(software_, live_.totals(utc_now().ms),
                                   std::chrono::duration_cast<std::chrono::seconds>(up).count()));
  }
  return error_answer(404, "there is no " + path +
                               "; there are /api/vehicles, /api/vehicles/ID/track, "
                               "/api/vehicles/ID/health, /api/alarms, /api/trips, /api/directives, "
                               "/api/basemap, /api/status");
}

Answer Api::of_vehicle(const Target& target) const {
  const auto& terminal_id = target.segments[2];
  if (!live_.vehicle(terminal_id)) {
    return error_answer(404, "no vehicle '" + terminal_id + "'; /api/vehicles lists them");
  }
  if (target.segments[3] == "track") {
    return track(terminal_id, target);
  }
  if (target.segments[3] == "health") {
    return health(terminal_id);
  }
  return error_answer(404, "a vehicle has /track and /health, no /" + target.segments[3]);
}

Answer Api::track(const std::string& terminal_id, const Target& target) const {
  if (const auto other = target.other_than({"minutes", "from", "to"})) {
    return unknown_parameter(*other, "minutes, or from and to");
  }
  const auto vehicle = live_.vehicle(terminal_id);
  const auto span = asked_span(target, *vehicle);
  if (!span) {
    return error_answer(400, span.error().what());
  }
  const auto points = ledger_.track(terminal_id, span->from_ms, span->to_ms, max_track_points);
  return points ? json_answer(track_json(terminal_id, *points)) : books_failed(points.error());
}

Answer Api::health(const std::string& terminal_id) const {
  const auto counters = ledger_.health(terminal_id);
  return counters ? json_answer(health_json(terminal_id, *counters))
                  : books_failed(counters.error());
}

Answer Api::alarms(const Target& target) const {
  if (const auto other = target.other_than({"open", "limit"})) {
    return unknown_parameter(*other, "open, limit");
  }
  const auto open = target.get("open").value_or("0");
  if (open != "0" && open != "1") {
    return error_answer(400, "'open' is 1 (only open alarms) or 0 (all)");
  }
  const auto limit = whole_number(target.get("limit").value_or("100"), 1, max_alarms);
  if (!limit) {
    return error_answer(400, "'limit' is a whole number from 1 to 10000");
  }
  const auto found = live_.alarms(ledger_, open == "1", static_cast<std::size_t>(*limit));
  return found ? json_answer(alarms_json(*found)) : books_failed(found.error());
}

Answer Api::trips(const Target& target) const {
  if (const auto other = target.other_than({"vehicle", "from", "to"})) {
    return unknown_parameter(*other, "vehicle, from and to");
  }
  const std::string vehicle = target.get("vehicle").value_or("");
  if (!live_.vehicle(vehicle)) {
    return error_answer(404, "'vehicle': no vehicle '" + vehicle + "'; /api/vehicles lists them");
  }
  const auto begin = from_iso8601(target.get("from").value_or(""));
  const auto end = from_iso8601(target.get("to").value_or(""));
  const report::ManifestWindow window{begin.value_or(UtcTime{}).ms, end.value_or(UtcTime{}).ms};
  const auto length_ms = window.to_ms - window.from_ms;
  if (!begin || !end || length_ms <= 0 || length_ms > max_trips_ms) {
    return error_answer(400,
                        "'from' and 'to' are ISO 8601 UTC such as 2026-11-21T08:00:00Z, 'from' "
                        "before 'to', at most 7 days apart");
  }
  report::Manifests found(vehicle);
  const auto wide = window.read();
  const auto read = ledger_.for_each_within(
      vehicle, wide.from_ms, wide.to_ms,
      [&](std::uint64_t epoch, const protocol::Numbered& record) { found.take(epoch, record); });
  if (!read) return books_failed(read.error());
  std::string list;
  for (const report::Manifest& trip : found.within(window)) {
    list += (list.empty() ? "" : ",") + report::manifest_json(trip);
  }
  return json_answer("{\"trips\":[" + list + "]}");
}

Answer Api::directives() const {
  if (directives_ == nullptr) {
    return json_answer(directives_json({}, {}));
  }
  const auto entries = directives_->entries();
  const auto verdicts = directives_->verdicts();
  if (!entries || !verdicts) {
    return books_failed(entries ? verdicts.error() : entries.error());
  }
  return json_answer(directives_json(*entries, *verdicts));
}

Answer Api::file(const Target& target, std::string_view if_none_match) const {
  const auto* found = page_.find(target.path);
  if (found == nullptr) {
    return error_answer(404, page_.empty() ? "this platform was started without a page: set "
                                             "dispatch.web_root to the folder of the built one"
                                           : "there is no " + target.path + "; the page is at /");
  }
  auto answer = cached(found->body, found->etag, if_none_match);
  answer.content_type = found->content_type;
  if (found->immutable) {
    answer.cache_control = "public, max-age=31536000, immutable";
  }
  return answer;
}

}  // namespace lujing::dispatch
