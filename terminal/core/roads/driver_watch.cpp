#include "terminal/core/roads/driver_watch.h"

#include "terminal/core/roads/driver.h"
#include "terminal/core/roads/emission.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace lujing::core {
namespace {

constexpr double sparse_from_s = 5;
constexpr double longest_watched_lag_s = 1e9;  // whole tracks are matched once for each driver
constexpr std::size_t watched_epochs = 24;     // of sparse_from_s and more: far beyond any lag
constexpr double rare_early_nats = 1;          // early in a drive little speaks against it
constexpr std::size_t most_of_a_way = 1024;    // of one way
constexpr double changes_mind = 0.5;           // nats: neither to and fro

MatchConfig smaller(MatchConfig config) {
  config.epochs = watched_epochs;
  return config;
}

}  // namespace

DriverWatch::DriverWatch(const RoadNetwork& network, const MatchConfig& by_time,
                         RouteSearch& search)
    : network_(network),
      by_length_(smaller(by_length(by_time))),
      on_(by_time.lag_s < longest_watched_lag_s),
      search_(search),
      lattice_(network, by_length_, search),
      time_(by_time, search),
      length_(by_length_, search) {
  decisions_.reserve(watched_epochs + 1);
  chain_.reserve(most_of_a_way);
}

std::size_t DriverWatch::memory_bytes() const {
  return lattice_.memory_bytes() + decisions_.capacity() * sizeof(Decision) +
         chain_.capacity() * sizeof(EdgeId);
}

void DriverWatch::lapse(double seconds) {
  dense_ = seconds >= sparse_from_s ? 0 : std::min(dense_ + 1, dense_enough);
  if (dense_ == dense_enough && active_) stop();
}

void DriverWatch::stop() {
  active_ = false;
  lattice_.reset();
  decisions_.clear();
  time_.losses.finish();
  length_.losses.finish();
  any_weighed_ = false;
}

void DriverWatch::reset() {
  stop();
  time_.losses.reset();
  length_.losses.reset();
  time_.off = 0;
  length_.off = 0;
  length_leads_ = false;
  dense_ = 0;
  law_ = nullptr;
  given_edge_ = {};
}

void DriverWatch::begin(const Sighting& last, std::uint64_t serial) {
  lattice_.add(last, serial, 0);
}

void DriverWatch::add(const Sighting& sighting, std::uint64_t serial, double gap_m) {
  if (!active_) since_ = serial;
  active_ = true;
  lattice_.add(sighting, serial, gap_m);
  lattice_.settle({INT64_MIN}, decisions_);
}

void DriverWatch::settle(BootTime deadline) {
  if (active_) lattice_.settle(deadline, decisions_);
}

bool DriverWatch::settle_one() {
  return active_ && decisions_.empty() && lattice_.settle_one(decisions_);
}

void DriverWatch::settle_all() {
  if (active_) lattice_.settle_all(decisions_);
}

void DriverWatch::choose(std::vector<Decision>& by_time, std::vector<Decision>& out) {
  std::size_t done = 0;
  std::size_t answered = 0;
  for (; done < by_time.size(); ++done) {
    const Decision& timely = by_time[done];
    if (!active_ || timely.serial < since_) {
      give(timely, out);
      continue;
    }
    while (answered < decisions_.size() && decisions_[answered].serial < timely.serial) ++answered;
    if (answered == decisions_.size()) break;
    const Decision& shorter = decisions_[answered++];
    const BootTime at = timely.sighting.pose.at;
    const double seconds = any_weighed_ ? static_cast<double>(at.ns - weighed_.ns) * 1e-9 : 1e9;
    weighed_ = at;
    any_weighed_ = true;
    const double weight = std::clamp(seconds / independent_s, 0.0, 1.0);
    weigh(timely, weight, time_);
    weigh(shorter, weight, length_);
    const double better = time_.nats() - length_.nats() - rare_early_nats;
    if (better > changes_mind) length_leads_ = true;
    if (better < -changes_mind) length_leads_ = false;
    give(length_leads_ ? shorter : timely, out);
  }
  by_time.erase(by_time.begin(), by_time.begin() + static_cast<std::ptrdiff_t>(done));
  decisions_.erase(decisions_.begin(), decisions_.begin() + static_cast<std::ptrdiff_t>(answered));
}

/// Where another driver is believed in than before, and that one was elsewhere, the path breaks
/// off.
void DriverWatch::give(Decision decision, std::vector<Decision>& out) {
  const bool other = law_ != nullptr && law_ != decision.law;
  if (other && decision.via != Via::nothing &&
      (decision.from_edge != given_edge_ ||
       std::fabs(decision.from_along_m - given_along_m_) > 0.01)) {
    decision.elsewhere = true;
  }
  if (!decision.outlier) {
    law_ = decision.law;
    given_edge_ = decision.edge;
    given_along_m_ = decision.along_m;
  }
  out.push_back(decision);
}

void DriverWatch::weigh(const Decision& decision, double weight, Evidence& evidence) {
  follow(decision, evidence);
  if (!decision.edge.valid()) {
    evidence.off -= weight * logarithm(outlier_share);
    return;
  }
  const LinkId link = decision.edge.link();
  const double along = decision.edge.backward()
                           ? std::max(search_.length_m(decision.edge) - decision.along_m, 0.0)
                           : decision.along_m;
  const double away = distance_m(network_.place(link, along), decision.sighting.place);
  const Sighting& seen = decision.sighting;
  const double variance = seen.white_m2 + (seen.drift.east_m2 + seen.drift.north_m2) / 2 + lane_m2;
  evidence.off += weight * tail_cost(away * away / variance);
}

/// The road to this place, edge by edge.
void DriverWatch::follow(const Decision& decision, Evidence& evidence) {
  if (!decision.edge.valid()) return;
  if (decision.via == Via::route) {
    search_.price_by(*decision.law);
    const RouteTree& tree =
        search_.from(decision.from_edge, decision.bound_m, std::span(&decision.edge, 1));
    const RouteNode* node = tree.find(decision.edge);
    chain_.clear();
    for (std::uint16_t up = node != nullptr ? node->parent : UINT16_MAX;
         up != UINT16_MAX && chain_.size() < most_of_a_way; up = tree.at(up).parent) {
      chain_.push_back(tree.at(up).edge);
    }
    if (decision.elsewhere) evidence.losses.add(decision.from_edge, false);
    for (std::size_t i = chain_.size(); i-- > 0;) evidence.losses.add(chain_[i], true);
  }
  evidence.losses.add(decision.edge, decision.via != Via::nothing);
}

}  // namespace lujing::core
