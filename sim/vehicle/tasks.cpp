#include "sim/vehicle/tasks.h"

#include "sim/city/route.h"
#include "sim/vehicle/shift.h"

#include <algorithm>
#include <utility>

namespace lujing::sim {
namespace {

constexpr double kmh = 1.0 / 3.6;
constexpr double drive_kmh = 45;
constexpr double cover_takes_s = 8;
constexpr double wash_takes_s = 45;

BodySetting working(const Task& task) {
  BodySetting set;
  set.side = task.side;
  switch (task.work) {
    case WorkKind::sweep:
      set.brush = set.suction_down = true;
      break;
    case WorkKind::wash_sweep:
      set.brush = set.suction_down = set.water_pump = true;
      break;
    case WorkKind::flush:
    case WorkKind::sprinkle:
      set.water_pump = true;
      break;
    case WorkKind::mist:
      set.water_pump = set.fog = true;
      break;
    case WorkKind::collect:
      break;
  }
  return set;
}

/// Turns tasks into orders, one task at a time.
class TaskDriver : public Driver {
 public:
  TaskDriver(VehicleType type, std::vector<Task> tasks)
      : type_(type), tasks_(tasks.begin(), tasks.end()) {}

  Order next(const City& city, Spot now, const Body& body, Random& random) override {
    for (int tries = 0; orders_.empty() && !tasks_.empty() && tries < 20; ++tries) {
      Task task = tasks_.front();
      if (task.kind == TaskKind::shift) {
        task = shift_task(city, type_, task.behaviour, body, random);
      } else {
        tasks_.pop_front();
      }
      now_ = now;
      closed_ = body.cover_open < 0.5 ? BodySetting{} : BodySetting{.cover_open = true};
      expand(city, task);
    }
    if (orders_.empty()) {
      Order rest;
      rest.stand_s = 3600;
      rest.name = "rest";
      return rest;
    }
    Order order = std::move(orders_.front());
    orders_.pop_front();
    return order;
  }

 private:
  /// Drives on from where the last order ends.
  void drive(const City& city, Spot to, const char* name, const BodySetting& body,
             const Task& task) {
    Order order;
    order.route = find_route(city, now_, to);
    if (order.route.empty()) {
      return;
    }
    order.to_m = to.along_m;
    order.max_mps = (task.over_limit ? task.speed_kmh : drive_kmh) * kmh;
    order.limit_mps = task.over_limit ? task.speed_kmh * kmh : 0;
    order.body = body;
    order.name = name;
    now_ = to;
    add(std::move(order), task);
  }

  void stand(double seconds, const char* name, const BodySetting& body, const Task& task) {
    Order order;
    order.stand_s = seconds;
    order.body = body;
    order.name = name;
    add(std::move(order), task);
  }

  void add(Order order, const Task& task) {
    for (const TaskDeed& deed : task.deeds) {
      if (deed.leg == order.name) {
        order.deeds.push_back(deed.deed);
      }
    }
    orders_.push_back(std::move(order));
  }

  void expand(const City& city, const Task& task) {
    switch (task.kind) {
      case TaskKind::drive:
        drive(city, start_spot(city, task.where), "drive", closed_, task);
        break;
      case TaskKind::stand:
        stand(task.for_s, "stand", closed_, task);
        break;
      case TaskKind::work:
        work(city, task);
        break;
      case TaskKind::collect:
        collect(city, task);
        break;
      case TaskKind::haul:
        haul(city, task);
        break;
      case TaskKind::load:
        drive_if_elsewhere(city, task.where, task, closed_);
        load(task);
        stand(cover_takes_s, "close", {}, task);
        break;
      case TaskKind::tip:
        drive_if_elsewhere(city, task.where, task, closed_);
        tip(task);
        break;
      case TaskKind::fill:
        drive(city, city.site(SiteKind::water, task.where.number).gate, "approach", {}, task);
        stand(65, "fill", {.fill_tank = true}, task);
        break;
      case TaskKind::unload:
        drive_if_elsewhere(city, task.where, task, {});
        stand(25, "unload", {.hoist_up = true, .load_share = 0.0}, task);
        stand(17, "unload", {}, task);
        break;
      case TaskKind::shift:
        break;
    }
  }

