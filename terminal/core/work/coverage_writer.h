// Joins what matching is sure of (on which road, from where to where) with what the machine did
// then, and tells it as coverage records.
//
// Inside a stretch, places come from the odometer, not from time: a machine that is lifted while it
// waits at a light is lifted at the light. Pieces join into one record as long as road, direction,
// side, state and evidence are the same. A stretch between fixes that was inferred, or a road that
// is not sure, is "no data", unless the matcher is sure of it and it is short. A short piece that
// is not sure by itself (at a junction two roads lie equally near) is proven by its neighbours:
// where the way leads from a road that is sure through it to the next one that is, it was driven.
// Such a piece waits for the stretch after it.
#pragma once

#include "protocol/record.h"
#include "terminal/core/roads/matched.h"
#include "terminal/core/work/history.h"

#include <array>
#include <optional>
#include <vector>

namespace lujing::core {

struct CoverageConfig {
  double min_sure = 0.8;      ///< below: no data
  double bridge_sure = 0.95;  ///< a gap between fixes needs more
  double bridge_max_m = 150;  ///< and must be short
  double bridge_max_s = 60;
  double cut_s = 60;  ///< a record is written at least this often: what a power cut costs
  bool operator==(const CoverageConfig&) const = default;
};

class CoverageWriter {
 public:
  CoverageWriter(const WorkProfile& profile, const CoverageConfig& config);

  /// One committed stretch on `link`; appends CoverageRecord and ExceptionRecord payloads. `asked`:
  /// of this vehicle, by its plan; elsewhere there is nothing to be excused.
  void take(const Driven& driven, const Link& link, std::uint64_t roads, const WorkHistory& history,
            bool asked, std::vector<protocol::Payload>& out);
  /// Off the road, or the end: what is open is written.
  void flush(std::vector<protocol::Payload>& out);
  /// Something is open.
  bool pending() const;

 private:
  static constexpr std::size_t channels = protocol::work_kinds + 1;  ///< the last: exceptions
  /// What a piece says, apart from where and when.
  struct Said {
    std::uint8_t kerbs = 0;  ///< 0: nothing to say
    protocol::CoverageState state = protocol::CoverageState::covered;
    protocol::WorkReason reason = protocol::WorkReason::none;
    protocol::Evidence evidence = protocol::Evidence::measured;
    Blocked blocked;  ///< of an exception
    bool operator==(const Said&) const = default;
  };
  struct Open {
    Said said;
    EdgeId edge;
    std::int32_t first_cm = 0;  ///< in the order of travel
    std::int32_t last_cm = 0;
    std::int64_t begin_ms = 0;
    std::int64_t end_ms = 0;
    std::int32_t sure_permille = 1000;
  };
  struct Piece {
    std::int32_t first_cm, last_cm;
    std::int64_t begin_ms, end_ms;
  };
  /// A piece that waits for its other neighbour; `said` as if the road were sure.
  struct Held {
    std::size_t channel = 0;
    Said said;
    Driven driven;
    Piece piece{};
  };
  static constexpr std::size_t most_held = 1024;
  bool trusted(const Driven& driven) const;
  bool may_wait(const Driven& driven) const;
  void release(bool proven, std::vector<protocol::Payload>& out);
  Said said(const WorkNow& now, bool sure, const Driven& driven, const Link& link) const;
  void put(std::size_t channel, const Said& said, const Driven& driven, const Piece& piece,
           std::vector<protocol::Payload>& out);
  void write(std::size_t channel, std::vector<protocol::Payload>& out);

  CoverageConfig config_;
  std::vector<double> reach_m_;  ///< of each row of the profile
  std::array<std::optional<Open>, channels> open_;
  std::uint64_t roads_ = 0;
  std::vector<Held> held_;
  double held_m_ = 0;
  bool sure_before_ = false;  ///< of the road before what is held
};

}  // namespace lujing::core
