// The piece of a vehicle's journal that an alarm's evidence takes: out of the run (from one start
// of the terminal to the next) in which it was raised. Reads file by file: a shift does not fit
// into the memory of a vehicle.
#pragma once

#include "base/result.h"
#include "hal/observation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lujing::evidence {

/// Where a run lies in a journal.
struct Run {
  std::vector<std::string> files;  ///< of its boot, in order
  std::size_t file = 0;            ///< the one that it begins in
  std::uint64_t skip = 0;          ///< observations of that file that are before it
  bool whole = false;              ///< it begins with its Boot: no older file has gone
  BootTime begin;
  BootTime end;  ///< of its last tick
};

/// The run of `boot_id` that was under way at `boot_ms`. `journal`: a file or a folder of them.
Result<Run> find_run(const std::string& journal, std::uint64_t boot_id, std::int64_t boot_ms);

struct Piece {
  std::string terminal;  ///< whose journal it is
  std::int64_t begin_boot_ms = 0;
  bool whole_run = false;
  std::string software;
  std::uint64_t observations = 0;
  std::vector<hal::DirectiveInForce> directives;  ///< all that it tells, each once
};

/// Writes what lies between the two moments to the new file `path`; nullopt: from the run's begin.
/// Where that is not the run's begin, a Boot and the last words go in front (journal/last_words.h).
/// An error: the configuration changes within it, or a part cannot be read.
Result<Piece> write_piece(const Run& run, std::optional<std::int64_t> from_boot_ms,
                          std::int64_t to_boot_ms, const std::string& path);

}  // namespace lujing::evidence
