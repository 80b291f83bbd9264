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

/// The newest one of this epoch with first_seq <= seq < before_seq; its file's bytes. nullopt:
/// none.
std::optional<std::string> newest_checkpoint(const std::string& folder, std::uint64_t epoch,
                                             std::uint64_t first_seq, std::uint64_t before_seq);

}  // namespace lujing::evidence
