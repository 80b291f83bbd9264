#include "terminal/core/work/guide.h"

#include "terminal/core/work/kerbs.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace lujing::core {
namespace {

constexpr double here_m = 30;        ///< a road farther off is not the one that is driven
constexpr double turned_rad = 0.8;   ///< nor one that runs another way
constexpr double ahead_m = 500;      ///< what is looked at of this road
constexpr double least_hole_m = 20;  ///< a shorter one is the end of a brush
constexpr std::int64_t next_every_ns = 5 * ns_per_s;
constexpr std::int64_t done_ns = 5 * ns_per_s;
constexpr std::size_t most_visited = 600;
constexpr double search_m = 3000;
constexpr std::size_t most_touched = 256;

double turn_between(double a, double b) {
  const double turn = std::fabs(a - b);
  return turn > pi ? 2 * pi - turn : turn;
}

/// Of travel, `along_m` from the start of the edge.
double bearing_of(const RoadNetwork& roads, EdgeId edge, double along_m) {
  const double length = roads.length_m(edge.link());
  const double bearing =
      roads.bearing_rad(edge.link(), edge.backward() ? length - along_m : along_m);
  return edge.backward() ? (bearing >= pi ? bearing - pi : bearing + pi) : bearing;
}

Kerb right_of(EdgeId edge) {
  return edge.backward() ? Kerb::left : Kerb::right;
}

bool same_road(const RoadNetwork& roads, LinkId a, LinkId b) {
  const std::string_view name = roads.road_name(a);
  return name.empty() ? roads.link(a).way == roads.link(b).way : name == roads.road_name(b);
}

}  // namespace

Guide::Guide() {
  touched_.reserve(most_touched);
  heap_.reserve(4 * most_visited);
  visited_.reserve(most_visited);
  ahead_.reserve(64);
  holes_.reserve(64);
}

void Guide::set(const Plan* plan, const RoadNetwork* roads, WorkMask works) {
  plan_ = plan;
  roads_ = roads;
  works_ = works;
  stale_ = true;
  here_.reset();
  ahead_.clear();
  holes_.clear();
  targets_.clear();
  all_roads_.clear();
  advice_ = {};
}

void Guide::touch(LinkId link) {
  if (!touched_.empty() && touched_.back() == link) return;
  if (touched_.size() < most_touched) {
    touched_.push_back(link);
  } else {
    stale_ = true;
  }
}

Guide::Target* Guide::target_of(LinkId link) {
  const auto at = std::lower_bound(targets_.begin(), targets_.end(), link,
                                   [](const Target& t, LinkId id) { return t.link < id; });
  return at == targets_.end() || at->link != link ? nullptr : &*at;
}

const Guide::Target* Guide::target_of(LinkId link) const {
  return const_cast<Guide*>(this)->target_of(link);
}

bool Guide::owed(const Road& road, std::int32_t pass_permille) const {
  return road.covered_cm * 1000 < road.required_cm * pass_permille;
}

/// Which tasks ask for something at this minute; true: others than before, or another day.
bool Guide::tasks_changed(const LocalTime& time) {
  bool changed = stale_ || time.day != day_ || in_hours_.size() != plan_->tasks.size();
  in_hours_.resize(plan_->tasks.size());
  for (std::size_t i = 0; i < plan_->tasks.size(); ++i) {
    const PlanTask& task = plan_->tasks[i];
    const bool is =
        within_windows(task.windows, time.minute) && (works_ == 0 || (task.works & works_) != 0);
    changed = changed || is != in_hours_[i];
    in_hours_[i] = is;
  }
  return changed;
}

