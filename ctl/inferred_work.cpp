#include "ctl/inferred_work.h"

#include "terminal/core/roads/match_track.h"
#include "terminal/core/work/coverage_writer.h"
#include "terminal/core/work/engine.h"
#include "terminal/core/work/history.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

namespace lujing::ctl {
namespace {

constexpr std::int64_t longest_silence_ns = 180 * ns_per_s;  ///< beyond, nobody knows its speed
constexpr std::int64_t speed_over_ns = 10 * ns_per_s;  ///< shorter, a fix's error is its speed
constexpr std::int64_t look_every_ns = ns_per_s;
constexpr double stands_mps = 1;

std::vector<core::RawFix> usable_of(std::span<const core::RawFix> fixes) {
  std::vector<core::RawFix> usable;
  for (const core::RawFix& fix : fixes) {
    if (!fix.position.valid()) continue;
    if (!usable.empty() && fix.at <= usable.back().at) continue;
    usable.push_back(fix);
  }
  return usable;
}

/// Second by second through the fixes: what the machine is taken to do, and where on the way.
class Crawl {
 public:
  Crawl(const core::WorkProfile& profile, std::span<const core::RawFix> fixes,
        core::TimeWindow window, std::span<const Stop> stops, InferredWork& found)
      : engine_(profile), fixes_(fixes), window_(window), stops_(stops), found_(found) {}

  void go_to(BootTime when) {
    while (next_ < fixes_.size() && fixes_[next_ - 1].at < when) step();
  }
  const core::WorkHistory& history() const { return history_; }

 private:
  /// By the receiver; else by the way of the last ten seconds.
  double speed_mps() const {
    const core::RawFix& to = fixes_[next_];
    if (to.speed_mps) return *to.speed_mps;
    std::size_t from = next_ - 1;
    while (from > 0 && to.at.ns - fixes_[from].at.ns < speed_over_ns &&
           fixes_[from].at.ns - fixes_[from - 1].at.ns <= longest_silence_ns) {
      --from;
    }
    return distance_m(fixes_[from].position, to.position) /
           seconds_of(to.at.ns - fixes_[from].at.ns);
  }

  void step() {
    const core::RawFix& from = fixes_[next_ - 1];
    const core::RawFix& to = fixes_[next_];
    const std::int64_t lasts_ns = to.at.ns - from.at.ns;
    const double way_m = distance_m(from.position, to.position);
    const bool known = lasts_ns <= longest_silence_ns;
    const auto speed = known ? std::optional(speed_mps()) : std::nullopt;
    engine_.take_speed(from.at, speed);
    for (std::int64_t at = from.at.ns; at < to.at.ns; at += look_every_ns) {
      const std::int64_t until = std::min(at + look_every_ns, to.at.ns);
      const double share = static_cast<double>(at - from.at.ns) / static_cast<double>(lasts_ns);
      const core::WorkState& state = engine_.judge({at});
      history_.change(engine_.since(), {at}, driven_m_ + way_m * share, state, {});
      const double part_m = way_m * static_cast<double>(until - at) / static_cast<double>(lasts_ns);
      count(BootTime{at}.ms(), BootTime{until}.ms(), part_m, known, state);
    }
    if (speed && *speed < stands_mps) stand(to);
    driven_m_ += way_m;
    ++next_;
  }

  bool counts(std::int64_t utc_ms) const {
    return utc_ms >= window_.from_ms && utc_ms < window_.to_ms;
  }

  void count(std::int64_t from_ms, std::int64_t to_ms, double way_m, bool known,
             const core::WorkState& state) {
    if (!counts(from_ms)) return;
    way_m_ += way_m;
    found_.told.totals.driven_m = std::llround(way_m_);
    if (!known) {
      found_.unknown_m += way_m;
      return;
    }
    found_.known_ms += to_ms - from_ms;
    bool works = false;
    for (std::size_t kind = 0; kind < state.size(); ++kind) {
      if (!state[kind].effective()) continue;
      works = true;
      work_m_[kind] += way_m;
      found_.told.totals.work[kind].lasted_ms += to_ms - from_ms;
      found_.told.totals.work[kind].driven_dm = std::llround(work_m_[kind] * 10);
    }
    if (!works) return;
    found_.work_ms += to_ms - from_ms;
    effective_m_ += way_m;
    found_.told.totals.effective_dm = std::llround(effective_m_ * 10);
  }

  /// The nearest stop is served, and whatever other route stops at the very same place: no fix says
  /// for which of them the vehicle came.
  void stand(const core::RawFix& fix) {
    if (!counts(fix.at.ms())) return;
    const Stop* nearest = nullptr;
    double nearest_m = 0;
    for (const Stop& stop : stops_) {
      const double away_m = distance_m(stop.place, fix.position);
      if (away_m > stop.radius_m || (nearest != nullptr && away_m >= nearest_m)) continue;
      nearest = &stop;
      nearest_m = away_m;
    }
    if (nearest == nullptr) return;
    bool more = false;
    for (std::size_t i = 0; i < stops_.size(); ++i) {
      if (stops_[i].place == nearest->place) more = served_.insert(i).second || more;
    }
    if (more) found_.stops.assign(served_.begin(), served_.end());
  }

  core::WorkEngine engine_;
  core::WorkHistory history_;
  std::span<const core::RawFix> fixes_;
  core::TimeWindow window_;
  std::span<const Stop> stops_;
  InferredWork& found_;
  std::size_t next_ = 1;
  double driven_m_ = 0;
  double way_m_ = 0;
  double effective_m_ = 0;
  std::array<double, protocol::work_kinds> work_m_{};
  std::set<std::size_t> served_;
};

void book(const std::vector<protocol::Payload>& told, std::uint32_t vehicle,
          report::Collected& into) {
  for (const protocol::Payload& payload : told) {
    const auto* covered = std::get_if<protocol::CoverageRecord>(&payload);
    if (covered == nullptr) continue;
    core::Passing passing = core::passing_of(*covered, 0);  // its clock is UTC
    passing.evidence = protocol::Evidence::inferred;
    passing.vehicle = vehicle;
    passing.seq = ++into.records;
    core::for_each_kerb(covered->link, covered->kerbs, [&](const core::KerbId& kerb) {
      passing.kerb = kerb;
      into.passings.push_back(passing);
    });
  }
}

}  // namespace

InferredWork inferred_work(const core::WorkProfile& profile, const core::RoadNetwork* roads,
                           std::string name, std::uint32_t vehicle,
                           std::span<const core::RawFix> fixes, core::TimeWindow window,
                           std::span<const Stop> stops) {
  InferredWork found;
  found.told.totals.id = std::move(name);
  found.told.totals.type = profile.name;
  const std::vector<core::RawFix> usable = usable_of(fixes);
  found.fixes = usable.size();
  if (usable.size() < 2) return found;
  Crawl crawl(profile, usable, window, stops, found);
  if (roads != nullptr) {
    core::CoverageWriter writer(profile, core::CoverageConfig{});
    std::vector<protocol::Payload> told;
    const core::Matches matches = core::match_track(*roads, usable);
    found.on_road = static_cast<std::size_t>(std::count_if(
        matches.points.begin(), matches.points.end(),
        [](const core::Matched& one) { return one.state == core::MatchState::on_road; }));
    for (const core::Driven& driven : matches.driven) {
      crawl.go_to(driven.left);
      writer.take(driven, roads->link(driven.edge.link()), roads->version(), crawl.history(), false,
                  told);
    }
    writer.flush(told);
    book(told, vehicle, found.told);
  }
  crawl.go_to(usable.back().at);
  return found;
}

}  // namespace lujing::ctl
