#include "sim/truth/book.h"

#include "sim/city/plane.h"
#include "sim/directives/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace lujing::sim {
namespace {

constexpr double brush_reach_m = 1.0;  // a side brush beyond the vehicle's side
// Beyond the vehicle's side: a sprinkler of the usual kind wets 14 m across, a washer 12 m (as the
// vehicle profiles in deploy/vehicles say), and both are 2.5 m wide.
constexpr double spray_reach_m = 5.75;
constexpr double flush_reach_m = 4.75;
constexpr double fog_reach_m = 12.0;
constexpr double trip_laden_from = 0.3;

double reach_m(WorkKind kind) {
  switch (kind) {
    case WorkKind::sweep:
    case WorkKind::wash_sweep:
      return brush_reach_m;
    case WorkKind::mist:
      return fog_reach_m;
    case WorkKind::flush:
      return flush_reach_m;
    default:
      return spray_reach_m;
  }
}

const char* cover_word(double open) {
  return open < 0.02 ? "closed" : open > 0.98 ? "open" : "between";
}

double round_to(double value, double step) {
  return std::round(value / step) * step;
}

}  // namespace

TruthBook::TruthBook(const Scenario& scenario, const City& city, const VehiclePlan& plan)
    : scenario_(scenario), city_(city), plan_(plan), watches_(scenario, city, plan) {}

std::string TruthBook::utc(double t_s) const {
  return to_iso8601({scenario_.start.ms + std::llround(t_s * 1000)});
}

std::string TruthBook::where(Offset at) const {
  const GeoPoint place = city_.place(at);
  return fmt::format("\"lat\":{:.7f},\"lon\":{:.7f}", place.lat_deg(), place.lon_deg());
}

const Site* TruthBook::yard_at(Offset at) const {
  const auto found = std::find_if(city_.sites().begin(), city_.sites().end(),
                                  [&](const Site& site) { return contains(site.yard, at); });
  return found == city_.sites().end() ? nullptr : &*found;
}

std::string TruthBook::site_at(Offset at) const {
  const Site* site = yard_at(at);
  return site == nullptr ? std::string() : site->name;
}

std::string TruthBook::site_id_at(Offset at) const {
  const Site* site = yard_at(at);
  return site == nullptr ? std::string() : fence_id(city_, *site);
}

void TruthBook::take(const VehicleState& state) {
  sweep(state);
  if (steps_ % 5 == 0) {
    watches_.take(state, found_);
    follow_trip(state);
    write_state(state);
  }
  if (++steps_ % 50 == 0) {
    write_track(state);
    if (scenario_.limits.convoy_m > 0) {
      const Work work = work_of(plan_.type, state.body);
      const bool wets = work.kind == WorkKind::flush || work.kind == WorkKind::sprinkle;
      const bool sweeps = work.kind == WorkKind::sweep || work.kind == WorkKind::wash_sweep;
      convoy_.push_back({state.t_s, state.at, work.effective && wets, work.effective && sweeps});
    }
  }
}

void TruthBook::finish(const VehicleState& state) {
  for (auto& stretch : open_) {
    close(stretch);
  }
  watches_.finish(found_);
  if (trip_) {
    follow_trip(state);
    close_trip();
  }
  sum_up();
}

std::string TruthBook::take_track() {
  return std::exchange(track_, {});
}

void TruthBook::write_track(const VehicleState& s) {
  const Link& link = city_.link(s.link);
  const double on_way = link.along_way ? s.along_m : link.length_m - s.along_m;
  fmt::format_to(std::back_inserter(track_),
                 "{{\"t_s\":{:.2f},\"utc\":\"{}\",{},\"speed_mps\":{:.3f},\"heading_deg\":{:.2f},"
                 "\"odometer_m\":{:.2f},\"way\":{},\"along_way\":{},\"way_m\":{:.2f},"
                 "\"right_gap_m\":{:.2f},\"queued\":{},\"doing\":\"{}\"}}\n",
                 s.t_s, utc(s.t_s), where(s.at), s.speed_mps, s.heading_rad * 180 / pi,
                 s.odometer_m, link.way, link.along_way, link.way_from_m + on_way, s.right_gap_m,
                 s.queued, s.doing);
}

