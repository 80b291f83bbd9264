#include "terminal/driver/view_json.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace lujing::driver {
namespace {

using nlohmann::json;
using protocol::to_string;

double rounded(double value, double step) {
  return std::round(value / step) * step;
}

json prompt_json(const ViewParts& parts) {
  const core::DriverView& view = parts.now.driver;
  if (!view.prompt) return nullptr;
  const core::PromptRow& row = row_of(*view.prompt);
  return {{"id", row.word},
          {"urgency", core::to_string(row.urgency)},
          {"news", row.once},
          {"text", headline(*view.prompt, parts.language)},
          {"detail", detail(*view.prompt, view, parts.language)}};
}

const char* presence(const core::WorkNow& work) {
  if (work.effective()) return "effective";
  return work.presence == core::WorkNow::Presence::perhaps ? "perhaps" : "ineffective";
}

json work_json(const core::DriverView& view) {
  json list = json::array();
  for (std::size_t i = 0; i < view.work.size(); ++i) {
    const core::WorkNow& work = view.work[i];
    if (work.presence == core::WorkNow::Presence::off) continue;
    list.push_back({{"kind", to_string(static_cast<protocol::Work>(i))},
                    {"state", presence(work)},
                    {"side", to_string(work.side)},
                    {"reason", to_string(work.reason)}});
  }
  return list;
}

/// Whole metres along a kerb; of each road twice what it is long, since it has two kerbs.
json road_json(const core::DriverView& view) {
  const core::RoadAdvice& advice = view.advice;
  json road = {{"name", view.road},
               {"on_plan", advice.on_plan},
               {"required_m", advice.required_cm / 100},
               {"covered_m", advice.covered_cm / 100},
               {"all_required_m", advice.all_required_cm / 100},
               {"all_covered_m", advice.all_covered_cm / 100},
               {"planned", advice.planned},
               {"plan_in_force", view.has_plan}};
  if (advice.missed_ahead_m) {
    road["missed"] = {{"ahead_m", rounded(*advice.missed_ahead_m, 10)},
                      {"length_m", rounded(advice.missed_m, 10)}};
  }
  if (advice.has_next) {
    road["next"] = {{"name", view.next_road},
                    {"far_m", rounded(advice.next_m, 10)},
                    {"straight", advice.next_straight}};
  }
  return road;
}

json haul_json(const core::Snapshot& now) {
  if (!now.driver.hauls) return nullptr;
  json haul = {{"cover", to_string(now.state.cover)},
               {"hoist", to_string(now.state.hoist)},
               {"load", to_string(now.state.load)},
               {"permit", now.driver.permit}};
  if (now.driver.permit_left_s) {
    haul["permit_ends_min"] = std::lround(*now.driver.permit_left_s / 60);
  }
  return haul;
}

}  // namespace

std::string view_json(const ViewParts& parts) {
  const core::Snapshot& now = parts.now;
  const core::DriverView& view = now.driver;
  json all = {{"language", to_string(parts.language)},
              {"plate", parts.plate},
              {"online", parts.online},
              {"utc_offset_min", view.utc_offset_min},
              {"moving", now.moving},
              {"prompt", prompt_json(parts)},
              {"message", now.driver_text},
              {"work", work_json(view)},
              {"tells_work", view.tells_work},
              {"road", road_json(view)},
              {"haul", haul_json(now)},
              {"can_mark", parts.can_mark}};
  all["utc_ms"] = now.utc ? json(now.utc->ms) : json();
  all["speed_kmh"] = now.speed_mps ? json(rounded(*now.speed_mps * 3.6, 0.1)) : json();
  all["max_kmh"] = view.max_kmh ? json(*view.max_kmh) : json();
  if (view.limit_mps) all["max_kmh"] = rounded(*view.limit_mps * 3.6, 1);
  all["position"] = to_string(now.position_source);
  if (now.position.valid()) {
    all["lat"] = rounded(now.position.lat_deg(), 1e-3);
    all["lon"] = rounded(now.position.lon_deg(), 1e-3);
  }
  if (view.blocked > 0) {
    all["blocked"] = to_string(static_cast<protocol::ExceptionReason>(view.blocked - 1));
  } else {
    all["blocked"] = nullptr;
  }
  const bool ended = view.mark_ended != protocol::MarkEnd::none;
  all["mark_ended"] = ended ? json(to_string(view.mark_ended)) : json();
  // A name in a road file or a plan may be any bytes: never let one stop the page.
  return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace lujing::driver
