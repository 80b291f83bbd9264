#include "platform/dispatch/json.h"

#include "protocol/chain.h"
#include "protocol/health.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <iterator>

namespace lujing::dispatch {

namespace {

using Json = nlohmann::ordered_json;

std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json iso(const std::optional<std::int64_t>& utc_ms) {
  return utc_ms ? Json(to_iso8601(UtcTime{*utc_ms})) : Json(nullptr);
}

/// Whole numbers scaled for people; rounded, so that 22.9999 is not shown.
double rounded(double value, double steps) {
  return std::round(value * steps) / steps;
}
double kmh(std::int32_t cmps) {
  return rounded(cmps * 0.036, 10);
}
double degrees(std::int32_t e7) {
  return rounded(e7 * 1e-7, 1e7);
}

Json position(const std::optional<VehicleView::Point>& at) {
  if (!at || !at->point.position.valid()) {
    return nullptr;
  }
  const auto& p = at->point;
  return {{"lat", degrees(p.position.lat_e7)},
          {"lon", degrees(p.position.lon_e7)},
          {"speed_kmh", kmh(p.speed_cmps)},
          {"course_deg", p.course_cdeg / 100.0},
          {"accuracy_m", p.accuracy_dm > 0 ? Json(p.accuracy_dm / 10.0) : Json(nullptr)},
          {"utc", iso(at->utc_ms)},
          {"source", protocol::to_string(p.source)}};
}

Json work(std::uint32_t bits) {
  Json out = Json::array();
  for (std::size_t bit = 0; bit < protocol::work_kinds; ++bit) {
    if ((bits >> bit & 1U) != 0) {
      out.push_back(protocol::to_string(static_cast<protocol::Work>(bit)));
    }
  }
  return out;
}

Json state(const std::optional<VehicleView::State>& at) {
  if (!at) {
    return nullptr;
  }
  const auto& s = at->state;
  return {{"moving", s.moving},
          {"cover", protocol::to_string(s.cover)},
          {"hoist", protocol::to_string(s.hoist)},
          {"load", protocol::to_string(s.load)},
          {"work", work(s.work_bits)},
          {"utc", iso(at->utc_ms)}};
}

Json vehicle(const VehicleView& v) {
  return {{"terminal_id", v.terminal_id},
          {"vehicle_type", v.vehicle_type},
          {"plate", v.plate},
          {"online", v.online},
          {"last_seen", iso(v.last_seen_utc_ms)},
          {"software", v.software},
          {"position", position(v.point)},
          {"state", state(v.state)},
          {"open_alarms", v.open_alarms}};
}

Json alarm(const AlarmView& view) {
  const auto& a = view.alarm;
  const bool placed = a.position.valid();
  return {{"terminal_id", a.terminal_id},
          {"plate", view.plate},
          {"rule", a.rule},
          {"state", a.state},
          {"raised", iso(a.raised_utc_ms)},
          {"cleared", iso(a.cleared_utc_ms)},
          {"lat", placed ? Json(degrees(a.position.lat_e7)) : Json(nullptr)},
          {"lon", placed ? Json(degrees(a.position.lon_e7)) : Json(nullptr)},
          {"speed_kmh", kmh(a.speed_cmps)},
          {"detail", a.detail},
          {"rule_set", a.rule_set},
          {"late", a.late},
          {"epoch", fmt::format("{:016x}", a.epoch)},
          {"seq", a.seq}};
}

}  // namespace

std::string vehicle_json(const VehicleView& v) {
  return text(vehicle(v));
}

std::string vehicles_json(std::span<const VehicleView> vehicles) {
  Json list = Json::array();
  for (const auto& v : vehicles) {
    list.push_back(vehicle(v));
  }
  return text({{"vehicles", std::move(list)}});
}

std::string alarms_json(std::span<const AlarmView> alarms) {
  Json list = Json::array();
  for (const auto& a : alarms) {
    list.push_back(alarm(a));
  }
  return text({{"alarms", std::move(list)}});
}

std::string track_json(const std::string& terminal_id, std::span<const ledger::TrackRow> points) {
  // A day of points is 86,400 rows: written straight, not through a tree.
  std::string out = "{\"terminal_id\":" + text(Json(terminal_id)) + ",\"points\":[";
  const char* separator = "";
  for (const auto& row : points) {
    const auto& p = row.point;
    const auto utc = row.utc_ms ? '"' + to_iso8601(UtcTime{*row.utc_ms}) + '"' : "null";
    fmt::format_to(std::back_inserter(out), "{}[{:.7f},{:.7f},{},{:.1f},{:.1f},{}]", separator,
                   p.position.lon_deg(), p.position.lat_deg(), utc, kmh(p.speed_cmps),
                   p.course_cdeg / 100.0, row.seq);
    separator = ",";
  }
  return out + "]}";
}

std::string health_json(const std::string& terminal_id,
                        std::span<const std::pair<std::uint16_t, std::int64_t>> counters) {
  Json list = Json::array();
  for (const auto& [id, value] : counters) {
    const auto* row = protocol::find_health(id);
    list.push_back({{"id", id},
                    {"name", row != nullptr ? Json(row->name) : Json(nullptr)},
                    {"unit", row != nullptr ? row->unit : ""},
                    {"value", value}});
  }
  return text({{"terminal_id", terminal_id}, {"counters", std::move(list)}});
}

std::string directives_json(std::span<const directives::Entry> entries,
                            std::span<const directives::Verdict> verdicts) {
  Json list = Json::array();
  auto next = verdicts.begin();
  for (const auto& entry : entries) {
    Json answers = Json::array();
    // Answers to what is no longer kept are passed over.
    const auto before = [&](const directives::Verdict& verdict) {
      return verdict.name < entry.head.name ||
             (verdict.name == entry.head.name && verdict.version > entry.head.version);
    };
    while (next != verdicts.end() && before(*next)) {
      ++next;
    }
    for (; next != verdicts.end() && next->name == entry.head.name &&
           next->version == entry.head.version;
         ++next) {
      answers.push_back({{"terminal_id", next->terminal_id},
                         {"applied", next->applied},
                         {"reason", next->reason},
                         {"software", next->software},
                         {"utc", iso(next->utc_ms)}});
    }
    list.push_back({{"name", entry.head.name},
                    {"version", entry.head.version},
                    {"for", entry.targets},
                    {"withdrawn", entry.head.withdraws()},
                    {"bytes", entry.head.bytes},
                    {"sha256", protocol::to_hex(entry.head.sha256)},
                    {"note", entry.note},
                    {"created", iso(entry.created_utc_ms)},
                    {"answers", std::move(answers)}});
  }
  return text({{"directives", std::move(list)}});
}

std::string status_json(const std::string& software, const Totals& totals, std::int64_t uptime_s) {
  return text({{"software", software},
               {"vehicles", totals.vehicles},
               {"vehicles_online", totals.online},
               {"records", totals.records},
               {"records_per_s", totals.records_per_s},
               {"uptime_s", uptime_s}});
}

std::string error_json(std::string_view what) {
  return text({{"error", what}});
}

std::string hello_message(std::int64_t utc_ms) {
  return text({{"type", "hello"}, {"server_time", to_iso8601(UtcTime{utc_ms})}});
}

std::string vehicle_message(const VehicleView& v) {
  return text({{"type", "vehicle"}, {"vehicle", vehicle(v)}});
}

std::string alarm_message(const AlarmView& a) {
  return text({{"type", "alarm"}, {"alarm", alarm(a)}});
}

}  // namespace lujing::dispatch
