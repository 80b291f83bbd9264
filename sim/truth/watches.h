// What really was wrong, judged from the truth alone and by the scenario's limits: no sensor, no
// rule engine. One watch a rule of the catalogue; each tells the bare condition from its first to
// its last moment, and how long it must last to be more than a near miss.
#pragma once

#include "sim/scenario/scenario.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lujing::sim {

struct Found {
  std::string rule;
  double begin_s = 0;
  double end_s = 0;
  double needs_s = 0;
  Offset at;  ///< where it began
  std::string detail;
  bool raises() const { return end_s - begin_s >= needs_s; }
};

class Watches {
 public:
  Watches(const Scenario& scenario, const City& city, const VehiclePlan& plan);
  /// Ten times a second. What ended is appended.
  void take(const VehicleState& state, std::vector<Found>& ended);
  /// What still goes on at the end.
  void finish(std::vector<Found>& ended);

 private:
  void hold(const char* rule, bool condition, double needs_s, const VehicleState& state,
            std::vector<Found>& ended, const char* detail = "");
  void event(const char* rule, const VehicleState& state, std::vector<Found>& ended,
             const char* detail);
  void judge_muck(const VehicleState& s, std::vector<Found>& ended);
  void judge_load(const VehicleState& s, std::vector<Found>& ended);
  void count_cycle(const VehicleState& s);
  bool sensor_fault(const VehicleState& s) const;
  void judge_places(const VehicleState& s, std::vector<Found>& ended);
  void judge_street(const VehicleState& s, std::vector<Found>& ended);
  void judge_garbage(const VehicleState& s, std::vector<Found>& ended);
  void judge_terminal(const VehicleState& s, std::vector<Found>& ended);
  void judge_limits(const VehicleState& s, bool cut, std::vector<Found>& ended);
  const Site* yard_of(SiteKind kind, Offset at) const;
  bool in_window(double from_h, double to_h, double t_s) const;
  bool off_route(Offset at) const;
  double away_from_yard_m(const Site& site, Offset at) const;
  bool permitted_at(double t_s) const;

  const Scenario& scenario_;
  const City& city_;
  const VehiclePlan& plan_;
  std::map<std::string, Found> open_;
  std::vector<Offset> approved_;  ///< points of the approved road
  const Site* approved_site_ = nullptr;
  const Site* approved_dump_ = nullptr;
  double last_load_ = -1;
  double change_from_load_ = 0;
  double change_from_s_ = -1;
  int change_ = 0;  ///< -1 the load falls, 1 it rises
  double last_s_ = 0;
  Offset last_at_;
  bool grows_outside_ = false;
  bool unwashed_ = false;  ///< on the way with a load that left its site so
  const Site* last_yard_ = nullptr;
  std::optional<double> left_site_s_;
  bool drove_laden_ = false;  ///< since it was loaded
  bool hauled_ = false;       ///< it has moved
  std::set<std::int64_t> asked_ways_;
  bool told_late_ = false;
  double drained_l_ = 0;
  int stop_lifts_ = -1;
  int stuck_cycles_ = 0;
  std::string last_doing_;
  Offset last_heard_;
  bool heard_ = false;
  bool jumped_ = false;
  std::optional<double> lost_stood_s_;  ///< stood since it first drove without a true fix
  bool was_cut_ = false;
  std::vector<bool> outlived_;  ///< by order: it stood when the supply was cut last
};

}  // namespace lujing::sim
