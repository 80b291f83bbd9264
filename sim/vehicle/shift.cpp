#include "sim/vehicle/shift.h"

#include <algorithm>

namespace lujing::sim {
namespace {

constexpr double least_tank_share = 0.35;  // below it one fetches water before the next street
constexpr double full_enough_share = 0.6;  // above it a garbage truck is emptied

Deed deed(DeedKind kind, double value, double after_s, double for_s) {
  return {kind, value, after_s, for_s};
}

RoadClass any_class(Random& random) {
  const double share = random.uniform();
  return share < 0.3   ? RoadClass::arterial
         : share < 0.6 ? RoadClass::secondary
         : share < 0.9 ? RoadClass::branch
                       : RoadClass::lane;
}

void be_lazy(Task& task, Random& random) {
  if (random.chance(0.4)) {
    task.speed_kmh = random.uniform(11, 16);
  }
  if (random.chance(0.4)) {
    task.deeds.push_back(
        {"work", deed(DeedKind::brush, 0, random.uniform(30, 120), random.uniform(30, 90))});
  }
  if (random.chance(0.3)) {
    task.length_m *= 0.5;
  }
}

void cheat_at_work(Task& task, Random& random) {
  const bool sweeps = task.work == WorkKind::sweep || task.work == WorkKind::wash_sweep;
  const double from_s = random.uniform(10, 60);
  const double for_s = random.uniform(60, 240);
  if (!random.chance(0.6)) {
    return;
  }
  if (!sweeps) {
    task.deeds.push_back({"work", deed(DeedKind::valve, 0, from_s, for_s)});
  } else if (random.chance(0.5)) {
    task.deeds.push_back({"work", deed(DeedKind::suction, 0, from_s, for_s)});
  } else {
    task.deeds.push_back({"work", deed(DeedKind::fan, 0, from_s, for_s)});
  }
}

Task street_task(VehicleType type, Behaviour behaviour, const Body& body, Random& random) {
  Task task;
  const bool sprinkles = type == VehicleType::sprinkler || type == VehicleType::fog_cannon;
  const bool wets = type != VehicleType::sweeper;
  if (wets && body.tank_share < least_tank_share) {
    task.kind = TaskKind::fill;
    task.where.number = random.below(2);
    return task;
  }
  task.kind = TaskKind::work;
  task.work = usual_work(type);
  task.where.kind = Where::Kind::street;
  task.where.road_class = sprinkles
                              ? (random.chance(0.6) ? RoadClass::arterial : RoadClass::secondary)
                              : any_class(random);
  task.where.number = random.below(12);
  task.back = random.chance(0.5);
  task.length_m = random.uniform(400, 1200);
  task.speed_kmh = sprinkles ? 9.5 : random.uniform(5.5, 7.2);
  if (wets) {  // no farther than the water lasts, with waits at lights on the way
    task.length_m =
        std::min(task.length_m, 0.6 * body.tank_share * tank_empties_s * task.speed_kmh / 3.6);
  }
  task.gap_m = sprinkles ? 0.8 : 0.3;
  task.side = sprinkles ? Side::full : Side::right;
  if (behaviour == Behaviour::lazy) {
    be_lazy(task, random);
  } else if (behaviour == Behaviour::cheat) {
    cheat_at_work(task, random);
  }
  return task;
}

Task garbage_task(Behaviour behaviour, const Body& body, Random& random) {
  Task task;
  if (body.load_share >= full_enough_share) {
    task.kind = TaskKind::unload;
    task.where.kind = Where::Kind::site;
    task.where.site = SiteKind::transfer;
    if (behaviour == Behaviour::cheat && random.chance(0.3)) {
      task.where.kind = Where::Kind::street;
      task.where.road_class = RoadClass::branch;
      task.where.number = random.below(6);
    }
    return task;
  }
  task.kind = TaskKind::collect;
  task.where.kind = Where::Kind::street;
  task.where.road_class = any_class(random);
  task.where.number = random.below(12);
  task.length_m = random.uniform(300, 700);
  task.skip = behaviour == Behaviour::lazy ? 3 : 0;
  task.lifts = behaviour != Behaviour::cheat || !random.chance(0.3);
  return task;
}

Task muck_task(Behaviour behaviour, Random& random) {
  Task task;
  task.kind = TaskKind::haul;
  task.where.kind = Where::Kind::site;
  task.where.site = SiteKind::construction;
  task.to.kind = Where::Kind::site;
  task.to.site = SiteKind::disposal;
  if (behaviour == Behaviour::honest) {
    return task;
  }
  const double trick = random.uniform();
  if (trick < 0.25) {
    task.deeds.push_back(
        {"laden", deed(DeedKind::cover, 1, random.uniform(20, 80), random.uniform(15, 120))});
  } else if (trick < 0.45) {
    task.wash = false;
  } else if (trick < 0.6 && behaviour == Behaviour::cheat) {
    task.to.kind = Where::Kind::street;
    task.to.road_class = RoadClass::branch;
    task.to.number = random.below(6);
  } else if (trick < 0.7 && behaviour == Behaviour::cheat) {
    task.where.kind = Where::Kind::street;
    task.where.road_class = RoadClass::branch;
    task.where.number = random.below(6);
  } else if (trick < 0.8) {
    task.seal = false;
  }
  return task;
}

}  // namespace

Task shift_task(const City& /*city*/, VehicleType type, Behaviour behaviour, const Body& body,
                Random& random) {
  switch (type) {
    case VehicleType::muck:
      return muck_task(behaviour, random);
    case VehicleType::garbage:
      return garbage_task(behaviour, body, random);
    default:
      return street_task(type, behaviour, body, random);
  }
}

}  // namespace lujing::sim
