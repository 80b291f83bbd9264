// A checkpoint: where a terminal's chain of records stood at a moment, signed by the terminal. A
// text file of a few lines (EVIDENCE.md):
//
//   lujing checkpoint 1
//   terminal M-003
//   epoch, seq, chain        which record, and h(seq)
//   boot_id, boot_ms, utc_ms of that record; utc_ms may be "unknown"
//   made_utc_ms              when it was signed
//   signature HEX            over all lines before, ECDSA P-256 with SHA-256, DER form
#pragma once

#include "base/result.h"
#include "protocol/chain.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lujing::protocol {

inline constexpr std::size_t max_checkpoint_bytes = 2048;

struct Checkpoint {
  std::string terminal;
  std::uint64_t epoch = 0;
  std::uint64_t seq = 0;
  Hash chain{};  ///< h(seq)
  std::uint64_t boot_id = 0;
  std::int64_t boot_ms = 0;
  std::optional<std::int64_t> utc_ms;
  std::int64_t made_utc_ms = 0;
  bool operator==(const Checkpoint&) const = default;
};

/// What is signed.
std::string to_text(const Checkpoint& checkpoint);
/// The file. An error is the key's.
Result<std::string> sign_checkpoint(std::string_view key_pem, const Checkpoint& checkpoint);

struct CheckpointView {
  Checkpoint checkpoint;
  std::string_view text;  ///< what is signed; into the file's bytes
  std::string signature;
  bool signed_by(std::string_view certificate_pem) const;
};
/// Exactly the lines above, in their order. Never throws, never reads past the end. Whether it is
/// signed by whom it should be is signed_by()'s.
Result<CheckpointView> read_checkpoint(std::string_view file);

}  // namespace lujing::protocol
