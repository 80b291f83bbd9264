#include "sim/vehicle/drivers.h"

#include "sim/city/route.h"

#include <algorithm>

namespace lujing::sim {
namespace {

constexpr double one_kmh = 1.0 / 3.6;

Spot middle_of(const City& city, LinkId link) {
  return {link, city.link(link).length_m / 2};
}

Order stand(double seconds, BodySetting body) {
  Order order;
  order.stand_s = seconds;
  order.body = body;
  return order;
}

Order drive(const City& city, Spot from, Spot to, BodySetting body) {
  Order order;
  order.route = find_route(city, from, to);
  order.to_m = to.along_m;
  order.body = body;
  return order;
}

/// Along the street that it stands on, for about that far.
Order work_street(const City& city, Spot now, double far_m, double max_mps, double kerb_gap_m,
                  BodySetting body) {
  Order order;
  order.route = along_street(city, now.link);
  double length = 0;
  std::size_t count = 0;
  while (count < order.route.size() && length < far_m) {
    length += city.link(order.route[count++]).length_m;
  }
  order.route.resize(count);
  const Spot end = middle_of(city, order.route.back());
  order.to_m = count == 1 ? std::max(now.along_m + 1.0, end.along_m) : end.along_m;
  order.max_mps = max_mps;
  order.kerb_gap_m = kerb_gap_m;
  order.body = body;
  return order;
}

/// Some street of that class or the next smaller one, from which it goes on for three links.
Spot choose_street(const City& city, RoadClass road_class, Random& random) {
  const auto count = static_cast<std::uint32_t>(city.links().size());
  for (int tries = 0; tries < 1000; ++tries) {
    const LinkId link = random.below(count);
    if (city.street_of(link).road_class == road_class && along_street(city, link).size() >= 3) {
      return middle_of(city, link);
    }
  }
  return middle_of(city, 0);
}

class SweeperDriver : public Driver {
 public:
  Order next(const City& city, Spot now, const Body& /*body*/, Random& random) override {
    working_ = !working_;
    if (working_) {
      const BodySetting down{.brush = true, .suction_down = true, .water_pump = true};
      return work_street(city, now, 900, 7.0 * one_kmh, 0.3, down);
    }
    const RoadClass road_class = random.chance(0.5) ? RoadClass::secondary : RoadClass::arterial;
    Order order = drive(city, now, choose_street(city, road_class, random), {});
    if (order.route.empty()) {
      return stand(5, {});
    }
    order.max_mps = 40 * one_kmh;
    return order;
  }

 private:
  bool working_ = false;
};

class SprinklerDriver : public Driver {
 public:
  Order next(const City& city, Spot now, const Body& body, Random& random) override {
    const Spot water = city.site(SiteKind::water).gate;
    if (body.tank_share < 0.15 && now.link != water.link) {
      working_ = false;
      return drive(city, now, water, {});
    }
    if (body.tank_share < 0.15) {
      return stand(62, {.fill_tank = true});
    }
    working_ = !working_;
    if (working_) {
      return work_street(city, now, 1200, 9.5 * one_kmh, 0.8, {.water_pump = true});
    }
    Order order = drive(city, now, choose_street(city, RoadClass::arterial, random), {});
    order.max_mps = 45 * one_kmh;
    return order;
  }

 private:
  bool working_ = false;
};

class MuckDriver : public Driver {
 public:
  Order next(const City& city, Spot now, const Body& /*body*/, Random& random) override {
    const BodySetting closed{};
    const BodySetting open{.cover_open = true};
    switch (phase_++) {
      case 0:  // the excavator fills it
        forgets_ = trips_ == 0 || random.chance(0.15);
        return stand(trips_++ == 0 ? 10 : 45, {.cover_open = true, .load_share = 1.0});
      case 1:
        return forgets_ ? stand(1, open) : stand(8, closed);
      case 2: {
        Order order =
            drive(city, now, city.site(SiteKind::disposal).gate, forgets_ ? open : closed);
        order.max_mps = 50 * one_kmh;
        if (forgets_) {
          order.change_after_s = 30;
          order.changed_body = closed;
        }
        return order;
      }
      case 3:
        return stand(8, open);
      case 4:
        return stand(25, {.cover_open = true, .hoist_up = true, .load_share = 0.0});
      case 5:
        return stand(17, open);
      case 6:
        return stand(8, closed);
      default:
        phase_ = 0;
        return drive(city, now, city.site(SiteKind::construction).gate, closed);
    }
  }

 private:
  int phase_ = 0;
  int trips_ = 0;
  bool forgets_ = false;
};

}  // namespace

std::unique_ptr<Driver> make_sweeper_driver() {
  return std::make_unique<SweeperDriver>();
}
std::unique_ptr<Driver> make_sprinkler_driver() {
  return std::make_unique<SprinklerDriver>();
}
std::unique_ptr<Driver> make_muck_driver() {
  return std::make_unique<MuckDriver>();
}

}  // namespace lujing::sim
