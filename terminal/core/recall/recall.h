// What must outlive a power cut and is in no directive: the trip under way, the limits that stand,
// the load that was learnt, the kerbs that were covered today and yesterday. The core never reads a
// file: what it wants to know again (Core::recall()) is kept by the terminal, and told as
// observations right after the next Boot. So a journal replays to the same records.
//
// It is records (trip, control, directive, health, coverage, exception), packed as a batch, cut
// into pieces that fit into an observation.
#pragma once

#include "hal/observation.h"
#include "protocol/record.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::core {

/// Empty where there is nothing to remember. At most 1,000 records and what fits into the pieces:
/// the first ones.
std::string pack_recalled(std::span<const protocol::Record> records);
/// What pack_recalled() gave, from a file: bounded, checked by its chain. Nothing: it is damaged.
std::vector<protocol::Record> unpack_recalled(std::string_view packed);
/// Empty where it is too long for the number of pieces.
std::vector<hal::Recalled> pieces_of(std::string_view packed);

/// Puts the pieces together again.
class RecalledPieces {
 public:
  /// The records with the last piece; before that, and where a piece is out of order, none.
  std::vector<protocol::Record> take(const hal::Recalled& piece);

 private:
  std::string packed_;
  std::uint8_t next_ = 0;
  std::uint8_t parts_ = 0;
};

}  // namespace lujing::core