/// Anew: a new plan, a new road file, other hours, another day.
void Guide::build(const LocalTime& time, CoverageLedger& ledger, const Question& question) {
  stale_ = false;
  day_ = time.day;
  tasks_.clear();
  targets_.clear();
  all_roads_.clear();
  next_at_.reset();
  advice_ = {};
  for (std::size_t i = 0; i < plan_->tasks.size(); ++i) {
    if (!in_hours_[i]) continue;
    Task task{static_cast<std::uint16_t>(i), question};
    task.question.works = plan_->tasks[i].works;
    const PlanTask& asked = plan_->tasks[i];
    task.question.when = task_windows(asked, task_day(asked, time), plan_->utc_offset_min);
    tasks_.push_back(std::move(task));
  }
  std::map<std::pair<std::string_view, std::int64_t>, std::uint32_t> numbers;
  for (LinkId id = 0; id < roads_->link_count() && !tasks_.empty(); ++id) {
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      const PlanTask& task = plan_->tasks[tasks_[i].index];
      if (!chosen(task.roads, *roads_, id)) continue;
      const std::string_view name = roads_->road_name(id);
      const std::int64_t way = roads_->link(id).way;
      const auto [at, is_new] = numbers.try_emplace({name, name.empty() ? way : 0},
                                                    static_cast<std::uint32_t>(all_roads_.size()));
      if (is_new) all_roads_.push_back({name, roads_->place(id, roads_->length_m(id) / 2), 0, 0});
      if (task.in_order) {
        const auto& ways = task.roads.ways;
        const auto rank = std::find(ways.begin(), ways.end(), way) - ways.begin();
        Road& road = all_roads_[at->second];
        road.rank = std::min(road.rank, static_cast<std::uint32_t>(rank));
      }
      targets_.push_back({id, at->second, static_cast<std::uint16_t>(i), 0, 0});
      account(targets_.back(), ledger, true);
      break;
    }
  }
  advice_.planned = !targets_.empty();
  holes_.clear();
  ahead_.clear();
  here_.reset();
}

void Guide::account(Target& target, const CoverageLedger& ledger, bool first) {
  Road& road = all_roads_[target.road];
  if (!first) {
    road.required_cm -= target.required_cm;
    road.covered_cm -= target.covered_cm;
    advice_.all_required_cm -= target.required_cm;
    advice_.all_covered_cm -= target.covered_cm;
  }
  const Link link = roads_->link(target.link);
  const std::uint8_t kerbs = kerbs_of(link);
  target.required_cm = target.covered_cm = 0;
  for (const Kerb kerb : {Kerb::left, Kerb::right}) {
    if ((kerbs & (kerb == Kerb::left ? left_kerb_bit : right_kerb_bit)) == 0) continue;
    const Account done =
        ledger.account({target.link, kerb}, static_cast<std::int32_t>(link.length_cm),
                       tasks_[target.task].question);
    target.required_cm += done.length_cm - done.excepted_cm;
    target.covered_cm += done.covered_cm;
  }
  road.required_cm += target.required_cm;
  road.covered_cm += target.covered_cm;
  advice_.all_required_cm += target.required_cm;
  advice_.all_covered_cm += target.covered_cm;
}

/// The road under the vehicle: the one that matching was last sure of as long as it is near enough,
/// else the nearest that runs as the vehicle does.
void Guide::find_here(const GuideMoment& moment) {
  std::array<Candidate, 12> found;
  if (!moment.position.valid()) return;
  const std::size_t count = roads_->near(moment.position, here_m, found);
  double best = 1e9;
  std::optional<EdgeId> edge;
  double along_m = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Candidate& at = found[i];
    for (const bool backward : {false, true}) {
      const EdgeId one = EdgeId::of(at.link, backward);
      if (!roads_->drivable(one)) continue;
      const double bearing = backward ? at.bearing_rad + pi : at.bearing_rad;
      const double heading = moment.heading_rad.value_or(bearing);
      const double turn = turn_between(std::fmod(heading, 2 * pi), std::fmod(bearing, 2 * pi));
      if (turn > turned_rad) continue;
      double cost = at.distance_m + 10 * turn;
      // What matching said is worth half a road's width and more.
      if (moment.edge && same_road(*roads_, moment.edge->link(), at.link)) cost -= 12;
      if (here_ && *here_ == one) cost -= 3;
      if (cost >= best) continue;
      best = cost;
      edge = one;
      along_m = backward ? roads_->length_m(at.link) - at.along_m : at.along_m;
    }
  }
  if (edge != here_) {
    here_ = edge;
    here_since_ms_ = moment.utc ? moment.utc->ms : 0;
    ahead_.clear();
    holes_.clear();
    next_at_.reset();
  }
  along_m_ = along_m;
}

