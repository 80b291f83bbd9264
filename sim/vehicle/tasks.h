// What a driver is told to do, in a scenario's words, and how it becomes orders: one task is a
// drive to its place and the work there.
#pragma once

#include "sim/vehicle/vehicle.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lujing::sim {

enum class TaskKind : std::uint8_t {
  drive,    ///< to a place
  stand,    ///< where it is
  work,     ///< along a street at the kerb, with the machine that it has
  collect,  ///< bins along a street
  haul,     ///< load, wash, seal, drive, tip
  load,     ///< at a site, shovel by shovel
  tip,      ///< where it is, or at a place
  fill,     ///< water
  unload,   ///< garbage, at the transfer station
  shift     ///< one task after another as behaviour has it, to the end
};

enum class Behaviour : std::uint8_t { honest, lazy, cheat };

/// Where a task happens. A street is counted within its class, from the middle of the city out.
struct Where {
  enum class Kind : std::uint8_t { here, site, street, beside_site, forbidden, bridge };
  Kind kind = Kind::here;
  SiteKind site = SiteKind::construction;
  RoadClass road_class = RoadClass::secondary;
  std::uint32_t number = 0;
  std::string line{};  ///< FILE:LINE of the scenario that says so; for messages
};

/// On which leg of a task a deed is done.
struct TaskDeed {
  std::string leg;  ///< Order::name: "work", "approach", "load", "wash", "laden", "tip", "empty"
  Deed deed;
};

struct Task {
  TaskKind kind = TaskKind::stand;
  Where where;
  Where to;  ///< haul: where it tips
  WorkKind work = WorkKind::sweep;
  double length_m = 600;      ///< of the stretch worked
  std::string length_line{};  ///< FILE:LINE that says how long; empty: the usual length
  double every_m = 60;        ///< between collection points
  double speed_kmh = 7;
  bool over_limit = false;  ///< `speed_kmh` stands in for the streets' limits
  double gap_m = 0.3;       ///< to the kerb
  Side side = Side::full;
  bool back = false;       ///< the same stretch, other direction
  double for_s = 60;       ///< stand, load, wash: how long
  double share = 1.0;      ///< load: of the full load
  bool wash = true;        ///< haul: at the site's gate
  bool seal = true;        ///< haul: closes the cover before it leaves
  std::uint32_t skip = 0;  ///< collect: every so many points is passed by; 0 none
  bool lifts = true;       ///< collect: lifts the bins
  double due_s = -1;       ///< collect: second of the scenario by which; before 0: today
  Behaviour behaviour = Behaviour::honest;
  std::vector<TaskDeed> deeds;
};

/// Does the tasks one after the other, then stands.
std::unique_ptr<Driver> make_task_driver(VehicleType type, std::vector<Task> tasks);

/// Where a vehicle that starts there stands at the beginning.
Spot start_spot(const City& city, const Where& where);
/// The links of the n-th stretch of that class, at least `length_m` long where there is one.
std::vector<LinkId> work_stretch(const City& city, RoadClass road_class, std::uint32_t number,
                                 double length_m);
/// A place on a street without a stretch of its own is on one of at least this length.
inline constexpr double start_stretch_m = 300;
/// How many there are that `where.number` may count: sites of a kind, streets of a class that are
/// so long (all where none is), links in forbidden zones, bridges.
std::size_t count_places(const City& city, const Where& where, double length_m);
/// The longest stretch of that class.
double longest_stretch_m(const City& city, RoadClass road_class);
/// The same street the other way: over the reverse links, or on the other carriageway.
std::vector<LinkId> opposite(const City& city, const std::vector<LinkId>& stretch);
/// The links that a work or collect task is about, cut to its length, in its direction.
std::vector<LinkId> task_stretch(const City& city, const Task& task);
/// Where on its stretch a working vehicle begins and ends: a little inside the outer links.
double stretch_margin_m(const City& city, LinkId id);
/// Where the bins of a collect task stand, those that it skips too.
std::vector<Spot> collection_points(const City& city, const Task& task);
/// What a machine of that type does when it works.
WorkKind usual_work(VehicleType type);

}  // namespace lujing::sim
