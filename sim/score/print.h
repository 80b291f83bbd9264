// A score for people and programs.
#pragma once

#include "sim/score/score.h"

#include <string>

namespace lujing::score {

std::string to_table(const Score& score);
std::string to_json(const Score& score);
/// The true tracks, and a mark with a title at each place where truth and records differ.
std::string to_svg(const Score& score, const Truth& truth);

}  // namespace lujing::score
