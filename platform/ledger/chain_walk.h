// Following the hash chain through a batch.
#pragma once

#include "protocol/batch.h"

#include <cstdint>
#include <optional>

namespace lujing::ledger {

/// h(seq) as a decoded batch gives it; nullopt where `seq` lies outside first_seq-1..last_seq or
/// inside a hole.
std::optional<protocol::Hash> chain_at(const protocol::Batch& batch, std::uint64_t seq);

/// What follows `after_seq`, chained to `before` (h(after_seq)). `after_seq` must lie within
/// first_seq-1..last_seq-1. A hole that spans it begins after it.
protocol::Batch tail(const protocol::Batch& batch, std::uint64_t after_seq,
                     const protocol::Hash& before);

}  // namespace lujing::ledger
