// What several rules of cleaning ask and say.
#pragma once

#include "terminal/core/alarm/facts.h"
#include "terminal/core/config.h"

#include <optional>
#include <string>

namespace lujing::core {

/// Kinds of work that put water on the road.
inline constexpr WorkMask wetting = mask_of(protocol::Work::flushing) |
                                    mask_of(protocol::Work::sprinkling) |
                                    mask_of(protocol::Work::washing_sweeping);

Truth sweeping(const Facts& facts);
/// Within the hours of patrol cleaning; no such hours: no.
Truth patrol(const Facts& facts, const CleaningConfig& config);
Truth faster(const Facts& facts, double limit_kmh);

/// "8.4"; "?" where it is not known.
std::string text_of(std::optional<double> value);
std::string work_text(const Facts& facts);
std::string speed_text(const Facts& facts);
std::string clock_text(const Facts& facts);
std::string owed_text(const Facts& facts);

}  // namespace lujing::core
