#include "hal/can/sender.h"

#include "hal/can/dbc.h"
#include "hal/io/outputs.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lujing::hal::can {
namespace {

constexpr std::uint8_t ones = 0xFF;

/// Bit by bit: a few signals ten times a second.
void put_bits(CanFrame& frame, std::uint16_t start, std::uint16_t length, bool big_endian,
              std::uint64_t raw) {
  std::uint32_t at = start;
  for (std::uint16_t i = 0; i < length; ++i) {
    const std::uint16_t bit = big_endian ? static_cast<std::uint16_t>(length - 1 - i) : i;
    const auto mask = static_cast<std::uint8_t>(1U << (at % 8));
    std::uint8_t& byte = frame.data[at / 8];
    byte = (raw >> bit & 1U) != 0 ? static_cast<std::uint8_t>(byte | mask)
                                  : static_cast<std::uint8_t>(byte & ~mask);
    if (!big_endian) {
      ++at;
    } else {
      at = at % 8 == 0 ? at + 15 : at - 1;
    }
  }
}

/// The last byte that the signal touches is there.
bool fits(const Signal& signal, std::uint8_t bytes) {
  return signal.length >= 1 && signal.length <= 64 && bytes_needed(signal) <= bytes;
}

const can::Message* find_message(std::span<const Database* const> databases,
                                 const std::string& name) {
  for (const Database* database : databases) {
    if (const auto* message = database->find(name)) return message;
  }
  return nullptr;
}

}  // namespace

Result<Sender> Sender::compile(std::span<const Database* const> databases,
                               std::vector<CanOutput> outputs,
                               std::shared_ptr<const OutputBoard> board) {
  Sender sender;
  sender.board_ = std::move(board);
  for (CanOutput& output : outputs) {
    const std::string where = "output can:" + output.message + "." + output.signal + ": ";
    const auto* message = find_message(databases, output.message);
    if (message == nullptr) return Error(where + "no DBC file has that message");
    const Signal* signal = message->find(output.signal);
    if (signal == nullptr) return Error(where + "the message has no such signal");
    if (message->length == 0 || message->length > max_classic_bytes)
      return Error(where + "a message of 1 to 8 bytes can be sent");
    const bool number =
        signal->kind == ValueKind::unsigned_integer || signal->kind == ValueKind::signed_integer;
    if (!number || signal->multiplexer >= 0 || signal->is_multiplexer || signal->scale == 0)
      return Error(where + "a plain number can be sent, no multiplexed and no floating one");
    const auto bytes = static_cast<std::uint8_t>(message->length);
    if (!fits(*signal, bytes)) return Error(where + "the signal reaches beyond its message");
    CanFrame frame;
    frame.id = message->id;
    frame.extended = message->extended;
    frame.len = bytes;
    if (message->j1939 && j1939_source(frame.id) == j1939_any_source)
      frame.id = (frame.id & ~0xFFU) | output.source_address;
    auto same =
        std::find_if(sender.messages_.begin(), sender.messages_.end(), [&](const Message& other) {
          return other.frame.id == frame.id && other.frame.extended == frame.extended;
        });
    const std::int64_t cycle_ns = std::max<std::int64_t>(output.cycle_ms, 1) * ns_per_ms;
    if (same == sender.messages_.end()) {
      sender.messages_.push_back({frame, cycle_ns, {}, {}});
      same = sender.messages_.end() - 1;
    }
    same->cycle_ns = std::min(same->cycle_ns, cycle_ns);
    same->fields.push_back({std::move(output), signal->start_bit, signal->length,
                            signal->big_endian, signal->kind == ValueKind::signed_integer,
                            signal->scale, signal->offset});
  }
  return sender;
}

std::uint64_t Sender::raw_of(const Field& field, std::uint16_t wanted) const {
  const std::uint64_t all = field.length >= 64 ? ~0ULL : (1ULL << field.length) - 1;
  if (!field.output.is_value) {
    const bool inverted = board_->outputs()[field.output.output].invert;
    return (wanted != 0) != inverted ? 1 : 0;
  }
  if (wanted == 0) return all;
  // The largest number that is not "not available", in a signal that can be negative the largest.
  const std::uint64_t most = field.is_signed ? all >> 1 : all - 1;
  const double raw = std::round((wanted - field.offset) / field.scale);
  return static_cast<std::uint64_t>(std::clamp(raw, 0.0, static_cast<double>(most)));
}

/// False: nothing has been wanted yet of anything in it.
bool Sender::fill(Message& message) const {
  message.frame.data.fill(ones);
  bool any = false;
  for (const Field& field : message.fields) {
    const auto wanted = board_->wanted(field.output.output);
    if (!wanted) continue;
    any = true;
    put_bits(message.frame, field.start_bit, field.length, field.big_endian,
             raw_of(field, *wanted));
  }
  return any;
}

void Sender::due(BootTime now, std::vector<CanFrame>& out) {
  for (Message& message : messages_) {
    if (now < message.next) continue;
    message.next = {now.ns + message.cycle_ns};
    if (!fill(message)) continue;
    message.frame.at = now;
    out.push_back(message.frame);
  }
}

BootTime Sender::next() const {
  BootTime next{INT64_MAX};
  for (const Message& message : messages_) next = std::min(next, message.next);
  return next;
}

}  // namespace lujing::hal::can
