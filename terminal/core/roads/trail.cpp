#include "terminal/core/roads/trail.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lujing::core {
namespace {

/// From the road that was driven: no candidate is looked for beyond (MatchConfig), and a fix that
/// lies there says nothing of where the vehicle was.
constexpr double stray_m = 200;
constexpr double doubtful = 0.8;  ///< less sure: one such sighting makes no long stretch unsure
constexpr double near_network_m = 500;  // without a road within this, nothing can be said

double from_first_point(const RouteSearch& routes, EdgeId edge, double along_m) {
  return edge.backward() ? std::max(routes.length_m(edge) - along_m, 0.0) : along_m;
}

Matched unknown(const Sighting& sighting) {
  Matched answer;
  answer.at = sighting.pose.at;
  answer.pose = sighting.pose;
  return answer;
}

}  // namespace

Trail::Trail(const RoadNetwork& network, RouteSearch& routes, std::size_t room)
    : network_(network), routes_(&routes) {
  pending_.reserve(room);
  pieces_.reserve(1024);
  chain_.reserve(1024);
}

std::size_t Trail::memory_bytes() const {
  return sizeof *this + pending_.capacity() * sizeof(Sighting) +
         pieces_.capacity() * sizeof(Piece) + chain_.capacity() * sizeof(std::uint16_t);
}

void Trail::wait(std::uint64_t serial, const Sighting& sighting) {
  drop_answered();
  if (pending_.empty()) head_serial_ = serial;
  pending_.push_back(sighting);
}

Sighting& Trail::waiting(std::uint64_t serial) {
  return pending_[head_ + static_cast<std::size_t>(serial - head_serial_)];
}

