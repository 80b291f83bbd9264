#include "protocol/framing.h"

#include <stdexcept>

namespace lujing::protocol {
namespace {

constexpr std::size_t length_bytes = 4;
constexpr std::size_t kept_bytes = 4096;

std::size_t read_length(std::string_view at) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i)
    length = (length << 8) | static_cast<std::uint8_t>(at[i]);
  return length;
}

}  // namespace

void append_frame(std::string_view body, std::string& out) {
  if (body.size() > max_frame_bytes)
    throw std::invalid_argument("frame of " + std::to_string(body.size()) + " bytes; at most " +
                                std::to_string(max_frame_bytes) + " may be sent");
  for (std::size_t i = length_bytes; i-- > 0;)
    out.push_back(static_cast<char>(body.size() >> (8 * i)));
  out.append(body);
}

void FrameReader::feed(std::string_view bytes) {
  if (failed_) return;             // nothing more can be read from this stream
  if (read_ > held_.size() / 2) {  // moves each byte at most once on average
    held_.erase(0, read_);
    read_ = 0;
  }
  held_.append(bytes);
}

Result<std::optional<std::string>> FrameReader::next() {
  const std::string_view rest = std::string_view(held_).substr(read_);
  if (rest.size() < length_bytes) return std::optional<std::string>{};
  const std::size_t length = read_length(rest);
  if (length > max_bytes_) {
    failed_ = true;
    return Error("frame of " + std::to_string(length) + " bytes announced; the limit is " +
                 std::to_string(max_bytes_));
  }
  if (rest.size() - length_bytes < length) return std::optional<std::string>{};
  std::optional<std::string> body(rest.substr(length_bytes, length));
  read_ += length_bytes + length;
  if (read_ == held_.size()) {
    // A session that idles after a large frame gives its memory back.
    if (held_.capacity() > kept_bytes) held_ = std::string();
    held_.clear();
    read_ = 0;
  }
  return body;
}

}  // namespace lujing::protocol
