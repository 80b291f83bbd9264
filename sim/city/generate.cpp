// How a city grows: a grid of bent streets, some pieces of the small ones missing, lanes through
// some blocks, and then everything that leads nowhere taken away.
#include "sim/city/city.h"
#include "sim/city/names.h"
#include "sim/city/plane.h"
#include "sim/random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace lujing::sim {
namespace {

constexpr double missing_share = 0.2;   // of the branch streets' pieces
constexpr double lane_share = 0.3;      // of the blocks have a lane through them
constexpr double point_spacing_m = 20;  // of a street's drawn line

/// A node before it has a number: a crossing of the grid, or the middle of a piece beside it.
enum class Spotted : std::uint8_t { crossing, middle_of_row_piece, middle_of_column_piece };
using NodeKey = std::tuple<int, int, Spotted>;

struct Piece {
  NodeKey from;
  NodeKey to;
  StreetId street;
  std::vector<Offset> line;
};

RoadClass class_of_line(int index) {
  if (index % 4 == 0) {
    return RoadClass::arterial;
  }
  return index % 2 == 0 ? RoadClass::secondary : RoadClass::branch;
}

}  // namespace

class CityBuilder {
 public:
  explicit CityBuilder(const CityConfig& config)
      : config_(config), random_(config.seed, "city"), names_(Random(config.seed, "street names")) {
    city_.centre_ = config.centre;
  }

  City build() {
    lay_grid();
    choose_pieces();
    choose_lanes();
    add_pieces();
    take_away_dead_ends();
    keep_largest_part();
    number_nodes();
    choose_sites();
    return std::move(city_);
  }

