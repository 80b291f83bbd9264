// The checkpoints that a terminal signs: DATA_DIR/checkpoints, a small file each
// (protocol/checkpoint.h), the oldest go first.
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "protocol/checkpoint.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lujing::evidence {

inline constexpr std::size_t most_checkpoints = 1'000;  ///< a week, one every ten minutes

/// Signs where the chain stands at the end of these packed batches (the last of them) and writes it
/// down, unless there is one of that record already. nullopt: there was nothing new to sign.
Result<std::optional<protocol::Checkpoint>> sign_where_it_stands(
    const std::string& folder, const std::vector<std::string>& records,
    const std::string& certificate_pem, const std::string& key_pem, UtcTime now);

struct KeptCheckpoint {
  std::uint64_t seq = 0;
  std::int64_t made_utc_ms = 0;
  std::string file;  ///< its bytes
};
/// Of an epoch: which records are held from `oldest_seq` to `last_seq`, and the alarm's.
struct HeldRecords {
  std::uint64_t oldest_seq = 0;
  std::uint64_t alarm_seq = 0;
  std::uint64_t last_seq = 0;
};
struct AroundAlarm {
  std::optional<KeptCheckpoint> before;  ///< the newest one
  std::optional<KeptCheckpoint> after;   ///< the first one that holds the alarm's record
};
/// Of these records. What was signed after the alarm was raised is none from before it, whatever
/// record it is about; one whose time cannot be is none at all.
AroundAlarm checkpoints_around(const std::string& folder, std::uint64_t epoch,
                               const HeldRecords& held, std::optional<std::int64_t> raised_utc_ms,
                               UtcTime now);

}  // namespace lujing::evidence
