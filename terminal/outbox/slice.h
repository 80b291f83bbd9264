// Batches cut and joined: the chain is carried over, nothing is numbered anew.
#pragma once

#include "protocol/batch.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace lujing::outbox {

/// The part that begins at `from_seq`, at most `max_items` records and holes long. Where from_seq
/// lies inside a hole it begins with that hole, since the chain is not known within. nullopt:
/// nothing of the batch is that late, or max_items is 0.
std::optional<protocol::Batch> cut(const protocol::Batch& batch, std::uint64_t from_seq,
                                   std::size_t max_items);

/// Adds records at the end, numbered and chained.
void extend(protocol::Batch& batch, std::span<const protocol::Record> records);

/// An empty batch that extend() can begin with.
protocol::Batch begin_after(std::uint64_t epoch, std::uint64_t last_seq,
                            const protocol::Hash& chain);

/// Adds what follows on at the end; holes that meet become one.
void join(protocol::Batch& batch, protocol::Batch&& next);

}  // namespace lujing::outbox
