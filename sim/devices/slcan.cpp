#include "sim/devices/slcan.h"

#include <fmt/format.h>

#include <algorithm>

namespace lujing::sim {
namespace {

constexpr std::size_t longest_command = 64;
constexpr std::int64_t clock_wraps_ms = 60'000;
const std::string slcan_done = "\r";
const std::string refused = "\a";

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
  });
}

}  // namespace

std::string SlcanAdapter::take(std::string_view bytes) {
  std::string answers;
  for (const char c : bytes) {
    if (c == '\r') {
      answers += answer(pending_);
      pending_.clear();
    } else if (c != '\n' && pending_.size() < longest_command) {
      pending_ += c;
    }
  }
  return answers;
}

std::string SlcanAdapter::answer(std::string_view command) {
  if (command.empty()) {
    return slcan_done;  // hosts send a few to flush the line
  }
  switch (command.front()) {
    case 'S':
    case 's':
      if (open_ || command.size() < 2) {
        return refused;
      }
      has_bitrate_ = command.front() == 's' || (command[1] >= '0' && command[1] <= '8');
      return has_bitrate_ ? slcan_done : refused;
    case 'O':
    case 'L':
      if (open_ || !has_bitrate_) {
        return refused;
      }
      open_ = true;
      return slcan_done;
    case 'C': {
      const bool was_open = open_;
      open_ = false;
      return was_open ? slcan_done : refused;
    }
    case 'V':
      return "V1013\r";
    case 'N':
      return "NLJ01\r";
    case 'F':
      return open_ ? "F00\r" : refused;
    case 'Z':
      if (open_ || command.size() < 2) {
        return refused;
      }
      time_stamps_ = command[1] == '1';
      return slcan_done;
    case 'M':
    case 'm':
      return !open_ && command.size() == 9 && is_hex(command.substr(1)) ? slcan_done : refused;
    case 't':
    case 'T':
    case 'r':
    case 'R':
      return transmit(command);
    default:
      return refused;
  }
}

std::string SlcanAdapter::transmit(std::string_view command) const {
  const bool extended = command.front() == 'T' || command.front() == 'R';
  const bool remote = command.front() == 'r' || command.front() == 'R';
  const std::size_t id_digits = extended ? 8 : 3;
  if (!open_ || command.size() < 2 + id_digits || !is_hex(command.substr(1))) {
    return refused;
  }
  const char length = command[1 + id_digits];
  const auto bytes = static_cast<std::size_t>(length - '0');
  const std::size_t expected = 2 + id_digits + (remote ? 0 : 2 * bytes);
  if (length < '0' || length > '8' || command.size() != expected) {
    return refused;
  }
  return extended ? "Z\r" : "z\r";
}

std::string SlcanAdapter::received(const CanFrame& frame, std::int64_t ms) const {
  if (!open_) {
    return {};
  }
  std::string text = fmt::format("T{:08X}8", frame.id);
  for (const std::uint8_t byte : frame.data) {
    text += fmt::format("{:02X}", byte);
  }
  if (time_stamps_) {
    text += fmt::format("{:04X}", ms % clock_wraps_ms);
  }
  return text + slcan_done;
}

}  // namespace lujing::sim
