// How a city grows: a grid of bent streets, some pieces of the small ones missing, then what makes
// it a city: carriageways apart, a river with bridges, tunnels, roundabouts, lanes and dead ends,
// yards; and then everything that leads nowhere is taken away. Internal to sim/city.
#pragma once

#include "sim/city/city.h"
#include "sim/city/names.h"
#include "sim/random.h"

#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace lujing::sim {

class CityBuilder {
 public:
  explicit CityBuilder(const CityConfig& config);
  City build();

 private:
  /// A node before it has a number: column, row, and which node of that crossing or block it is.
  using NodeKey = std::tuple<int, int, int>;
  static constexpr int row_middle = 10;     ///< of the piece that runs east from the crossing
  static constexpr int column_middle = 11;  ///< of the piece that runs north from it
  static constexpr int ring = 20;           ///< + 0 east, 1 north, 2 west, 3 south
  static constexpr int tip = 30;            ///< of a dead end in the block
  static constexpr int yard_end = 31;

  struct Piece {
    NodeKey from;
    NodeKey to;
    StreetId street = 0;
    std::vector<Offset> line;
    bool one_way = false;  ///< from `from` to `to`
    bool inside = false;
    bool bridge = false;
    bool tunnel = false;
    bool roundabout = false;
    bool divided = false;
    bool sweepable = true;
  };

  // streets and crossings: generate.cpp
  void lay_grid();
  StreetId add_street(RoadClass road_class);
  Offset bent(double x, double y) const;
  bool dual_column(int i) const { return i % 8 == 4; }
  bool dual_row(int j) const { return j % 8 == 4; }
  bool survives(RoadClass road_class);
  void choose_pieces();
  void choose_roundabouts();
  std::pair<double, double> grid_place(const NodeKey& key) const;
  Piece& add_piece(const NodeKey& from, const NodeKey& to, StreetId street);
  void add_columns();
  void add_rows();
  void add_street_piece(const NodeKey& from, const NodeKey& middle, const NodeKey& to,
                        StreetId street, int direction, bool divided);
  void add_ring(int i, int j);
  NodeKey column_end(int i, int j, int carriageway, bool north) const;
  NodeKey row_end(int i, int j, int carriageway, bool east) const;

  // what lies within the blocks: blocks.cpp
  bool free_block(int i, int j) const;
  void choose_yards();
  void add_yard(SiteKind kind, std::string name, double x_share, double y_share);
  void choose_lanes();
  void choose_dead_ends();
  void choose_zones();

  // from pieces to nodes and links: number.cpp
  void take_away_what_leads_nowhere();
  NodeId node(const NodeKey& key, Offset at);
  void number_nodes();
  void number_piece(const Piece& piece);
  void place_lights();
  void place_sites();

  struct Yard {
    SiteKind kind;
    std::string name;
    NodeKey gate;
    NodeKey end;
    std::vector<Offset> line;
  };

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
  std::set<std::pair<int, int>> rings_;
  std::set<std::pair<int, int>> taken_blocks_;
  std::set<NodeKey> split_;
  std::vector<Yard> yards_;
  std::vector<Piece> pieces_;
  std::map<NodeKey, NodeId> node_ids_;
};

}  // namespace lujing::sim