/// On the same road, the way with the least turn; nullopt: it ends.
std::optional<EdgeId> Guide::straight_on(EdgeId edge) const {
  const double bearing = bearing_of(*roads_, edge, roads_->length_m(edge.link()));
  std::optional<EdgeId> best;
  double least = pi / 2;
  for (const EdgeId next : roads_->leaving(roads_->end(edge))) {
    if (next == edge.reversed() || !roads_->turn_allowed(edge, next)) continue;
    if (!same_road(*roads_, edge.link(), next.link())) continue;
    const double turn = turn_between(bearing, bearing_of(*roads_, next, 0));
    if (turn >= least) continue;
    least = turn;
    best = next;
  }
  return best;
}

/// Somebody worked here before the vehicle came to where it is now.
bool Guide::seen_before(const Target& target, EdgeId edge, const CoverageLedger& ledger) const {
  const Question& question = tasks_[target.task].question;
  for (const Passing& passing : ledger.passings({target.link, right_of(edge)})) {
    if ((question.works & mask_of(passing.work)) == 0 || passing.end_ms >= here_since_ms_) continue;
    for (const TimeWindow& window : question.when) {
      if (passing.begin_ms >= window.from_ms && passing.begin_ms < window.to_ms) return true;
    }
  }
  return false;
}

void Guide::add_holes(const Step& step, const Target& target, const CoverageLedger& ledger,
                      bool seen_beyond) {
  if (!seen_beyond && !seen_before(target, step.edge, ledger)) return;
  const auto length_cm = static_cast<std::int32_t>(roads_->link(target.link).length_cm);
  const KerbId kerb{target.link, right_of(step.edge)};
  const Question& question = tasks_[target.task].question;
  std::vector<Interval> excepted;
  for (const Excepted& one : ledger.exceptions(kerb)) excepted.push_back({one.from_cm, one.to_cm});
  const IntervalSet missing = IntervalSet({{0, length_cm}})
                                  .minus(ledger.covered(kerb, length_cm, question))
                                  .minus(IntervalSet(std::move(excepted)));
  const std::size_t first = holes_.size();
  for (const Interval& piece : missing.pieces()) {
    if (piece.to - piece.from < least_hole_m * 100) continue;
    const std::int32_t from = step.edge.backward() ? length_cm - piece.to : piece.from;
    const std::int32_t to = step.edge.backward() ? length_cm - piece.from : piece.to;
    holes_.push_back({step.start_m + from / 100.0, step.start_m + to / 100.0});
  }
  std::sort(holes_.begin() + static_cast<std::ptrdiff_t>(first), holes_.end(),
            [](const Hole& a, const Hole& b) { return a.from_m < b.from_m; });
}

/// Once for each link that it comes to, and after news of one.
void Guide::look_ahead(const CoverageLedger& ledger) {
  if (!here_ || !ahead_.empty()) return;
  double start_m = 0;
  for (std::optional<EdgeId> edge = here_; edge && start_m < ahead_m && ahead_.size() < 64;
       edge = straight_on(*edge)) {
    ahead_.push_back({*edge, start_m});
    start_m += roads_->length_m(edge->link());
  }
  holes_.clear();
  std::size_t last_seen = 0;  // one after the farthest that somebody worked on
  for (std::size_t i = 0; i < ahead_.size(); ++i) {
    const Target* target = target_of(ahead_[i].edge.link());
    if (target != nullptr && seen_before(*target, ahead_[i].edge, ledger)) last_seen = i + 1;
  }
  for (std::size_t i = 0; i < ahead_.size(); ++i) {
    const Target* target = target_of(ahead_[i].edge.link());
    if (target != nullptr) add_holes(ahead_[i], *target, ledger, i + 1 < last_seen);
  }
}

