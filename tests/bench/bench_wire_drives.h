// Drives as the track points that a terminal makes of them, for measuring what they cost to send.
#pragma once

#include "protocol/record.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lujing::bench {

struct Drive {
  std::string name;
  std::vector<protocol::Record> points;
};

/// One point for each fix, nothing thinned.
std::optional<Drive> drive_from_nmea(const std::string& name, const std::filesystem::path& xz_file);
/// A GENIVI log (shared data "traces"): its own wheel odometer, one point for each position.
std::optional<Drive> drive_from_genivi(const std::string& name,
                                       const std::filesystem::path& xz_file);
/// Municipal vehicles polled once a minute, one after the other: position and time only, speed and
/// course from them.
std::optional<Drive> drive_from_polls(const std::string& name, const std::filesystem::path& csv);
/// A sweeper on a grid of streets, from nothing: a receiver of 1e-7 degree with 1.5 m of wandering
/// noise, once a second.
Drive synthetic_drive(const std::string& name, std::size_t points);

/// All drives: the recorded ones where they are, always a synthetic one.
const std::vector<Drive>& drives();

}  // namespace lujing::bench
