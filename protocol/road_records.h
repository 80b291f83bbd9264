// Records of roads (14): which stretch of the network was driven. Part of record.h.
#pragma once

#include <cstdint>

namespace lujing::protocol {

/// 14: a stretch of one link, driven once in one direction. Places are centimetres from the link's
/// first point. Written when matching has committed it; it is never taken back.
struct RoadRecord {
  std::uint64_t roads = 0;  ///< the road file's version; link numbers mean nothing without it
  std::uint32_t link = 0;
  bool backward = false;  ///< driven against the link's points: from to_cm to from_cm
  std::int32_t from_cm = 0;
  std::int32_t to_cm = 0;  ///< >= from_cm
  std::int64_t entered_boot_ms = 0;
  std::int64_t left_boot_ms = 0;
  std::int32_t sure_permille = 0;  ///< that it was this road, the least along the stretch
  bool joined = false;             ///< the stretch before this one ended where this begins
  bool bridged = false;            ///< no fix lay between its ends: the road between is inferred
  bool operator==(const RoadRecord&) const = default;
};

}  // namespace lujing::protocol
