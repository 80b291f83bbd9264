// From decisions to answers: the road between two decided places, and on it a place for every fix.
#pragma once

#include "terminal/core/roads/lattice.h"
#include "terminal/core/roads/matched.h"

#include <cstdint>
#include <vector>

namespace lujing::core {

class Trail {
 public:
  Trail(const RoadNetwork& network, RouteSearch& routes, std::size_t room);

  /// A fix that waits for its answer. Serials count up by one.
  void wait(std::uint64_t serial, const Sighting& sighting);
  Sighting& waiting(std::uint64_t serial);
  bool any_waiting() const { return head_ < pending_.size(); }
  const Sighting& oldest() const { return pending_[head_]; }

  /// The next decision, in order: answers every fix up to it.
  void take(const Decision& decision, std::vector<Matched>& points, std::vector<Driven>& driven);
  /// Answers what still waits and is not newer than `upto`, where the vehicle was last.
  void rest(BootTime upto, std::vector<Matched>& points);
  /// What follows does not join what was.
  void cut();
  std::size_t memory_bytes() const;

 private:
  struct Piece {
    EdgeId edge;
    double from_m = 0;  ///< in driving direction
    double to_m = 0;
    double before_m = 0;  ///< path length before it
  };
  struct Foot {
    double distance_m = 0;
    double along_m = 0;  ///< in driving direction
  };
  void make_pieces(const Decision& decision);
  void add_piece(EdgeId edge, double from_m, double to_m);
  void route(const Decision& decision);
  void emit_driven(const Decision& decision, bool bridged, std::vector<Driven>& driven);
  Foot project(GeoPoint place, const Piece& piece) const;
  Matched place(const Sighting& sighting, double sure);
  Matched on_road(const Sighting& sighting, EdgeId edge, double along_m, double sure) const;
  Matched beside(const Sighting& sighting);
  void drop_answered();

  const RoadNetwork& network_;
  RouteSearch* routes_;
  std::vector<Sighting> pending_;
  std::size_t head_ = 0;
  std::uint64_t head_serial_ = 0;
  std::vector<Piece> pieces_;
  std::vector<std::uint16_t> chain_;
  EdgeId edge_;  ///< where the path ends; not valid: not on a road
  double along_m_ = 0;
  BootTime at_;
  double sure_ = 0;
  bool connected_ = false;  ///< a stretch was given that ends at edge_, along_m_
  std::size_t piece_ = 0;   ///< progress of the fixes along the pieces
  double piece_along_m_ = 0;
};

}  // namespace lujing::core
