// What is left of an epoch that has ended.
#pragma once

#include <cstdint>
#include <optional>

namespace lujing::outbox {

/// Batches of an epoch that ended by damage, with gaps where they could not be read.
struct OldBook {
  std::uint64_t epoch = 0;
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
  std::optional<std::uint64_t> settled_seq;  ///< what the platform has of it, once it has said so
  bool operator==(const OldBook&) const = default;
};

}  // namespace lujing::outbox
