// From raw roads to the bytes of a road file (protocol/ROADS.md).
#pragma once

#include "base/result.h"
#include "platform/roads/raw.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lujing::roads {

/// What was used and what was left out, and why.
struct BuildSummary {
  struct Class {
    std::uint64_t ways = 0;
    std::uint64_t links = 0;
    double km = 0;
  };
  std::array<Class, highway_count> classes = {};  ///< by Highway
  std::uint64_t links = 0;
  std::uint64_t points = 0;
  std::uint64_t nodes = 0;
  double km = 0;
  std::uint64_t oneway_links = 0;
  std::uint64_t divided_links = 0;
  std::uint64_t sweepable_links = 0;
  double sweepable_km = 0;
  std::uint64_t turns = 0;  ///< forbidden pairs of edges
  std::uint64_t named_links = 0;
  std::uint64_t districts = 0;
  // Left out:
  std::uint64_t nodes_missing = 0;   ///< named by a way, not in the extract: the way is cut there
  std::uint64_t ways_too_short = 0;  ///< fewer than two places left
  std::uint64_t ways_twice = 0;      ///< an id for the second time
  std::uint64_t turns_broken = 0;    ///< names a way or a node that is not there, or not joined
  std::uint64_t turns_through_ways = 0;  ///< through a way, and cannot be said as a turn at a node
};

struct BuiltRoads {
  std::vector<std::byte> bytes;  ///< the file
  BuildSummary summary;
};

/// The same roads in any order give the same bytes. Fails where nothing is left, or where it is
/// more than a road file can hold.
Result<BuiltRoads> build(const RawNetwork& raw);

}  // namespace lujing::roads
