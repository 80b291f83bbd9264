// Frames that the gateway sends, ready for the stream.
#pragma once

#include <cstdint>
#include <string>

namespace lujing::gateway {

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
std::string directive_frame(const std::string& name, std::uint64_t version, const std::string& body,
                            const std::string& signature);

}  // namespace lujing::gateway