void Trail::drop_answered() {
  if (head_ == pending_.size()) {
    pending_.clear();
    head_ = 0;
  } else if (head_ >= 256 && head_ * 2 >= pending_.size()) {
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void Trail::cut() {
  edge_ = {};
  connected_ = false;
}

void Trail::add_piece(EdgeId edge, double from_m, double to_m) {
  const double before =
      pieces_.empty()
          ? 0
          : pieces_.back().before_m + std::max(pieces_.back().to_m - pieces_.back().from_m, 0.0);
  pieces_.push_back({edge, from_m, std::max(from_m, to_m), before});
}

/// The way over junctions, found again as the lattice found it.
void Trail::route(const Decision& decision) {
  if (decision.law != nullptr) routes_->price_by(*decision.law);
  const RouteTree& tree =
      routes_->from(decision.from_edge, decision.bound_m, std::span(&decision.edge, 1));
  const RouteNode* node = tree.find(decision.edge);
  add_piece(edge_, along_m_, routes_->length_m(edge_));
  chain_.clear();
  if (node != nullptr) {
    for (std::uint16_t up = node->parent; up != UINT16_MAX; up = tree.at(up).parent) {
      chain_.push_back(up);
    }
  }
  for (std::size_t i = chain_.size(); i-- > 0;) {
    const EdgeId edge = tree.at(chain_[i]).edge;
    add_piece(edge, 0, routes_->length_m(edge));
  }
  add_piece(decision.edge, 0, decision.along_m);
}

void Trail::make_pieces(const Decision& decision) {
  pieces_.clear();
  switch (decision.via) {
    case Via::nothing:
      add_piece(decision.edge, decision.along_m, decision.along_m);
      break;
    case Via::along:
      add_piece(edge_, along_m_, decision.along_m);
      break;
    case Via::turned: {
      const double length = routes_->length_m(edge_);
      const double turn = std::max(along_m_, length - decision.along_m);
      add_piece(edge_, along_m_, turn);
      add_piece(decision.edge, length - turn, decision.along_m);
      break;
    }
    case Via::route:
      route(decision);
      break;
  }
}

void Trail::emit_driven(const Decision& decision, bool bridged, std::vector<Driven>& driven) {
  const Piece& last = pieces_.back();
  const double total = last.before_m + last.to_m - last.from_m;
  const double seconds_ns = static_cast<double>(decision.sighting.pose.at.ns - at_.ns);
  const auto when = [&](double path_m) {
    const double share = total > 0 ? path_m / total : 1;
    return BootTime{at_.ns + static_cast<std::int64_t>(share * seconds_ns)};
  };
  for (const Piece& piece : pieces_) {
    const double length = piece.to_m - piece.from_m;
    if (length <= 0) continue;
    const double from = from_first_point(*routes_, piece.edge, piece.from_m);
    const double to = from_first_point(*routes_, piece.edge, piece.to_m);
    const double sure = std::min(sure_, decision.sure);
    const BootTime left = when(piece.before_m + length);
    const bool grows = connected_ && !driven.empty() && driven.back().edge == piece.edge &&
                       driven.back().to_m == from && driven.back().bridged == bridged &&
                       (driven.back().sure < doubtful) == (sure < doubtful);
    if (grows) {
      driven.back().to_m = to;
      driven.back().left = left;
      driven.back().sure = std::min(driven.back().sure, sure);
    } else {
      driven.push_back(
          {piece.edge, from, to, when(piece.before_m), left, sure, connected_, bridged});
    }
    connected_ = true;
  }
}

void Trail::take(const Decision& decision, std::vector<Matched>& points,
                 std::vector<Driven>& driven) {
  const std::uint64_t count = decision.serial - head_serial_ + 1;
  if (decision.outlier) {
    return;  // answered with the next one, on the road between
  }
  if (!decision.edge.valid()) {
    for (std::uint64_t i = 0; i < count; ++i) points.push_back(beside(pending_[head_++]));
    head_serial_ = decision.serial + 1;
    cut();
    return;
  }
  // It was wrong what was given out before: the path breaks off, and goes on from where it should
  // be.
  if (decision.elsewhere && decision.via != Via::nothing) cut();
  const bool was_on_road = edge_.valid();
  const bool joins =
      decision.via != Via::nothing && (was_on_road || decision.skipped || decision.elsewhere);
  if (joins && !was_on_road) {
    edge_ = decision.from_edge;
    along_m_ = decision.from_along_m;
  }
  Decision made = decision;
  if (!joins) {
    made.via = Via::nothing;
    connected_ = false;
    sure_ = decision.sure;
    at_ = decision.sighting.pose.at;
  }
  make_pieces(made);
  emit_driven(made, made.via != Via::nothing && count == 1 && pieces_.size() > 2, driven);
  piece_ = 0;
  piece_along_m_ = pieces_.front().from_m;
  for (std::uint64_t i = 0; i < count; ++i) {
    const Sighting& fix = pending_[head_++];
    const bool own = i + 1 == count;
    if (!fix.usable) {
      points.push_back(unknown(fix));
    } else if (own) {
      points.push_back(on_road(fix, pieces_.back().edge, pieces_.back().to_m, decision.sure));
    } else if (!joins && !was_on_road) {
      points.push_back(beside(fix));
    } else {
      points.push_back(place(fix, std::min(sure_, decision.sure)));
    }
  }
  head_serial_ = decision.serial + 1;
  edge_ = pieces_.back().edge;
  along_m_ = pieces_.back().to_m;
  at_ = decision.sighting.pose.at;
  sure_ = decision.sure;
}

void Trail::rest(BootTime upto, std::vector<Matched>& points) {
  while (head_ < pending_.size() && pending_[head_].pose.at <= upto) {
    const Sighting& fix = pending_[head_++];
    ++head_serial_;
    if (!fix.usable) {
      points.push_back(unknown(fix));
    } else if (edge_.valid()) {
      points.push_back(on_road(fix, edge_, along_m_, sure_));
    } else {
      points.push_back(beside(fix));
    }
  }
}

/// The nearest place on a piece of the path.
Trail::Foot Trail::project(GeoPoint at, const Piece& piece) const {
  const auto points = network_.points(piece.edge.link());
  const bool backward = piece.edge.backward();
  Foot best{std::numeric_limits<double>::infinity(), piece.from_m};
  double along = 0;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const std::size_t a = backward ? points.size() - 1 - i : i;
    const std::size_t b = backward ? a - 1 : a + 1;
    const Offset leg = offset(points[a], points[b]);
    const double squared = leg.east_m * leg.east_m + leg.north_m * leg.north_m;
    const double length = std::sqrt(squared);
    if (along + length >= piece.from_m && length > 0) {
      const Offset to = offset(points[a], at);
      const double low = std::max(piece.from_m - along, 0.0) / length;
      const double high = std::min((piece.to_m - along) / length, 1.0);
      const double share = std::max(
          low, std::min(high, (to.east_m * leg.east_m + to.north_m * leg.north_m) / squared));
      const double east = to.east_m - share * leg.east_m;
      const double north = to.north_m - share * leg.north_m;
      const double distance = std::sqrt(east * east + north * north);
      if (distance < best.distance_m) best = {distance, along + share * length};
    }
    along += length;
    if (along > piece.to_m) break;
  }
  best.along_m = std::clamp(best.along_m, piece.from_m, piece.to_m);
  return best;
}

/// A place on the pieces for a fix between two decisions: the nearest one not behind the fix
/// before.
Matched Trail::place(const Sighting& sighting, double sure) {
  std::size_t best_piece = piece_;
  Foot best{std::numeric_limits<double>::infinity(), piece_along_m_};
  for (std::size_t i = piece_; i < pieces_.size(); ++i) {
    Piece piece = pieces_[i];
    if (i == piece_) piece.from_m = std::max(piece.from_m, piece_along_m_);
    const Foot foot = project(sighting.place, piece);
    if (foot.distance_m < best.distance_m) {
      best = foot;
      best_piece = i;
    }
  }
  Matched answer = on_road(sighting, pieces_[best_piece].edge, best.along_m, sure);
  // A stray must not lead those behind it on.
  if (answer.state != MatchState::on_road) return answer;
  piece_ = best_piece;
  piece_along_m_ = best.along_m;
  return answer;
}

Matched Trail::on_road(const Sighting& sighting, EdgeId edge, double along_m, double sure) const {
  Matched answer = unknown(sighting);
  answer.state = MatchState::on_road;
  answer.edge = edge;
  answer.along_m = from_first_point(*routes_, edge, along_m);
  answer.sure = sure;
  const GeoPoint foot = network_.place(edge.link(), answer.along_m);
  const Offset away = offset(foot, sighting.pose.position);
  const double distance = std::sqrt(away.east_m * away.east_m + away.north_m * away.north_m);
  if (distance > stray_m) return unknown(sighting);
  const double bearing =
      network_.bearing_rad(edge.link(), answer.along_m) + (edge.backward() ? pi : 0);
  const double side =
      distance > 0 ? wrap_pi(bearing_rad(foot, sighting.pose.position) - bearing) : 0;
  // The place is to the left of the pose where the pose is to the right of the road.
  answer.offset_m = side >= 0 ? -distance : distance;
  return answer;
}

Matched Trail::beside(const Sighting& sighting) {
  Matched answer = unknown(sighting);
  Candidate nearest;
  if (sighting.usable &&
      network_.near(sighting.place, near_network_m, std::span(&nearest, 1)) > 0) {
    answer.state = MatchState::off_road;
  }
  return answer;
}

}  // namespace lujing::core
