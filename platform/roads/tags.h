// OpenStreetMap's tags folded into what a link knows.
#pragma once

#include "platform/roads/raw.h"

#include <functional>
#include <optional>
#include <string_view>

namespace lujing::roads {

/// What the tags leave open. Not law: the usual width of a lane and of a road in a Chinese city
/// (CJJ 37: lanes of 3.25 to 3.75 m), and usual speeds.
struct RoadDefaults {
  double lane_width_m = 3.5;
  double least_sweepable_width_m = 3.0;  ///< narrower: no machine gets through
  double lane_class_below_m = 5.0;       ///< a narrower residential street is a lane
};

/// The value of a tag, empty where there is none.
using TagLookup = std::function<std::string_view(std::string_view key)>;

std::optional<Highway> highway_of(std::string_view value);
std::string_view highway_name(Highway highway);

/// Everything but id and nodes. No value where `highway` is none on which vehicles drive.
std::optional<RawWay> fold_tags(const TagLookup& tag, const RoadDefaults& defaults = {});

/// `restriction` and its relatives of a turn restriction.
enum class TurnKind : std::uint8_t {
  none,  ///< no restriction for us (by `except`, or for others), or of a kind not known
  no,
  only,
  sometimes  ///< holds at some hours only: left out
};
TurnKind turn_kind(const TagLookup& tag);

}  // namespace lujing::roads
