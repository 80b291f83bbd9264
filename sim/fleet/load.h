// One simulated terminal's records: a vehicle that drives about, packed and chained as a real
// terminal's are.
#pragma once

#include "protocol/batch.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lujing::sim {

class Load {
 public:
  Load(std::uint64_t seed, std::uint32_t number, std::int64_t start_utc_ms);

  std::uint64_t epoch() const { return epoch_; }
  /// The number that the next record gets.
  std::uint64_t next_seq() const { return next_seq_; }
  /// The next `count` records, one a second, packed.
  std::string next_batch(std::uint32_t count);

 private:
  std::uint32_t draw(std::uint32_t below);

  std::uint64_t random_;
  std::uint64_t epoch_;
  std::uint64_t boot_id_;
  std::uint64_t next_seq_ = 1;
  protocol::Hash chain_{};
  std::int64_t utc_ms_;
  std::int64_t boot_ms_ = 0;
  protocol::TrackPoint point_;
  std::vector<protocol::Record> records_;  // kept for its memory
};

}  // namespace lujing::sim
