#include "terminal/core/snapshot.h"

#include "terminal/core/fusion/inputs.h"
#include "terminal/core/run.h"

namespace lujing::core {
namespace {

DriverView driver_view(const Run& run) {
  DriverView view;
  view.prompt = run.prompter.shown();
  view.advice = run.cleaning.advice();
  view.road = view.advice.road;
  view.next_road = view.advice.next_road;
  view.advice.road = view.advice.next_road = {};  // the road file may go before the view does
  view.work = run.cleaning.work();
  view.has_plan = run.cleaning.has_plan();
  const CleaningFacts& cleaning = run.cleaning.facts();
  view.tells_work = cleaning.tells_work;
  view.blocked = run.cleaning.marks().now().code;
  view.mark_ended = run.cleaning.marks().told(run.time.now());
  view.min_kmh = cleaning.min_kmh;
  view.max_kmh = cleaning.max_kmh;
  const HaulFacts& haul = run.haul.facts();
  view.limit_mps = run.control.limits().speed_mps;
  if (haul.limit_mps > 0 && (!view.limit_mps || haul.limit_mps < *view.limit_mps)) {
    view.limit_mps = haul.limit_mps;
  }
  view.hauls = run.config.haul.enabled;
  view.permit = haul.permit;
  view.permit_left_s = haul.permit_left_s;
  view.utc_offset_min = run.config.haul.fence.utc_offset_min;
  return view;
}

}  // namespace

void put(const RoadShown& shown, DriverView& view) {
  view.road = shown.road;
  view.advice.on_plan = shown.on_plan;
  view.advice.required_cm = shown.required_cm;
  view.advice.covered_cm = shown.covered_cm;
  view.advice.all_required_cm = shown.all_required_cm;
  view.advice.all_covered_cm = shown.all_covered_cm;
}

RoadShown road_shown_of(const Run& run) {
  std::vector<Driven> uncommitted;
  if (run.cleaning.has_plan()) run.on_road.uncommitted(uncommitted);
  const BootTime now = run.time.now();
  Cleaning::Moment moment;
  moment.now = now;
  moment.utc = run.clock.utc_at(now);
  moment.position = run.fusion.pose().position;
  moment.heading_rad = heading_of(run.fusion.pose());
  const RoadAdvice advice = run.cleaning.advice_now(uncommitted, run.on_road.network(), moment);
  return {std::string(advice.road), advice.on_plan,         advice.required_cm,
          advice.covered_cm,        advice.all_required_cm, advice.all_covered_cm};
}

Snapshot snapshot_of(const Run& run) {
  Snapshot shot;
  shot.boot_id = run.boot_id;
  shot.now = run.time.now();
  shot.utc = run.clock.utc_at(shot.now);
  shot.utc_uncertainty_s = run.clock.uncertainty_s(shot.now);
  shot.utc_refused = run.clock.refused();
  shot.pose = run.fusion.pose();
  shot.position = shot.pose.position;
  shot.position_source = source_of(shot.pose);
  shot.position_at = run.position_at;
  if (shot.position_source != protocol::PositionSource::none) {
    shot.error_m = radius_95_m(shot.pose);
  }
  shot.course_rad = run.vehicle.course_rad();
  shot.speed_mps = run.vehicle.speed_mps();
  shot.speed_is_wheels = run.vehicle.speed_is_wheels();
  shot.moving = run.vehicle.moving();
  shot.odometer_m = run.vehicle.odometer_m();
  shot.state = run.state;
  shot.alarms = run.alarms.open();
  shot.last_fix = run.last_fix;
  shot.fixes = run.gate.counts();
  shot.sky = run.sky;
  shot.power = run.power;
  shot.links = run.links;
  shot.rule_set = run.config.rule_set;
  shot.directives = run.directives.in_force();
  shot.limits = run.control.limits();
  if (run.driver_text != nullptr) shot.driver_text = *run.driver_text;
  shot.driver = driver_view(run);
  return shot;
}

}  // namespace lujing::core
