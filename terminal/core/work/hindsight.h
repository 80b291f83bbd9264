// Where along the road the vehicle was, with what came after: a stretch that matching has committed
// waits until some more of the drive is known, and then its ends get the moments at which they were
// really passed.
//
// A receiver's error among houses lasts for half a minute and comes back from the other side; the
// filter of the present cannot know that yet. Wheels and gyro know the way between two moments to
// decimetres, and at each corner the road across says how far along the old one the vehicle was. So
// the last minutes are estimated as a whole (place, what the receiver is off by, what the odometer
// is off by; forward with each second, and back again over what waits), and the committed stretches
// keep their places and get new times. COVERAGE.md, "Hindsight".
#pragma once

#include "base/trig.h"
#include "protocol/record.h"
#include "terminal/core/fusion/pose.h"
#include "terminal/core/roads/matched.h"
#include "terminal/core/roads/network.h"

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace lujing::core {

class Fusion;

/// A fix that was believed, and what is known of the receiver's error.
struct FixSeen {
  GeoPoint place;
  BootTime at;            ///< its own moment
  double fresh_m2 = 1;    ///< an axis' variance that is new with each fix
  double lasting_m2 = 4;  ///< and the part that lasts
  double lasts_s = 60;
};
FixSeen fix_seen(const Fusion& fusion, GeoPoint place);

class Hindsight {
 public:
  /// A receiver's lasting error is no smaller, and does not last shorter.
  static constexpr double least_lasting_m2 = 1;
  static constexpr double shortest_s = 10;

  struct Stretch {
    Driven driven;
    Link link;
    std::uint64_t roads = 0;  ///< version of the road file
  };

  Hindsight();

  /// Belongs to the next pose.
  void take(const FixSeen& fix) { fix_ = fix; }
  /// The newest pose; one a second is kept, with its fix where there is one. `brushes`: on which
  /// side some are down at the kerb; unknown: none, or it cannot be told.
  void take(const Pose& pose, protocol::WorkSide brushes = protocol::WorkSide::unknown);
  /// A committed stretch. Appends to `out` those for which enough has come after them.
  void take(const Driven& driven, const RoadNetwork& roads, std::vector<Stretch>& out);
  /// Nothing more will come for a while: appends what still waits.
  void flush(std::vector<Stretch>& out);
  bool pending() const { return !waiting_.empty(); }

 private:
  /// East, north; the receiver's error east, north; the share that the odometer is short by.
  static constexpr std::size_t states = 5;
  static constexpr std::size_t told_most = 3;
  using Vector = std::array<double, states>;

  /// One number that was told: how it changed the estimate.
  struct Told {
    Vector row{};
    Vector gain{};
    double innovation = 0;  ///< over its variance
  };
  /// One moment, a second apart from the next.
  struct Second {
    BootTime at;
    double driven_m = 0;
    Offset pose;
    bool fixed = false;
    Offset seen;  ///< by the receiver
    double fresh_m2 = 0;
    double lasting_m2 = 0;
    double lasts_s = 0;
    SinCos heading;
    bool headed = false;
    protocol::WorkSide brushes = protocol::WorkSide::unknown;
    bool anew = false;  ///< nothing ties it to the second before
    // On the road, once that is committed.
    bool on_road = false;
    double path_m = 0;  ///< along what was driven since the path began
    Offset foot;
    SinCos along;  ///< of the road, in the order of travel
    double side_m = 0;
    double side_variance_m2 = 0;
    // The estimate before this second's own numbers, and they.
    Vector expected{};
    std::array<Vector, states> covariance{};
    double keeps = 0;  ///< share of the receiver's error that the second before left
    Offset went;       ///< since the second before, by the odometer
    std::array<Told, told_most> told{};
    std::size_t told_count = 0;
    // Looking back.
    double ahead_m = 0;  ///< of where it was taken to be along the road
    bool knows_ahead = false;
  };
  struct Waiting {
    Stretch stretch;
    double from_path_m = 0;
    double to_path_m = 0;
  };

  Second& second(std::size_t i) { return ring_[(first_ + i) % ring_.size()]; }
  double driven_at(BootTime when);
  void put_on_road(Second& now, const Waiting& waiting, const RoadNetwork& roads);
  void filter_to(BootTime upto);
  void predict(Second& now, const Second& before);
  void tell(Second& now, const Vector& row, double off, double variance);
  void tell_all(Second& now);
  void look_back();
  void fill_ahead();
  double path_at(BootTime when);
  BootTime passed_at(double path_m, BootTime not_before, BootTime not_after);
  void cut(const Stretch& whole, double from_path_m, double to_path_m, std::vector<Stretch>& out);
  void release(std::size_t count, bool path_ends, std::vector<Stretch>& out);

  std::optional<FixSeen> fix_;
  std::vector<Second> ring_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::size_t filtered_ = 0;  ///< of these, the first ones have an estimate
  GeoPoint anchor_;
  Vector x_{};  ///< after the last filtered second's numbers
  std::array<Vector, states> p_{};
  std::vector<Waiting> waiting_;
  double path_m_ = 0;       ///< to the end of what was committed
  bool path_began_ = true;  ///< nothing of this path has been released
  BootTime released_to_;
  double released_path_m_ = 0;
};

}  // namespace lujing::core