void TruthBook::write_state(const VehicleState& s) {
  const Body& body = s.body;
  const Work work = work_of(plan_.type, body);
  std::string now = fmt::format(
      "\"cover\":\"{}\",\"hoist\":\"{}\",\"load\":{:.2f},\"work\":\"{}\",\"effective\":{},"
      "\"why_not\":\"{}\",\"side\":\"{}\",\"lifts\":{}",
      cover_word(body.cover_open), body.hoist_deg > 10 ? "lifted" : "flat",
      round_to(body.load_share, 0.1), work.kind ? name_of(*work.kind) : "none", work.effective,
      work.why_not, work.kind ? name_of(body.side) : "none", body.bin_lifts);
  if (now != last_state_) {
    fmt::format_to(std::back_inserter(states_),
                   "{{\"vehicle\":\"{}\",\"t_s\":{:.2f},\"utc\":\"{}\",{}}}\n", plan_.id, s.t_s,
                   utc(s.t_s), now);
    last_state_ = std::move(now);
  }
  if (body.bin_lifts != lifts_) {
    lifts_ = body.bin_lifts;
    lifted_at_.push_back({{s.link, s.along_m}, s.t_s});
  }
}

void TruthBook::sweep(const VehicleState& s) {
  const Work work = work_of(plan_.type, s.body);
  const bool works = work.effective && work.kind != WorkKind::collect && s.speed_mps > 0.1;
  const double reach = works ? reach_m(*work.kind) : 0;
  // Brushes do not get to the kerb of the traffic that comes towards them; water does.
  const bool across = city_.link(s.link).reverse == no_id || reach > brush_reach_m;
  follow_kerb(s, true, works && s.body.side != Side::left && s.right_gap_m <= reach, work);
  follow_kerb(s, false, works && across && s.body.side != Side::right && s.left_gap_m <= reach,
              work);
}

void TruthBook::follow_kerb(const VehicleState& s, bool right, bool reached, const Work& work) {
  std::optional<Stretch>& open = open_[right ? 0 : 1];
  if (open && (!reached || open->link != s.link || open->kind != *work.kind)) {
    if (reached && open->link != s.link) {
      open->to_m = city_.link(open->link).length_m;  // through the crossing
    }
    const bool goes_on = reached && open->link != s.link;
    close(open);
    if (goes_on) {
      open = Stretch{s.link, right, *work.kind, 0, s.along_m, s.t_s, s.t_s};
    }
  }
  if (!reached) {
    return;
  }
  if (!open) {
    open = Stretch{s.link, right, *work.kind, s.along_m, s.along_m, s.t_s, s.t_s};
  }
  open->to_m = s.along_m;
  open->end_s = s.t_s;
}

void TruthBook::close(std::optional<Stretch>& stretch) {
  if (!stretch) {
    return;
  }
  const Stretch& done = *stretch;
  if (done.to_m - done.from_m > 0.01) {
    const Link& link = city_.link(done.link);
    const auto on_way = [&](double along) {
      return link.way_from_m + (link.along_way ? along : link.length_m - along);
    };
    const double a = on_way(done.from_m);
    const double b = on_way(done.to_m);
    fmt::format_to(
        std::back_inserter(kerbs_),
        "{{\"vehicle\":\"{}\",\"work\":\"{}\",\"way\":{},\"kerb\":\"{}\",\"from_m\":{:.2f},"
        "\"to_m\":{:.2f},\"from_node\":{},\"to_node\":{},\"driven\":\"{}\",\"begin_s\":{:.2f},"
        "\"end_s\":{:.2f},\"begin\":\"{}\",\"end\":\"{}\",\"class\":\"{}\",\"district\":\"{}\"}}\n",
        plan_.id, name_of(done.kind), link.way, done.right == link.along_way ? "right" : "left",
        std::min(a, b), std::max(a, b), city_.nodes()[link.along_way ? link.from : link.to].osm,
        city_.nodes()[link.along_way ? link.to : link.from].osm,
        link.along_way ? "forward" : "backward", done.begin_s, done.end_s, utc(done.begin_s),
        utc(done.end_s), name_of(city_.street_of(done.link).road_class),
        city_.districts().empty() ? "" : city_.districts()[link.district]);
    done_.push_back(done);
  }
  stretch.reset();
}

void TruthBook::follow_trip(const VehicleState& s) {
  if (plan_.type != VehicleType::muck) {
    return;
  }
  const double load = s.body.load_share;
  const bool laden = load >= trip_laden_from;
  if (!trip_ && laden) {
    trip_.emplace();
    trip_->load_begin_s = trip_->load_end_s = s.t_s;
    trip_->loaded_at = s.at;
    trip_->site = site_at(s.at);
  }
  const double moved = s.odometer_m - std::exchange(trip_odometer_m_, s.odometer_m);
  if (!trip_) {
    return;
  }
  Trip& trip = *trip_;
  if (load > trip.share + 1e-6) {
    trip.share = load;
    trip.load_end_s = s.t_s;
  }
  if (laden) {
    trip.laden_m += moved;
    trip.sealed_m += s.body.cover_open < 0.02 ? moved : 0;
    trip.washed = trip.washed || s.body.washed_s >= scenario_.limits.wash_s;
    if (trip.left_s < 0 && site_at(s.at) != trip.site) {
      trip.left_s = s.t_s;
    }
  } else {
    trip.tip_s = s.t_s;
    trip.tipped_at = s.at;
    close_trip();
  }
}