/// Along the roads that may be driven. False: none is near.
bool Guide::search_along(std::int32_t pass_permille) {
  const auto farther = [](const Reached& a, const Reached& b) {
    return a.far_m != b.far_m ? a.far_m > b.far_m : a.edge > b.edge;
  };
  const Target* own = target_of(here_->link());
  heap_.clear();
  visited_.clear();
  heap_.push_back({roads_->length_m(here_->link()) - along_m_, *here_});
  while (!heap_.empty() && visited_.size() < most_visited) {
    std::pop_heap(heap_.begin(), heap_.end(), farther);
    const Reached at = heap_.back();
    heap_.pop_back();
    const auto known = std::lower_bound(visited_.begin(), visited_.end(), at.edge);
    if (known != visited_.end() && *known == at.edge) continue;
    visited_.insert(known, at.edge);
    for (const EdgeId next : roads_->leaving(roads_->end(at.edge))) {
      if (!roads_->turn_allowed(at.edge, next)) continue;
      const Target* target = target_of(next.link());
      const bool other = target != nullptr && (own == nullptr || target->road != own->road);
      if (other && target->covered_cm * 1000 < target->required_cm * pass_permille) {
        advice_.has_next = true;
        advice_.next_road = all_roads_[target->road].name;
        advice_.next_m = at.far_m;
        advice_.next_straight = false;
        return true;
      }
      const double far_m = at.far_m + roads_->length_m(next.link());
      if (far_m > search_m || heap_.size() == heap_.capacity()) continue;
      heap_.push_back({far_m, next});
      std::push_heap(heap_.begin(), heap_.end(), farther);
    }
  }
  return false;
}

void Guide::find_next(GeoPoint from, std::int32_t pass_permille) {
  advice_.has_next = false;
  const Target* own = here_ ? target_of(here_->link()) : nullptr;
  const Road* first = nullptr;
  double first_m = 0;
  for (const Road& road : all_roads_) {
    if (!owed(road, pass_permille) || (own != nullptr && &all_roads_[own->road] == &road)) continue;
    const double far_m = distance_m(from, road.place);
    const bool better = first == nullptr || road.rank < first->rank ||
                        (road.rank == first->rank && far_m < first_m);
    if (!better) continue;
    first = &road;
    first_m = far_m;
  }
  if (first == nullptr) return;
  // An order goes before nearness; without one the roads themselves say what is nearest.
  if (first->rank == UINT32_MAX && here_ && search_along(pass_permille)) return;
  advice_.has_next = true;
  advice_.next_road = first->name;
  advice_.next_m = first_m;
  advice_.next_straight = true;
}

void Guide::judge(const GuideMoment& moment, CoverageLedger& ledger, const Question& question) {
  if (plan_ == nullptr || roads_ == nullptr || !moment.utc) return;
  const LocalTime time = local_time(*moment.utc, plan_->utc_offset_min);
  if (tasks_changed(time)) {
    ledger.settle();
    build(time, ledger, question);
    touched_.clear();
  }
  const Target* own = here_ ? target_of(here_->link()) : nullptr;
  const bool was_owed = own != nullptr && owed(all_roads_[own->road], question.pass_permille);
  if (!touched_.empty()) {
    ledger.settle();
    for (const LinkId link : touched_) {
      if (Target* target = target_of(link)) account(*target, ledger, false);
    }
    touched_.clear();
    ahead_.clear();
    next_at_.reset();
  }
  if (was_owed && !owed(all_roads_[own->road], question.pass_permille)) done_at_ = moment.now;
  find_here(moment);
  look_ahead(ledger);
  own = here_ ? target_of(here_->link()) : nullptr;
  advice_.road = here_ ? roads_->road_name(here_->link()) : std::string_view{};
  advice_.on_plan = own != nullptr;
  advice_.required_cm = own != nullptr ? all_roads_[own->road].required_cm : 0;
  advice_.covered_cm = own != nullptr ? all_roads_[own->road].covered_cm : 0;
  advice_.missed_ahead_m.reset();
  for (const Hole& hole : holes_) {
    if (hole.to_m < along_m_ + least_hole_m) continue;  // nearly past
    advice_.missed_ahead_m = std::max(0.0, hole.from_m - along_m_);
    advice_.missed_m = hole.to_m - std::max(hole.from_m, along_m_);
    break;
  }
  if (!next_at_ || moment.now.ns - next_at_->ns >= next_every_ns) {
    next_at_ = moment.now;
    if (moment.position.valid()) find_next(moment.position, question.pass_permille);
  }
  advice_.road_done = done_at_ && moment.now.ns - done_at_->ns < done_ns;
}

}  // namespace lujing::core