  void drive_if_elsewhere(const City& city, const Where& where, const Task& task,
                          const BodySetting& body) {
    if (where.kind != Where::Kind::here) {
      const Spot to = start_spot(city, where);
      if (to.link != now_.link) {
        drive(city, to, "approach", body, task);
      }
    }
  }

  void work(const City& city, const Task& task) {
    const std::vector<LinkId> stretch = task_stretch(city, task);
    if (stretch.empty()) {
      return;
    }
    drive(city, {stretch.front(), stretch_margin_m(city, stretch.front())}, "approach", {}, task);
    Order order;
    order.route = stretch;
    order.to_m = city.link(stretch.back()).length_m - stretch_margin_m(city, stretch.back());
    order.max_mps = task.speed_kmh * kmh;
    order.limit_mps = task.over_limit ? task.speed_kmh * kmh : 0;
    order.kerb_gap_m = task.gap_m;
    order.left_kerb = task.side == Side::left;
    order.down_at_kerb = task.work == WorkKind::sweep || task.work == WorkKind::wash_sweep;
    order.body = working(task);
    order.name = "work";
    now_ = {stretch.back(), order.to_m};
    add(std::move(order), task);
  }

  void collect(const City& city, const Task& task) {
    const std::vector<Spot> points = collection_points(city, task);
    std::uint32_t number = 0;
    for (const Spot& point : points) {
      ++number;
      if (task.skip > 0 && number % task.skip == 0) {
        continue;
      }
      drive(city, point, number == 1 ? "approach" : "between", {}, task);
      if (number > 1 && !orders_.empty()) {
        orders_.back().kerb_gap_m = 0.4;
        orders_.back().max_mps = 20 * kmh;
      }
      // The hopper's lid opens for the bin, and is shut again before it drives on.
      stand(9, "bin", {.cover_open = task.lifts, .lift_bin = task.lifts}, task);
      stand(8, "bin", {.compact = task.lifts}, task);
    }
  }

  void load(const Task& task) {
    BodySetting open{.cover_open = true};
    stand(cover_takes_s, "open", open, task);
    open.load_share = task.share;
    open.shovels = true;
    stand(std::max(task.for_s, 100 * task.share), "load", open, task);
  }

  void tip(const Task& task) {
    const BodySetting open{.cover_open = true};
    BodySetting up = open;
    stand(cover_takes_s, "open", open, task);
    up.hoist_up = true;
    up.load_share = 0.0;
    stand(28, "tip", up, task);
    stand(17, "lower", open, task);
    stand(cover_takes_s, "close", {}, task);
  }

  void haul(const City& city, const Task& task) {
    const Site& site = city.site(SiteKind::construction, task.where.number);
    drive_if_elsewhere(city, task.where, task, {});
    load(task);
    const BodySetting left = task.seal ? BodySetting{} : BodySetting{.cover_open = true};
    if (task.seal) {
      stand(cover_takes_s, "close", {}, task);
    }
    if (task.wash && site.wash.link != no_id && task.where.kind == Where::Kind::site) {
      drive(city, site.wash, "to-wash", left, task);
      BodySetting hosed = left;
      hosed.wash = true;
      stand(wash_takes_s, "wash", hosed, task);
    }
    drive(city, start_spot(city, task.to), "laden", left, task);
    tip(task);
  }

  VehicleType type_;
  std::deque<Task> tasks_;
  std::deque<Order> orders_;
  Spot now_;
  BodySetting closed_;
};

}  // namespace

std::unique_ptr<Driver> make_task_driver(VehicleType type, std::vector<Task> tasks) {
  return std::make_unique<TaskDriver>(type, std::move(tasks));
}

}  // namespace lujing::sim
