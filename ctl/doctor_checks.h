// The checks of `lujing-ctl doctor`, each a function of its own. None throws, none waits for ever.
#pragma once

#include "base/time.h"
#include "terminal/config/terminal_config.h"

#include <optional>
#include <string>
#include <vector>

namespace lujing::ctl {

enum class Verdict { ok, skipped, problem };

struct Finding {
  std::string item;  ///< "gnss", "input cover_closed"
  Verdict verdict = Verdict::ok;
  std::string text;  ///< what was found; for a problem also what to do
};

/// GNSS time and the machine's at one moment.
struct TimePair {
  UtcTime gnss;
  UtcTime system;
};

struct GnssFinding {
  Finding finding;
  std::optional<TimePair> time;  ///< weeks corrected
};

/// Connects to gpsd and waits for a position.
GnssFinding check_gnss(const config::GpsdConfig& gnss, double wait_s);
/// Listens to the bus and waits for each configured signal.
Finding check_can(const config::CanConfig& can, double wait_s);
/// Reads each input: one finding for each module or chip, one for each input.
std::vector<Finding> check_inputs(const config::TerminalConfig& config, double wait_s);

/// Waits for each voltage that a file is named for.
Finding check_power(const std::optional<config::PowerConfig>& power, double wait_s);

/// The certificate and its key: there, belonging together, to this terminal and to the authority,
/// and for how long.
Finding check_certificate(const std::string& terminal_id, const config::PlatformConfig& platform);
/// Connects, shakes hands, and sees whether the platform takes our certificate.
Finding check_platform(const config::PlatformConfig& platform, double wait_s);

/// Writable, and room for what the configuration allows journal and outbox to take.
Finding check_disk(const config::TerminalConfig& config);

struct ClockFacts {
  UtcTime now;
  bool disciplined = false;  ///< as the kernel says (adjtimex)
  std::optional<TimePair> gnss;
};
Finding judge_clock(const ClockFacts& facts);
Finding check_clock(std::optional<TimePair> gnss);

/// "lujing-terminal (process 4711)" if some process has the device open; empty otherwise, or where
/// /proc cannot tell.
std::string holder_of(const std::string& device);

}  // namespace lujing::ctl
