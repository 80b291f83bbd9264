#include "terminal/app/status_json.h"

#include "terminal/app/health.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace lujing::app {
namespace {

using nlohmann::json;
using protocol::to_string;

json position_json(const core::Snapshot& now) {
  if (!now.position.valid()) return nullptr;
  json place = {{"lat", now.position.lat_deg()},
                {"lon", now.position.lon_deg()},
                {"course_deg", now.course_rad * 180 / pi},
                {"source", to_string(now.position_source)}};
  if (now.speed_mps) place["speed_kmh"] = *now.speed_mps * 3.6;
  if (now.error_m) place["accuracy_m"] = *now.error_m;
  if (now.utc) place["utc"] = to_iso8601(*now.utc);
  return place;
}

json state_json(const protocol::VehicleState& state) {
  json work = json::array();
  for (unsigned bit = 0; bit < 32; ++bit) {
    if ((state.work_bits >> bit & 1u) != 0)
      work.push_back(to_string(static_cast<protocol::Work>(bit)));
  }
  return {{"moving", state.moving},
          {"cover", to_string(state.cover)},
          {"hoist", to_string(state.hoist)},
          {"load", to_string(state.load)},
          {"work", work}};
}

const char* stage_name(core::AlarmLife::Stage stage) {
  switch (stage) {
    case core::AlarmLife::Stage::idle:
      return "idle";
    case core::AlarmLife::Stage::pending:
      return "pending";
    case core::AlarmLife::Stage::raised:
      return "raised";
    case core::AlarmLife::Stage::suppressed:
      return "suppressed";
  }
  return "unknown";
}

json gnss_json(const core::Snapshot& now) {
  json refused = json::object();
  for (std::size_t i = 1; i < core::fix_reasons; ++i) {
    refused[core::to_string(static_cast<core::FixReason>(i))] = now.fixes.by_reason[i];
  }
  json gnss = {{"fixes", now.fixes.fixes},
               {"accepted", now.fixes.of(core::FixReason::accepted)},
               {"refused", refused},
               {"weeks_corrected", now.fixes.weeks_corrected},
               {"satellites_used", now.sky.used},
               {"satellites_visible", now.sky.visible}};
  if (now.last_fix) gnss["last"] = core::to_string(now.last_fix->reason);
  return gnss;
}

json outbox_json(const outbox::Stats& stats) {
  char epoch[17];
  std::snprintf(epoch, sizeof epoch, "%016llx", static_cast<unsigned long long>(stats.epoch));
  json box = {{"epoch", epoch},
              {"next_seq", stats.next_seq},
              {"oldest_seq", stats.oldest_seq},
              {"depth_records", stats.depth_records},
              {"file_bytes", stats.file_bytes},
              {"commits", stats.commits},
              {"commit_errors", stats.commit_errors},
              {"last_commit_us", stats.last_commit_us},
              {"max_commit_us", stats.max_commit_us},
              {"thinned_records", stats.thinned_records},
              {"dropped_in_memory", stats.dropped_in_memory},
              {"moved_aside", stats.moved_aside},
              {"last_error", stats.last_error}};
  if (stats.oldest_utc_ms) box["oldest_utc"] = to_iso8601(UtcTime{*stats.oldest_utc_ms});
  return box;
}

json devices_json(const Devices& devices) {
  json list = json::array();
  for (const auto& device : devices.all) {
    list.push_back({{"name", device.name}, {"line", device.source->health_line()}});
  }
  return list;
}

json directives_json(const core::Snapshot& now) {
  json all = json::array();
  for (const auto& told : now.directives) {
    all.push_back({{"name", lujing::to_string(told.kind)},
                   {"version", told.version},
                   {"withdrawn", told.sha256 == sha256_of_nothing}});
  }
  return all;
}

}  // namespace

std::string status_json(const StatusParts& parts) {
  const auto& terminal = parts.config.terminal;
  json alarms = json::array();
  for (const auto& alarm : parts.core.alarms) {
    alarms.push_back({{"rule", alarm.rule},
                      {"state", stage_name(alarm.stage)},
                      {"since_boot_ms", alarm.since.ms()}});
  }
  const json all = {
      {"terminal_id", terminal.id},
      {"plate", terminal.plate},
      {"type", terminal.type},
      {"software", parts.software},
      {"rule_set", parts.core.rule_set},
      {"directives", directives_json(parts.core)},
      {"machine_up_s", parts.core.now.ns / ns_per_s},
      {"utc", parts.core.utc ? json(to_iso8601(*parts.core.utc)) : json()},
      {"devices", devices_json(parts.devices)},
      {"position", position_json(parts.core)},
      {"state", state_json(parts.core.state)},
      {"alarms", alarms},
      {"gnss", gnss_json(parts.core)},
      {"observations", parts.core.observations},
      {"records", parts.core.records},
      {"outbox", outbox_json(parts.outbox)},
      {"uplink",
       {{"online", parts.uplink.online},
        {"stage", uplink::to_string(parts.uplink.stage)},
        {"sessions", parts.uplink.sessions},
        {"sessions_resumed", parts.uplink.sessions_resumed},
        {"errors", parts.uplink.errors},
        {"bytes_sent", parts.uplink.bytes_sent},
        {"batches_acknowledged", parts.uplink.batches_acknowledged},
        {"last_error", parts.uplink.last_error}}},
      {"journal", {{"bytes", parts.journal.bytes}, {"errors", parts.journal.errors}}},
      {"queue", {{"dropped", parts.queue_dropped}, {"depth_max", parts.queue_depth_max}}},
      {"replay", {{"on", parts.replaying}, {"finished", parts.replay_finished}}},
      {"memory_kib", resident_kib()},
      {"disk_free_mib", disk_free_mib(terminal.data_dir)},
  };
  // What a device or a file name says may be any bytes: never let one stop the page.
  return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace lujing::app