void TruthBook::close_trip() {
  const Trip& trip = *trip_;
  const auto time = [&](double t_s) {
    return t_s < 0 ? std::string("null") : fmt::format("{:.2f}", t_s);
  };
  fmt::format_to(std::back_inserter(trips_),
                 "{{\"vehicle\":\"{}\",\"load_begin_s\":{:.2f},\"load_end_s\":{:.2f},\"left_s\":{},"
                 "\"site\":\"{}\",\"site_id\":\"{}\",\"loaded\":{{{}}},\"share\":{:.3f},\"washed\":"
                 "{},\"laden_m\":{:.1f},"
                 "\"sealed_m\":{:.1f},\"tip_s\":{},",
                 plan_.id, trip.load_begin_s, trip.load_end_s, time(trip.left_s), trip.site,
                 site_id_at(trip.loaded_at), where(trip.loaded_at), trip.share, trip.washed,
                 trip.laden_m, trip.sealed_m, time(trip.tip_s));
  if (trip.tip_s < 0) {
    trips_ += "\"tipped\":null,\"disposal\":null,\"disposal_id\":null}\n";
  } else {
    fmt::format_to(std::back_inserter(trips_),
                   "\"tipped\":{{{}}},\"disposal\":\"{}\",\"disposal_id\":\"{}\"}}\n",
                   where(trip.tipped_at), site_at(trip.tipped_at), site_id_at(trip.tipped_at));
  }
  trip_.reset();
}

std::string TruthBook::violations() const {
  std::string lines;
  for (const Found& found : found_) {
    lines += violation_line(scenario_, city_, plan_.id, found);
  }
  return lines;
}

VehicleTruth TruthBook::whole() const {
  return {plan_.id, states_,   kerbs_,
          trips_,   coverage_, violations(),
          found_,   convoy_,   scenario_.limits.target_share > 0 ? done_ : std::vector<Cleaned>()};
}

/// What each work task asked for, and how much of it was really cleaned.
void TruthBook::sum_up() {
  std::uint32_t number = 0;
  for (const Task& task : plan_.tasks) {
    ++number;
    if (task.kind == TaskKind::collect) {
      std::uint32_t served = 0;
      const std::vector<Spot> points = collection_points(city_, task);
      for (const Spot& point : points) {
        served += std::any_of(lifted_at_.begin(), lifted_at_.end(), [&](const Lift& lift) {
          return lift.at.link == point.link && std::abs(lift.at.along_m - point.along_m) < 15 &&
                 (task.due_s < 0 || lift.t_s < task.due_s);
        });
      }
      fmt::format_to(std::back_inserter(coverage_),
                     "{{\"vehicle\":\"{}\",\"task\":{},\"work\":\"collect\",\"points\":{},"
                     "\"served\":{}}}\n",
                     plan_.id, number, points.size(), served);
      if (served < points.size() && task.due_s >= 0 && task.due_s < scenario_.duration_s) {
        found_.push_back({"GB-01", task.due_s, task.due_s, 0, {}, "collection points were missed"});
      }
    }
    if (task.kind != TaskKind::work) {
      continue;
    }
    const std::vector<LinkId> stretch = task_stretch(city_, task);
    double asked = 0;
    double cleaned = 0;
    for (const LinkId id : stretch) {
      const double from = id == stretch.front() ? stretch_margin_m(city_, id) : 0;
      const double to =
          city_.link(id).length_m - (id == stretch.back() ? stretch_margin_m(city_, id) : 0);
      asked += to - from;
      std::vector<std::pair<double, double>> parts;
      for (const Stretch& done : done_) {
        if (done.link == id && done.kind == task.work && done.right == (task.side != Side::left)) {
          parts.emplace_back(std::max(from, done.from_m), std::min(to, done.to_m));
        }
      }
      std::sort(parts.begin(), parts.end());
      double reached = from;
      for (const auto& [a, b] : parts) {
        cleaned += std::max(0.0, b - std::max(a, reached));
        reached = std::max(reached, b);
      }
    }
    fmt::format_to(std::back_inserter(coverage_),
                   "{{\"vehicle\":\"{}\",\"task\":{},\"work\":\"{}\",\"asked_m\":{:.1f},"
                   "\"cleaned_m\":{:.1f},\"share\":{:.4f}}}\n",
                   plan_.id, number, name_of(task.work), asked, cleaned,
                   asked > 0 ? cleaned / asked : 0.0);
  }
  judge_plan(scenario_, city_, plan_, done_, found_);
}

}  // namespace lujing::sim