 private:
  void lay_grid() {
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

  StreetId add_street(RoadClass road_class) {
    city_.streets_.push_back({names_.next(road_class), road_class});
    return static_cast<StreetId>(city_.streets_.size() - 1);
  }

  /// Bends the grid as a river and old field boundaries would, and turns it.
  Offset bent(double x, double y) const {
    const double east = x + 45 * std::sin(2 * pi * y / 2100 + phases_[0]) +
                        14 * std::sin(2 * pi * (x + y) / 900 + phases_[1]);
    const double north = y + 55 * std::sin(2 * pi * x / 2400 + phases_[2]) +
                         14 * std::sin(2 * pi * (x - y) / 1000 + phases_[3]);
    const double turn = config_.heading_deg * pi / 180;
    return {east * std::cos(turn) + north * std::sin(turn),
            north * std::cos(turn) - east * std::sin(turn)};
  }

  bool survives(RoadClass road_class) {
    return road_class != RoadClass::branch || !random_.chance(missing_share);
  }

  void choose_pieces() {
    for (int j = 0; j < config_.rows; ++j) {
      for (int i = 0; i + 1 < config_.columns; ++i) {
        row_pieces_[{i, j}] = survives(class_of_line(j));
      }
    }
    for (int i = 0; i < config_.columns; ++i) {
      for (int j = 0; j + 1 < config_.rows; ++j) {
        column_pieces_[{i, j}] = survives(class_of_line(i));
      }
    }
  }

  void choose_lanes() {
    for (int i = 0; i + 1 < config_.columns; ++i) {
      for (int j = 0; j + 1 < config_.rows; ++j) {
        if (!random_.chance(lane_share)) {
          continue;
        }
        const bool northward = random_.chance(0.5);
        const bool ends_exist = northward ? row_pieces_[{i, j}] && row_pieces_[{i, j + 1}]
                                          : column_pieces_[{i, j}] && column_pieces_[{i + 1, j}];
        if (!ends_exist) {
          continue;
        }
        const auto kind =
            northward ? Spotted::middle_of_row_piece : Spotted::middle_of_column_piece;
        const NodeKey from{i, j, kind};
        const NodeKey to = northward ? NodeKey{i, j + 1, kind} : NodeKey{i + 1, j, kind};
        split_[from] = split_[to] = true;
        add_piece(from, to, add_street(RoadClass::lane));
      }
    }
  }

  void add_pieces() {
    for (const auto& [key, exists] : row_pieces_) {
      const auto [i, j] = key;
      if (exists) {
        add_split({i, j, Spotted::crossing}, {i, j, Spotted::middle_of_row_piece},
                  {i + 1, j, Spotted::crossing}, row_streets_[static_cast<std::size_t>(j)]);
      }
    }
    for (const auto& [key, exists] : column_pieces_) {
      const auto [i, j] = key;
      if (exists) {
        add_split({i, j, Spotted::crossing}, {i, j, Spotted::middle_of_column_piece},
                  {i, j + 1, Spotted::crossing}, column_streets_[static_cast<std::size_t>(i)]);
      }
    }
  }

  void add_split(const NodeKey& from, const NodeKey& middle, const NodeKey& to, StreetId street) {
    if (split_.contains(middle)) {
      add_piece(from, middle, street);
      add_piece(middle, to, street);
    } else {
      add_piece(from, to, street);
    }
  }

  std::pair<double, double> grid_place(const NodeKey& key) const {
    const auto [i, j, kind] = key;
    const auto column = static_cast<std::size_t>(i);
    const auto row = static_cast<std::size_t>(j);
    double x = x_[column];
    double y = y_[row];
    if (kind == Spotted::middle_of_row_piece) {
      x = (x + x_[column + 1]) / 2;
    } else if (kind == Spotted::middle_of_column_piece) {
      y = (y + y_[row + 1]) / 2;
    }
    return {x, y};
  }

  void add_piece(const NodeKey& from, const NodeKey& to, StreetId street) {
    const auto [x0, y0] = grid_place(from);
    const auto [x1, y1] = grid_place(to);
    const double length = std::sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
    const int parts = std::max(2, static_cast<int>(std::ceil(length / point_spacing_m)));
    Piece piece{from, to, street, {}};
    for (int n = 0; n <= parts; ++n) {
      const double share = static_cast<double>(n) / parts;
      piece.line.push_back(bent(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share));
    }
    pieces_.push_back(std::move(piece));
  }

  void take_away_dead_ends() {
    for (bool changed = true; changed;) {
      std::map<NodeKey, int> degree;
      for (const Piece& piece : pieces_) {
        ++degree[piece.from];
        ++degree[piece.to];
      }
      changed = std::erase_if(pieces_, [&](const Piece& piece) {
                  return degree[piece.from] == 1 || degree[piece.to] == 1;
                }) > 0;
    }
  }

  void keep_largest_part() {
    std::map<NodeKey, NodeKey> parent;
    const auto root = [&](NodeKey key) {
      while (parent.try_emplace(key, key).first->second != key) {
        key = parent[key];
      }
      return key;
    };
    for (const Piece& piece : pieces_) {
      parent[root(piece.from)] = root(piece.to);
    }
    std::map<NodeKey, int> size;
    for (const Piece& piece : pieces_) {
      ++size[root(piece.from)];
    }
    const auto largest = std::max_element(
        size.begin(), size.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    std::erase_if(pieces_, [&](const Piece& piece) { return root(piece.from) != largest->first; });
  }

  NodeId node(const NodeKey& key, Offset at) {
    const auto [entry, is_new] =
        node_ids_.try_emplace(key, static_cast<NodeId>(city_.nodes_.size()));
    if (is_new) {
      city_.nodes_.push_back({at, false, {}});
    }
    return entry->second;
  }

  void number_nodes() {
    for (const Piece& piece : pieces_) {
      const NodeId from = node(piece.from, piece.line.front());
      const NodeId to = node(piece.to, piece.line.back());
      const auto there = static_cast<LinkId>(city_.links_.size());
      const LinkId back = there + 1;
      std::vector<Offset> reversed(piece.line.rbegin(), piece.line.rend());
      const double length = length_m(piece.line);
      city_.links_.push_back({from, to, piece.street, back, piece.line, length});
      city_.links_.push_back({to, from, piece.street, there, std::move(reversed), length});
      city_.nodes_[from].out.push_back(there);
      city_.nodes_[to].out.push_back(back);
    }
    for (const auto& [key, id] : node_ids_) {
      const auto [i, j, kind] = key;
      Node& crossing = city_.nodes_[id];
      crossing.lights =
          kind == Spotted::crossing && i % 2 == 0 && j % 2 == 0 && crossing.out.size() >= 3;
    }
  }

  void choose_sites() {
    const auto name = [&](const char* what) {
      return StreetNames(Random(config_.seed, what)).next(RoadClass::branch);
    };
    const auto without_suffix = [](std::string street) {
      street.resize(street.size() - std::string("街").size());
      return street;
    };
    add_site(SiteKind::depot, without_suffix(name("depot")) + "环卫停车场", -0.30, -0.25);
    add_site(SiteKind::construction, without_suffix(name("construction")) + "工地", 0.10, 0.15);
    add_site(SiteKind::disposal, without_suffix(name("disposal")) + "消纳场", 0.40, -0.36);
    add_site(SiteKind::water, without_suffix(name("water")) + "取水点", -0.12, 0.22);
  }

  /// Beside the street that is nearest to that share of the city's width and height.
  void add_site(SiteKind kind, std::string name, double x_share, double y_share) {
    const Offset wish = bent(x_share * 2 * x_.back(), y_share * 2 * y_.back());
    Site site{kind, std::move(name), {}};
    double best = 1e9;
    for (LinkId id = 0; id < city_.links_.size(); ++id) {
      const Link& link = city_.links_[id];
      const RoadClass road_class = city_.street_of(id).road_class;
      if (road_class == RoadClass::arterial || road_class == RoadClass::lane ||
          link.length_m < 90) {
        continue;
      }
      const double distance = length_m(minus(link.line[link.line.size() / 2], wish));
      if (distance < best) {
        best = distance;
        site.gate = {id, link.length_m / 2};
      }
    }
    city_.sites_.push_back(std::move(site));
  }

  CityConfig config_;
  Random random_;
  StreetNames names_;
  City city_;
  std::vector<double> x_;
  std::vector<double> y_;
  double phases_[4] = {};
  std::vector<StreetId> column_streets_;
  std::vector<StreetId> row_streets_;
  std::map<std::pair<int, int>, bool> row_pieces_;
  std::map<std::pair<int, int>, bool> column_pieces_;
  std::map<NodeKey, bool> split_;
  std::vector<Piece> pieces_;
  std::map<NodeKey, NodeId> node_ids_;
};

City City::generate(const CityConfig& config) {
  return CityBuilder(config).build();
}

}  // namespace lujing::sim
