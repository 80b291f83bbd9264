#include "sim/city/builder.h"
#include "sim/city/plane.h"

#include <algorithm>
#include <cmath>

namespace lujing::sim {
namespace {

constexpr double missing_share = 0.2;   // of the branch streets' pieces
constexpr double point_spacing_m = 20;  // of a street's drawn line
constexpr double carriageway_m = 8;     // from the middle of a divided street to a carriageway's
constexpr double ring_radius_m = 22;

RoadClass class_of_line(int index) {
  if (index % 4 == 0) {
    return RoadClass::arterial;
  }
  return index % 2 == 0 ? RoadClass::secondary : RoadClass::branch;
}

/// 0: both ways; else the one direction in which that street may be driven.
int one_way(int index) {
  return index % 8 == 3 ? 1 : index % 8 == 7 ? -1 : 0;
}

}  // namespace

CityBuilder::CityBuilder(const CityConfig& config)
    : config_(config), random_(config.seed, "city"), names_(Random(config.seed, "street names")) {
  city_.centre_ = config.centre;
  city_.set_traffic({config.traffic, config.seed});
  city_.districts_ = {"西城区", "东城区"};
}

City CityBuilder::build() {
  lay_grid();
  choose_pieces();
  choose_roundabouts();
  choose_yards();
  choose_lanes();
  choose_dead_ends();
  add_columns();
  add_rows();
  take_away_what_leads_nowhere();
  number_nodes();
  place_lights();
  place_sites();
  choose_zones();
  return std::move(city_);
}

void CityBuilder::lay_grid() {
  const auto cumulate = [&](int count) {
    std::vector<double> at(1, 0.0);
    for (int i = 1; i < count; ++i) {
      at.push_back(at.back() + config_.block_m * random_.uniform(0.8, 1.2));
    }
    const double middle = at.back() / 2;
    for (double& value : at) {
      value -= middle;
    }
    return at;
  };
  x_ = cumulate(config_.columns);
  y_ = cumulate(config_.rows);
  for (double& phase : phases_) {
    phase = random_.uniform(0, 2 * pi);
  }
  for (int i = 0; i < config_.columns; ++i) {
    column_streets_.push_back(add_street(class_of_line(i)));
  }
  for (int j = 0; j < config_.rows; ++j) {
    row_streets_.push_back(add_street(class_of_line(j)));
  }
}

StreetId CityBuilder::add_street(RoadClass road_class) {
  city_.streets_.push_back({names_.next(road_class), road_class});
  return static_cast<StreetId>(city_.streets_.size() - 1);
}

/// Bends the grid as a river and old field boundaries would, and turns it.
Offset CityBuilder::bent(double x, double y) const {
  const double east = x + 45 * std::sin(2 * pi * y / 2100 + phases_[0]) +
                      14 * std::sin(2 * pi * (x + y) / 900 + phases_[1]);
  const double north = y + 55 * std::sin(2 * pi * x / 2400 + phases_[2]) +
                       14 * std::sin(2 * pi * (x - y) / 1000 + phases_[3]);
  const double turn = config_.heading_deg * pi / 180;
  return {east * std::cos(turn) + north * std::sin(turn),
          north * std::cos(turn) - east * std::sin(turn)};
}

bool CityBuilder::survives(RoadClass road_class) {
  return road_class != RoadClass::branch || !random_.chance(missing_share);
}

void CityBuilder::choose_pieces() {
  for (int j = 0; j < config_.rows; ++j) {
    for (int i = 0; i + 1 < config_.columns; ++i) {
      row_pieces_[{i, j}] = survives(class_of_line(j));
    }
  }
  const int river = config_.rows / 4;
  for (int i = 0; i < config_.columns; ++i) {
    for (int j = 0; j + 1 < config_.rows; ++j) {
      const bool there = survives(class_of_line(i));
      // Only the larger streets have a bridge.
      column_pieces_[{i, j}] = there && (j != river || class_of_line(i) != RoadClass::branch);
    }
  }
}

void CityBuilder::choose_roundabouts() {
  for (int i = 2; i + 1 < config_.columns; i += 4) {
    for (int j = 2; j + 1 < config_.rows; j += 4) {
      if (random_.chance(0.5)) {
        rings_.insert({i, j});
      }
    }
  }
}

std::pair<double, double> CityBuilder::grid_place(const NodeKey& key) const {
  const auto [i, j, kind] = key;
  const auto column = static_cast<std::size_t>(i);
  const auto row = static_cast<std::size_t>(j);
  double x = x_[column];
  double y = y_[row];
  if (kind == row_middle) {
    x = (x + x_[column + 1]) / 2;
  } else if (kind == column_middle) {
    y = (y + y_[row + 1]) / 2;
  } else if (kind >= ring && kind < ring + 4) {
    x += kind == ring ? ring_radius_m : kind == ring + 2 ? -ring_radius_m : 0;
    y += kind == ring + 1 ? ring_radius_m : kind == ring + 3 ? -ring_radius_m : 0;
  } else {
    x += dual_column(i) ? (kind % 2 == 1 ? carriageway_m : -carriageway_m) : 0;
    y += dual_row(j) ? (kind / 2 == 1 ? carriageway_m : -carriageway_m) : 0;
  }
  return {x, y};
}

CityBuilder::Piece& CityBuilder::add_piece(const NodeKey& from, const NodeKey& to,
                                           StreetId street) {
  const auto [x0, y0] = grid_place(from);
  const auto [x1, y1] = grid_place(to);
  const double length = std::sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
  const int parts = std::max(2, static_cast<int>(std::ceil(length / point_spacing_m)));
  Piece piece;
  piece.from = from;
  piece.to = to;
  piece.street = street;
  for (int n = 0; n <= parts; ++n) {
    const double share = static_cast<double>(n) / parts;
    piece.line.push_back(bent(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share));
  }
  pieces_.push_back(std::move(piece));
  return pieces_.back();
}

/// The node of a crossing where a column's piece ends that comes from the north or the south.
CityBuilder::NodeKey CityBuilder::column_end(int i, int j, int carriageway, bool north) const {
  if (rings_.contains({i, j})) {
    return {i, j, ring + (north ? 1 : 3)};
  }
  return {i, j, carriageway + (north && dual_row(j) ? 2 : 0)};
}

CityBuilder::NodeKey CityBuilder::row_end(int i, int j, int carriageway, bool east) const {
  if (rings_.contains({i, j})) {
    return {i, j, ring + (east ? 0 : 2)};
  }
  return {i, j, (east && dual_column(i) ? 1 : 0) + 2 * carriageway};
}

/// direction: 0 both ways, 1 as it lies, -1 against it.
void CityBuilder::add_street_piece(const NodeKey& from, const NodeKey& middle, const NodeKey& to,
                                   StreetId street, int direction, bool divided) {
  const auto add = [&](const NodeKey& a, const NodeKey& b) {
    Piece& piece = direction < 0 ? add_piece(b, a, street) : add_piece(a, b, street);
    piece.one_way = direction != 0;
    piece.divided = divided;
    const auto [i, j, kind] = middle;
    piece.bridge = kind == column_middle && j == config_.rows / 4;
    // Under a hill: one secondary street, and both carriageways of one arterial one.
    piece.tunnel = kind == column_middle && j == config_.rows / 2 + 1 && (i == 2 || i == 4);
  };
  if (split_.contains(middle)) {
    add(from, middle);
    add(middle, to);
  } else {
    add(from, to);
  }
}

void CityBuilder::add_columns() {
  for (int i = 0; i < config_.columns; ++i) {
    const StreetId street = column_streets_[static_cast<std::size_t>(i)];
    const bool dual = dual_column(i);
    for (int c = 0; c <= (dual ? 1 : 0); ++c) {
      const int direction = dual ? (c == 1 ? 1 : -1) : one_way(i);
      for (int j = 0; j < config_.rows; ++j) {
        if (dual_row(j)) {  // across the divided street
          const NodeKey south{i, j, c};
          const NodeKey north{i, j, c + 2};
          Piece& piece =
              direction < 0 ? add_piece(north, south, street) : add_piece(south, north, street);
          piece.one_way = direction != 0;
          piece.inside = true;
        }
        if (j + 1 < config_.rows && column_pieces_[{i, j}]) {
          add_street_piece(column_end(i, j, c, true), {i, j, column_middle},
                           column_end(i, j + 1, c, false), street, direction, dual);
        }
      }
    }
  }
}

void CityBuilder::add_rows() {
  for (int j = 0; j < config_.rows; ++j) {
    const StreetId street = row_streets_[static_cast<std::size_t>(j)];
    const bool dual = dual_row(j);
    for (int r = 0; r <= (dual ? 1 : 0); ++r) {
      const int direction = dual ? (r == 0 ? 1 : -1) : one_way(j);
      for (int i = 0; i < config_.columns; ++i) {
        if (dual_column(i)) {
          const NodeKey west{i, j, 2 * r};
          const NodeKey east{i, j, 2 * r + 1};
          Piece& piece =
              direction < 0 ? add_piece(east, west, street) : add_piece(west, east, street);
          piece.one_way = direction != 0;
          piece.inside = true;
        }
        if (i + 1 < config_.columns && row_pieces_[{i, j}]) {
          add_street_piece(row_end(i, j, r, true), {i, j, row_middle}, row_end(i + 1, j, r, false),
                           street, direction, dual);
        }
      }
    }
  }
  for (const auto& [i, j] : rings_) {
    add_ring(i, j);
  }
}

/// Counter-clockwise, as one drives round it on the right.
void CityBuilder::add_ring(int i, int j) {
  city_.streets_.push_back({names_.next(RoadClass::secondary) + "环岛", RoadClass::secondary});
  const auto street = static_cast<StreetId>(city_.streets_.size() - 1);
  const double x = x_[static_cast<std::size_t>(i)];
  const double y = y_[static_cast<std::size_t>(j)];
  for (int quarter = 0; quarter < 4; ++quarter) {
    Piece& piece = add_piece({i, j, ring + quarter}, {i, j, ring + (quarter + 1) % 4}, street);
    piece.one_way = true;
    piece.roundabout = true;
    piece.line.clear();
    constexpr int parts = 6;
    for (int n = 0; n <= parts; ++n) {
      const double angle = pi / 2 * (quarter + static_cast<double>(n) / parts);
      piece.line.push_back(
          bent(x + ring_radius_m * std::cos(angle), y + ring_radius_m * std::sin(angle)));
    }
  }
}

City City::generate(const CityConfig& config) {
  return CityBuilder(config).build();
}

}  // namespace lujing::sim
