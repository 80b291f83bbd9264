#include "sim/city/builder.h"
#include "sim/city/plane.h"

#include <algorithm>
#include <cmath>

namespace lujing::sim {
namespace {

constexpr double lane_share = 0.3;       // of the blocks have a lane through them
constexpr double dead_end_share = 0.15;  // of the others, a lane that ends in them
constexpr double yard_depth_m = 110;

}  // namespace

/// A block, named by its south-west crossing, with nothing in it yet and no river through it.
bool CityBuilder::free_block(int i, int j) const {
  return !taken_blocks_.contains({i, j}) && j != config_.rows / 4;
}

void CityBuilder::choose_yards() {
  const auto word = [&](const char* purpose) {
    std::string street = StreetNames(Random(config_.seed, purpose)).next(RoadClass::branch);
    street.resize(street.size() - std::string("街").size());
    return street;
  };
  add_yard(SiteKind::depot, word("depot") + "环卫停车场", -0.30, -0.25);
  add_yard(SiteKind::construction, word("construction") + "工地", 0.10, 0.15);
  add_yard(SiteKind::construction, word("second construction") + "工地", -0.25, 0.30);
  add_yard(SiteKind::construction, word("third construction") + "工地", 0.30, -0.10);
  add_yard(SiteKind::disposal, word("disposal") + "消纳场", 0.40, -0.36);
  add_yard(SiteKind::disposal, word("second disposal") + "消纳场", -0.42, 0.40);
  add_yard(SiteKind::water, word("water") + "取水点", -0.12, 0.22);
  add_yard(SiteKind::water, word("second water") + "取水点", 0.22, -0.30);
  add_yard(SiteKind::transfer, word("transfer") + "垃圾中转站", 0.36, 0.32);
}

/// In the free block that is nearest to that share of the city's width and height, north of a
/// street that both directions use.
void CityBuilder::add_yard(SiteKind kind, std::string name, double x_share, double y_share) {
  const double wish_x = x_share * 2 * x_.back();
  const double wish_y = y_share * 2 * y_.back();
  double best = 1e18;
  int best_i = -1;
  int best_j = -1;
  for (const auto& [key, exists] : row_pieces_) {
    const auto [i, j] = key;
    const bool street_fits = exists && j % 4 != 0 && j % 8 != 3 && j % 8 != 7;
    if (!street_fits || j + 1 >= config_.rows || !free_block(i, j)) {
      continue;
    }
    const auto [x, y] = grid_place({i, j, row_middle});
    const double distance = (x - wish_x) * (x - wish_x) + (y - wish_y) * (y - wish_y);
    if (distance < best) {
      best = distance;
      best_i = i;
      best_j = j;
    }
  }
  if (best_i < 0) {
    return;
  }
  taken_blocks_.insert({best_i, best_j});
  const NodeKey gate{best_i, best_j, row_middle};
  const NodeKey end{best_i, best_j, yard_end};
  split_.insert(gate);
  city_.streets_.push_back({name + "进场路", RoadClass::service});
  const auto [x, y] = grid_place(gate);
  Piece piece;
  piece.from = gate;
  piece.to = end;
  piece.street = static_cast<StreetId>(city_.streets_.size() - 1);
  piece.sweepable = false;
  for (int n = 0; n <= 5; ++n) {
    piece.line.push_back(bent(x, y + yard_depth_m * n / 5));
  }
  yards_.push_back({kind, std::move(name), gate, end, piece.line});
  pieces_.push_back(std::move(piece));
}

void CityBuilder::choose_lanes() {
  for (int i = 0; i + 1 < config_.columns; ++i) {
    for (int j = 0; j + 1 < config_.rows; ++j) {
      if (!random_.chance(lane_share) || !free_block(i, j)) {
        continue;
      }
      const bool northward = random_.chance(0.5);
      const bool narrow = random_.chance(0.4);
      const bool ends_exist = northward ? row_pieces_[{i, j}] && row_pieces_[{i, j + 1}] &&
                                              !dual_row(j) && !dual_row(j + 1)
                                        : column_pieces_[{i, j}] && column_pieces_[{i + 1, j}] &&
                                              !dual_column(i) && !dual_column(i + 1);
      if (!ends_exist) {
        continue;
      }
      taken_blocks_.insert({i, j});
      const int kind = northward ? row_middle : column_middle;
      const NodeKey from{i, j, kind};
      const NodeKey to = northward ? NodeKey{i, j + 1, kind} : NodeKey{i + 1, j, kind};
      split_.insert(from);
      split_.insert(to);
      add_piece(from, to, add_street(RoadClass::lane)).sweepable = !narrow;
    }
  }
}

void CityBuilder::choose_dead_ends() {
  for (int i = 0; i + 1 < config_.columns; ++i) {
    for (int j = 0; j + 1 < config_.rows; ++j) {
      if (!random_.chance(dead_end_share) || !free_block(i, j) || !row_pieces_[{i, j}] ||
          dual_row(j)) {
        continue;
      }
      taken_blocks_.insert({i, j});
      const NodeKey from{i, j, row_middle};
      split_.insert(from);
      const double length = random_.uniform(60, 120);
      const auto [x, y] = grid_place(from);
      Piece piece;
      piece.from = from;
      piece.to = {i, j, tip};
      piece.street = add_street(RoadClass::lane);
      for (int n = 0; n <= 5; ++n) {
        piece.line.push_back(bent(x, y + length * n / 5));
      }
      pieces_.push_back(std::move(piece));
    }
  }
}

void CityBuilder::choose_zones() {
  const int i = config_.columns / 2 - 1;
  const int j = std::min(config_.rows / 2, config_.rows - 3);
  const auto at = [&](int column, int row, double inset_x, double inset_y) {
    return bent(x_[static_cast<std::size_t>(column)] + inset_x,
                y_[static_cast<std::size_t>(row)] + inset_y);
  };
  constexpr double inset_m = 30;
  city_.zones_.push_back({ZoneKind::forbidden,
                          "老城禁行区",
                          {at(i, j, inset_m, inset_m), at(i + 2, j, -inset_m, inset_m),
                           at(i + 2, j + 2, -inset_m, -inset_m), at(i, j + 2, inset_m, -inset_m)}});
  for (const Link& link : city_.links_) {
    if (link.bridge && !link.divided) {
      city_.zones_.push_back(
          {ZoneKind::weak_bridge, city_.streets_[link.street].name + "桥",
           strip_along(link.line, 0.2 * link.length_m, 0.8 * link.length_m, 20)});
      break;
    }
  }
}

}  // namespace lujing::sim
