// What can still be read in a damaged file is put into the new one.
#pragma once

#include "terminal/outbox/tables.h"

#include <cstdint>
#include <string>

namespace lujing::outbox {

struct Salvaged {
  std::uint64_t batches = 0;  ///< that check: their chain comes out
  std::uint64_t records = 0;
  std::uint64_t refused = 0;  ///< rows that do not check, or did not fit below max_bytes
};

/// Reads the damaged file `from` (never writes to it, as far as SQLite lets it) and adds each batch
/// that checks, and is not known to be acknowledged, to `into` as an old book. In transactions of
/// its own. An error is an error of `into`; damage is what this is about.
Result<Salvaged> salvage(const std::string& from, const std::string& vfs, Tables& into,
                         std::uint64_t max_bytes);

}  // namespace lujing::outbox
