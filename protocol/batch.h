// Batch: a run of records with following sequence numbers, packed for flash and for the wire.
//
// The byte format is protocol/BATCH.md. The same bytes are a row of the outbox, the body of a frame
// and a row of the ledger, so a record is encoded once in its life.
#pragma once

#include "base/result.h"
#include "protocol/chain.h"
#include "protocol/record.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::protocol {

inline constexpr std::size_t max_batch_records = 1024;
inline constexpr std::size_t max_batch_bytes = std::size_t{256} * 1024;  ///< packed
inline constexpr std::size_t max_batch_unpacked_bytes = std::size_t{4} * 1024 * 1024;

struct Numbered {
  std::uint64_t seq = 0;
  Record record;
  bool operator==(const Numbered&) const = default;
};

/// Records that were given up for room ("thinned") leave a hole that says so.
struct Hole {
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
  Hash chain_after{};  ///< h(last_seq)
  bool operator==(const Hole&) const = default;
};

struct Batch {
  std::uint64_t epoch = 0;
  std::uint64_t first_seq = 0;    ///< of the first record or hole
  std::uint64_t last_seq = 0;     ///< of the last record or hole
  std::vector<Numbered> records;  ///< ascending; with `holes` it covers first_seq..last_seq exactly
  std::vector<Hole> holes;        ///< ascending
  Hash chain_before{};            ///< h(first_seq - 1)
  Hash chain_after{};             ///< h(last_seq)
  bool operator==(const Batch&) const = default;
};

/// Packs. The batch must be well formed and within the limits above: covers first..last from 1 on,
/// at most max_batch_records records and as many holes, chain_after already right (see seal()).
/// Throws std::invalid_argument otherwise: a programmer's error. Records of ordinary size keep the
/// byte limits by far; 1024 alarms of 4 KiB of text each do not.
std::string encode(const Batch& batch);

/// Unpacks, bounded by the limits above whatever the bytes say; recomputes the chain from
/// chain_before and refuses a batch whose chain_after does not come out. Never throws, never reads
/// past the end.
Result<Batch> decode(std::string_view bytes);

/// Numbers records from `first_seq` and chains them to `before`.
Batch seal(std::uint64_t epoch, std::uint64_t first_seq, const Hash& before,
           std::span<const Record> records);

/// What a batch says of itself, without unpacking its columns (and without checking the chain).
struct BatchHeader {
  std::uint64_t epoch = 0;
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
  Hash chain_before{};
  Hash chain_after{};
};
Result<BatchHeader> peek(std::string_view bytes);

}  // namespace lujing::protocol
