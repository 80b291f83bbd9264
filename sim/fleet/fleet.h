// Ten thousand terminals that are not there, speaking the real protocol over real TLS to a real
// gateway: how fast do sessions come up, how many records a second are acknowledged, how long does
// an acknowledgement take?
//
// One thread, one epoll. The terminals' certificates are made on the spot by the platform's own
// authority, all with one key. Their records are plausible track points, packed and chained as a
// terminal packs them, so the gateway decodes, checks and books every one.
#pragma once

#include "base/result.h"
#include "sim/fleet/latency.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace lujing::sim {

struct FleetConfig {
  std::string host = "127.0.0.1";  ///< an address, not a name
  std::uint16_t port = 7611;
  std::string authority;             ///< folder with ca.crt and ca.key
  std::string prefix = "F-";         ///< ids are PREFIX00000, PREFIX00001, ...
  std::uint32_t terminals = 1000;    ///< 1 to 60,000
  std::uint32_t connecting = 100;    ///< handshakes under way at a time
  std::uint32_t records_each = 600;  ///< a terminal stops when so many are acknowledged; 0: idle
  std::uint32_t records_a_batch = 60;
  double pace_s = 0;       ///< between two batches of one terminal; 0: its window is kept full
  double hold_s = 0;       ///< keep all sessions open for so long after the last acknowledgement
  double timeout_s = 600;  ///< the whole run
  std::uint64_t seed = 1;
};

struct FleetReport {
  std::uint32_t asked = 0;
  std::uint32_t welcomed = 0;
  std::uint32_t finished = 0;  ///< everything of theirs acknowledged
  std::uint32_t resumed = 0;
  std::map<std::string, std::uint32_t> failed;  ///< reason, how many
  double setup_s = 0;                           ///< from the first connect to the last welcome
  double streaming_s = 0;     ///< from the first batch to the last acknowledgement
  std::uint64_t records = 0;  ///< acknowledged
  std::uint64_t batches = 0;
  std::uint64_t bytes_up = 0;  ///< inside TLS
  Latency welcome;             ///< from connect() to welcome
  Latency ack;                 ///< from sending a batch to its acknowledgement
  double connections_per_s() const { return setup_s > 0 ? welcomed / setup_s : 0; }
  double records_per_s() const {
    return streaming_s > 0 ? static_cast<double>(records) / streaming_s : 0;
  }
};

/// Where a run is; told about five times a second.
struct FleetProgress {
  std::uint32_t welcomed = 0;
  std::uint32_t failed = 0;
  std::uint32_t finished = 0;
  std::uint64_t records = 0;
};

/// Runs to the end (all terminals finished or failed, or the time is over). An error: the run could
/// not begin (authority, address, file limit); a terminal's trouble is in the report.
Result<FleetReport> run_fleet(const FleetConfig& config,
                              const std::function<void(const FleetProgress&)>& progress);

}  // namespace lujing::sim
