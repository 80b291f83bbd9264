// Observations as bytes: the entries of a journal (terminal/journal/OBSERVATIONS.md).
#pragma once

#include "hal/observation.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::journal {

/// Gathers a run of observations into one entry. Not thread safe.
class ObservationEncoder {
 public:
  /// From here on the entry should be taken: far enough below max_journal_entry_bytes.
  static constexpr std::size_t full_bytes = 16'384;

  void add(const hal::Observation& observation);
  bool empty() const { return bytes_.empty(); }
  bool full() const { return bytes_.size() >= full_bytes; }
  std::uint64_t count() const { return count_; }
  std::string_view bytes() const { return bytes_; }
  /// Begins the next entry; the memory is kept.
  void clear();

 private:
  std::string bytes_;
  std::string item_;
  std::int64_t last_ns_ = 0;
  std::uint64_t count_ = 0;
};

struct DecodeOutcome {
  std::uint64_t skipped = 0;  ///< items that this version does not know or that do not read
  bool damaged = false;       ///< the entry could not be followed to its end
};

/// Appends the entry's observations to `out`. Never throws, never reads past the end.
DecodeOutcome decode_observations(std::string_view entry, std::vector<hal::Observation>& out);

}  // namespace lujing::journal
