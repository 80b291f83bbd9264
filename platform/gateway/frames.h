// Frames that the gateway sends, ready for the stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace lujing::gateway {

struct OutgoingDirective;

/// As in wire.proto's Error.Code.
enum class ErrorCode : std::uint8_t {
  none = 0,
  bad_frame = 1,
  unknown_kind = 2,
  wrong_identity = 3,
  bad_batch = 4,
  overloaded = 5,
  replaced = 6,
  going_down = 7,
  timeout = 8,
};

std::string welcome_frame(std::uint64_t epoch, std::uint64_t durable_seq, std::uint32_t window,
                          std::int64_t utc_ms);
std::string ack_frame(std::uint64_t epoch, std::uint64_t durable_seq);
std::string error_frame(ErrorCode code, const std::string& reason, std::uint32_t retry_after_ms);
std::string ping_frame(std::uint64_t token);
std::string pong_frame(std::uint64_t token);
/// The piece of a directive's body that begins at `offset` (protocol/DIRECTIVES.md), and how long
/// it is.
std::string directive_frame(const OutgoingDirective& directive, std::size_t offset,
                            std::size_t& piece_bytes);

}  // namespace lujing::gateway
