// Values as a TOML file writes them, for the readers of this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::config {

/// Bounds for a number that has none but what keeps the core's arithmetic sane: a replay takes what
/// the vehicle took.
inline constexpr double any_number = 1e12;

/// The shortest decimal that reads back as the same bits.
std::string exact(double number);
/// Minutes from "HH:MM"; "24:00" is the end of the day.
std::optional<std::uint16_t> minute_of_day(std::string_view text);
/// The words for protocol::Work, in its order.
const std::vector<std::string>& work_names();

}  // namespace lujing::config
