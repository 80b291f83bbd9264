// One vehicle, one platform, and a journal that the vehicle plays: load without devices.
#pragma once

#include "terminal/core/config.h"
#include "tests/support/system.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lujing::testing {

/// Writes an hour of a muck truck's ride: wheels at 10 Hz, fixes at 1 Hz, its cover open now and
/// then. Gives the number of records that the core makes of it.
std::size_t write_ride(const std::string& path, double seconds);

/// [uplink] that comes back soon, so that a test's faults and not its pauses fill its time.
std::string eager_uplink();

/// How far an outbox file got: read from a copy, so that the terminal may be started on the file at
/// once. For a terminal that does not run. {epoch, next number}.
struct Mark {
  std::uint64_t epoch = 0;
  std::uint64_t next_seq = 0;
};
Mark read_outbox(const std::string& data_dir);

}  // namespace lujing::testing
