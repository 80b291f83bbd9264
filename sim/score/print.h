// A score for people and programs.
#pragma once

#include "sim/score/score.h"

#include <string>

namespace lujing::score {

std::string to_table(const Score& score);
std::string to_json(const Score& score);
/// A map of where truth and records differ: roads, kerbs, positions, alarms, with a legend, a scale
/// and the figures beside it. `ways` may be null: then the streets are not drawn.
std::string to_svg(const Score& score, const Truth& truth, const Ways* ways);

}  // namespace lujing::score
