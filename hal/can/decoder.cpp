#include "hal/can/decoder.h"

#include "hal/can/decode_plan.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

namespace lujing::hal::can {
namespace {

static_assert(std::endian::native == std::endian::little, "the loads below are little-endian");

std::uint64_t load(const std::uint8_t* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// Bit by bit: for the few fields that reach across nine bytes.
std::uint64_t read_slowly(const FieldPlan& f, const CanFrame& frame) {
  std::uint64_t raw = 0;
  for (unsigned i = 0; i < f.length; ++i) {
    // From the highest bit down. Motorola's numbering runs along the bytes from their high end.
    const unsigned bit = f.big_endian ? (f.start_bit / 8U * 8U + (7U - f.start_bit % 8U)) + i
                                      : f.start_bit + f.length - 1U - i;
    const unsigned in_byte = f.big_endian ? 7U - bit % 8U : bit % 8U;
    raw = (raw << 1U) | ((frame.data[bit / 8U] >> in_byte) & 1U);
  }
  return raw;
}

std::uint64_t sign_extended(std::uint64_t raw, unsigned length) {
  const unsigned shift = 64 - length;
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(raw << shift) >> shift);
}

/// The field's bits, as unsigned.
std::uint64_t bits_of(const FieldPlan& f, const CanFrame& frame) {
  if (f.nine_bytes) return read_slowly(f, frame);
  const std::uint64_t word = load(frame.data.data() + f.at);
  return ((f.big_endian ? __builtin_bswap64(word) : word) << f.shift_left) >> f.shift_right;
}

void set_float(Decoded& d, double number, const FieldPlan& f) {
  const bool finite = std::isfinite(number);
  d.state = finite ? SignalState::ok : SignalState::error;
  d.value = finite ? number * f.scale + f.offset : 0;
}

/// State and value of the kinds that are not plain integers of up to 63 bits.
void set_special(Decoded& d, const FieldPlan& f) {
  const auto bits = static_cast<std::uint64_t>(d.raw);
  if (f.field == Field::unsigned_64) {
    d.value = static_cast<double>(bits) * f.scale + f.offset;
  } else if (f.field == Field::float32) {
    set_float(d, std::bit_cast<float>(static_cast<std::uint32_t>(bits)), f);
  } else {
    set_float(d, std::bit_cast<double>(bits), f);
  }
}

SignalState range_state(std::uint64_t raw, const FieldPlan& f) {
  if (raw <= f.last_good) return SignalState::ok;
  return raw > f.last_error ? SignalState::not_available : SignalState::error;
}

void set_value(Decoded& d, std::uint64_t bits, const FieldPlan& f) {
  d.wish = f.wish;
  d.raw = static_cast<std::int64_t>(f.field == Field::signed_bits ? sign_extended(bits, f.length)
                                                                  : bits);
  d.state = range_state(bits, f);
  d.value = d.state == SignalState::ok ? static_cast<double>(d.raw) * f.scale + f.offset : 0;
  if (f.field > Field::signed_bits && d.state == SignalState::ok) set_special(d, f);
}

}  // namespace

Decoded* Decoder::Plan::decode_simple(const GroupPlan& group, const CanFrame& frame,
                                      Decoded* to) const {
  const std::uint64_t first_8 = load(frame.data.data());
  const std::uint64_t first_8_swapped = __builtin_bswap64(first_8);
  const FieldPlan* f = fields.data() + group.first;
  for (const FieldPlan* const end = f + group.count; f != end; ++f, ++to) {
    std::uint64_t word = f->big_endian ? first_8_swapped : first_8;
    if (!group.in_first_8) {
      word = load(frame.data.data() + f->at);
      if (f->big_endian) word = __builtin_bswap64(word);
    }
    const std::uint64_t high = word << f->shift_left;
    const std::uint64_t bits = high >> f->shift_right;
    const auto extended = static_cast<std::int64_t>(high) >> f->shift_right;
    to->raw = f->field == Field::signed_bits ? extended : static_cast<std::int64_t>(bits);
    to->wish = f->wish;
    to->state = SignalState::ok;
    to->value = static_cast<double>(to->raw) * f->scale + f->offset;
    if (bits > f->last_good) [[unlikely]] {
      to->state = range_state(bits, *f);
      to->value = 0;
    } else if (f->field > Field::signed_bits) [[unlikely]] {
      set_special(*to, *f);
    }
  }
  return to;
}

/// With multiplexers, source addresses, or a frame shorter than the group's signals.
Decoded* Decoder::Plan::decode_slowly(const GroupPlan& group, const CanFrame& frame, Decoded* to) {
  const std::int16_t source = j1939_source(frame.id);
  bool too_short = false;
  for (std::uint32_t i = 0; i < group.count; ++i) {
    const FieldPlan& f = fields[group.first + i];
    present[i] = 0;
    if (f.source != any_source && f.source != source) continue;
    if (f.parent >= 0) {
      const auto parent = static_cast<std::size_t>(f.parent);
      if (present[parent] == 0) continue;
      bool is_chosen = false;
      for (std::uint32_t r = f.first_range; r < f.first_range + f.range_count; ++r) {
        is_chosen =
            is_chosen || (chosen[parent] >= ranges[r].first && chosen[parent] <= ranges[r].last);
      }
      if (!is_chosen) continue;
    }
    if (f.bytes_needed > frame.len) {
      too_short = true;
      continue;
    }
    const std::uint64_t bits = bits_of(f, frame);
    present[i] = 1;
    chosen[i] = bits;
    if (f.wish == hidden_wish) continue;
    set_value(*to, bits, f);
    ++to;
  }
  short_frames += too_short ? 1 : 0;
  return to;
}

std::span<const Decoded> Decoder::decode(const CanFrame& frame) {
  Plan& plan = *plan_;
  if (frame.error || frame.remote || frame.len > max_fd_bytes) return {};
  Decoded* const begin = plan.out.data();
  Decoded* end = begin;
  const auto add = [&](std::uint32_t key) {
    const GroupPlan* group = plan.table.find(key, plan.groups);
    if (group == nullptr) return;
    end = group->simple && group->bytes_needed <= frame.len
              ? plan.decode_simple(*group, frame, end)
              : plan.decode_slowly(*group, frame, end);
  };
  if (!frame.extended) {
    if (plan.has_standard) add(standard_key(frame.id));
  } else {
    if (plan.has_pgn) add(pgn_key(j1939_pgn(frame.id)));
    if (plan.has_extended) add(extended_key(frame.id));
  }
  return {begin, end};
}

std::uint64_t Decoder::short_frames() const {
  return plan_->short_frames;
}

Decoder::Decoder(std::unique_ptr<Plan> plan) : plan_(std::move(plan)) {}
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;
Decoder::~Decoder() = default;

}  // namespace lujing::hal::can
