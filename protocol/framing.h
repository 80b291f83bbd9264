// Frames on a byte stream: a 4-byte big-endian length, then that many bytes.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lujing::protocol {

inline constexpr std::size_t max_frame_bytes = 1 << 20;

/// Appends one frame with this body to `out`. A body over max_frame_bytes is a programmer's error
/// (std::invalid_argument).
void append_frame(std::string_view body, std::string& out);

/// Takes bytes as they come and gives bodies as they are complete. Holds what was fed and not yet
/// taken, so take all with next() before feeding more; never reserves more than has arrived,
/// whatever a length says. Not thread safe.
class FrameReader {
 public:
  explicit FrameReader(std::size_t max_bytes = max_frame_bytes) : max_bytes_(max_bytes) {}
  /// Adds what was read from the stream.
  void feed(std::string_view bytes);
  /// The next whole body; nullopt if more bytes are needed; an error if a length is over the limit,
  /// after which the stream cannot be followed and the reader gives the same error for ever.
  Result<std::optional<std::string>> next();
  /// Bytes that are held.
  std::size_t buffered() const { return held_.size() - read_; }

 private:
  std::size_t max_bytes_;
  std::string held_;
  std::size_t read_ = 0;
  bool failed_ = false;
};

}  // namespace lujing::protocol
