#include "terminal/journal/observation_codec.h"

#include "protocol/bytes.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <type_traits>

namespace lujing::journal {
namespace {

using protocol::append_le;
using protocol::append_varint;
using protocol::ByteReader;
using protocol::unzigzag;
using protocol::zigzag;

constexpr std::uint8_t version = 1;

void put_byte(std::uint8_t byte, std::string& out) {
  out.push_back(static_cast<char>(byte));
}

void put_signed(std::int64_t value, std::string& out) {
  append_varint(zigzag(value), out);
}

void put_number(double value, std::string& out) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const int bytes = bits == 0 ? 0 : 8 - std::countr_zero(bits) / 8;
  put_byte(static_cast<std::uint8_t>(bytes), out);
  for (int i = 0; i < bytes; ++i) put_byte(static_cast<std::uint8_t>(bits >> (56 - 8 * i)), out);
}

void put_optional(const std::optional<double>& value, std::string& out) {
  if (value) put_number(*value, out);
}

void put(const hal::Boot& boot, std::string& out) {
  append_le(boot.boot_id, 8, out);
}

void put(const hal::GnssFix& fix, std::string& out) {
  put_byte(static_cast<std::uint8_t>(fix.mode), out);
  append_varint((fix.utc ? 1U : 0U) | (fix.position.valid() ? 2U : 0U) |
                    (fix.altitude_m ? 4U : 0U) | (fix.speed_mps ? 8U : 0U) |
                    (fix.course_rad ? 16U : 0U) | (fix.horizontal_error_m ? 32U : 0U) |
                    (fix.speed_error_mps ? 64U : 0U) | (fix.course_error_rad ? 128U : 0U),
                out);
  if (fix.utc) put_signed(fix.utc->ms, out);
  if (fix.position.valid()) {
    append_le(static_cast<std::uint32_t>(fix.position.lat_e7), 4, out);
    append_le(static_cast<std::uint32_t>(fix.position.lon_e7), 4, out);
  }
  put_optional(fix.altitude_m, out);
  put_optional(fix.speed_mps, out);
  put_optional(fix.course_rad, out);
  put_optional(fix.horizontal_error_m, out);
  put_optional(fix.speed_error_mps, out);
  put_optional(fix.course_error_rad, out);
}

void put(const hal::SkyView& sky, std::string& out) {
  put_byte(sky.visible, out);
  put_byte(sky.used, out);
  append_varint((sky.hdop ? 1U : 0U) | (sky.cn0_mean_dbhz ? 2U : 0U), out);
  put_optional(sky.hdop, out);
  put_optional(sky.cn0_mean_dbhz, out);
}

void put(const hal::CanSignal& signal, std::string& out) {
  append_varint(signal.id, out);
  put_byte(static_cast<std::uint8_t>(signal.state), out);
  put_number(signal.value, out);
}

void put(const hal::Switch& input, std::string& out) {
  append_varint(input.id, out);
  put_byte(static_cast<std::uint8_t>(input.state), out);
}

void put(const hal::Analog& input, std::string& out) {
  append_varint(input.id, out);
  put_byte(static_cast<std::uint8_t>(input.state), out);
  put_number(input.value, out);
}

void put(const hal::Power& power, std::string& out) {
  append_varint((power.main_v ? 1U : 0U) | (power.backup_v ? 2U : 0U), out);
  put_optional(power.main_v, out);
  put_optional(power.backup_v, out);
}

void put(const hal::LinkState& link, std::string& out) {
  put_byte(static_cast<std::uint8_t>(link.link), out);
  put_byte(link.up ? 1 : 0, out);
  put_byte(link.index, out);
}

void put(const hal::Counter& counter, std::string& out) {
  append_varint(counter.id, out);
  put_signed(counter.value, out);
}

void put(const hal::ClockTick& tick, std::string& out) {
  append_varint((tick.wall ? 1U : 0U) | (tick.synchronized ? 2U : 0U), out);
  if (tick.wall) put_signed(tick.wall->ms, out);
}

void put(const hal::DirectiveInForce& told, std::string& out) {
  put_byte(static_cast<std::uint8_t>(told.kind), out);
  append_varint(told.version, out);
  out.append(told.sha256.begin(), told.sha256.end());
}

void put(const hal::Recalled& piece, std::string& out) {
  const std::size_t size = std::min<std::size_t>(piece.size, piece.bytes.size());
  put_byte(piece.part, out);
  put_byte(piece.parts, out);
  put_byte(static_cast<std::uint8_t>(size), out);
  out.append(piece.bytes.data(), size);
}

// Reading. Each get() is false where the body does not suffice or says what the table does not
// know.

bool get_byte(ByteReader& in, std::uint8_t& value) {
  std::uint64_t raw = 0;
  if (!in.le(1, raw)) return false;
  value = static_cast<std::uint8_t>(raw);
  return true;
}

bool get_signed(ByteReader& in, std::int64_t& value) {
  std::uint64_t raw = 0;
  if (!in.varint(raw)) return false;
  value = unzigzag(raw);
  return true;
}

bool get_number(ByteReader& in, double& value) {
  std::uint8_t bytes = 0;
  std::string_view raw;
  if (!get_byte(in, bytes) || bytes > 8 || !in.take(bytes, raw)) return false;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    bits |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(raw[i])) << (56 - 8 * i);
  }
  value = std::bit_cast<double>(bits);
  return true;
}

bool get_optional(ByteReader& in, bool there, std::optional<double>& value) {
  if (!there) return true;
  double number = 0;
  if (!get_number(in, number)) return false;
  value = number;
  return true;
}

bool get_utc(ByteReader& in, bool there, std::optional<UtcTime>& value) {
  if (!there) return true;
  std::int64_t ms = 0;
  if (!get_signed(in, ms)) return false;
  value = UtcTime{ms};
  return true;
}

bool get_id(ByteReader& in, std::uint16_t& id) {
  std::uint64_t raw = 0;
  if (!in.varint(raw) || raw > 0xffff) return false;
  id = static_cast<std::uint16_t>(raw);
  return true;
}

template <class State>
bool get_state(ByteReader& in, std::uint8_t most, State& state) {
  std::uint8_t raw = 0;
  if (!get_byte(in, raw) || raw > most) return false;
  state = static_cast<State>(raw);
  return true;
}

bool get(ByteReader& in, hal::Boot& boot) {
  return in.le(8, boot.boot_id);
}

bool get(ByteReader& in, hal::GnssFix& fix) {
  std::uint64_t flags = 0;
  if (!get_state(in, 3, fix.mode) || static_cast<std::uint8_t>(fix.mode) == 1) return false;
  if (!in.varint(flags) || !get_utc(in, (flags & 1) != 0, fix.utc)) return false;
  if ((flags & 2) != 0) {
    std::uint64_t lat = 0;
    std::uint64_t lon = 0;
    if (!in.le(4, lat) || !in.le(4, lon)) return false;
    const GeoPoint point{static_cast<std::int32_t>(static_cast<std::uint32_t>(lat)),
                         static_cast<std::int32_t>(static_cast<std::uint32_t>(lon))};
    if (!point.valid()) return false;
    fix.position = point;
  }
  return get_optional(in, (flags & 4) != 0, fix.altitude_m) &&
         get_optional(in, (flags & 8) != 0, fix.speed_mps) &&
         get_optional(in, (flags & 16) != 0, fix.course_rad) &&
         get_optional(in, (flags & 32) != 0, fix.horizontal_error_m) &&
         get_optional(in, (flags & 64) != 0, fix.speed_error_mps) &&
         get_optional(in, (flags & 128) != 0, fix.course_error_rad);
}

bool get(ByteReader& in, hal::SkyView& sky) {
  std::uint64_t flags = 0;
  return get_byte(in, sky.visible) && get_byte(in, sky.used) && in.varint(flags) &&
         get_optional(in, (flags & 1) != 0, sky.hdop) &&
         get_optional(in, (flags & 2) != 0, sky.cn0_mean_dbhz);
}

bool get(ByteReader& in, hal::CanSignal& signal) {
  return get_id(in, signal.id) && get_state(in, 3, signal.state) && get_number(in, signal.value);
}

bool get(ByteReader& in, hal::Switch& input) {
  return get_id(in, input.id) && get_state(in, 3, input.state);
}

bool get(ByteReader& in, hal::Analog& input) {
  return get_id(in, input.id) && get_state(in, 3, input.state) && get_number(in, input.value);
}

bool get(ByteReader& in, hal::Power& power) {
  std::uint64_t flags = 0;
  return in.varint(flags) && get_optional(in, (flags & 1) != 0, power.main_v) &&
         get_optional(in, (flags & 2) != 0, power.backup_v);
}

bool get(ByteReader& in, hal::LinkState& link) {
  std::uint8_t up = 0;
  if (!get_state(in, 3, link.link) || !get_byte(in, up) || up > 1) return false;
  link.up = up == 1;
  return get_byte(in, link.index);
}

bool get(ByteReader& in, hal::Counter& counter) {
  return get_id(in, counter.id) && get_signed(in, counter.value);
}

bool get(ByteReader& in, hal::ClockTick& tick) {
  std::uint64_t flags = 0;
  if (!in.varint(flags) || !get_utc(in, (flags & 1) != 0, tick.wall)) return false;
  tick.synchronized = (flags & 2) != 0;
  return true;
}

bool get(ByteReader& in, hal::DirectiveInForce& told) {
  std::uint8_t number = 0;
  std::string_view sha256;
  if (!get_byte(in, number) || !in.varint(told.version) || !in.take(told.sha256.size(), sha256)) {
    return false;
  }
  const auto kind = directive_kind(std::uint64_t{number});
  if (!kind) return false;
  told.kind = *kind;
  std::copy(sha256.begin(), sha256.end(), told.sha256.begin());
  return true;
}

bool get(ByteReader& in, hal::Recalled& piece) {
  std::string_view bytes;
  if (!get_byte(in, piece.part) || !get_byte(in, piece.parts) || !get_byte(in, piece.size)) {
    return false;
  }
  if (piece.size > piece.bytes.size() || !in.take(piece.size, bytes)) return false;
  std::copy(bytes.begin(), bytes.end(), piece.bytes.begin());
  return true;
}

/// The alternative of hal::What with the number `kind` (its place, from 1), read from `body`.
template <std::size_t I = 0>
bool get_kind(std::uint8_t kind, ByteReader& body, hal::What& what) {
  if constexpr (I < std::variant_size_v<hal::What>) {
    if (kind != I + 1) return get_kind<I + 1>(kind, body, what);
    return get(body, what.emplace<I>());
  } else {
    return false;
  }
}

// The table of OBSERVATIONS.md numbers the kinds by their place in the variant: places never move.
static_assert(std::is_same_v<std::variant_alternative_t<0, hal::What>, hal::Boot>);
static_assert(std::is_same_v<std::variant_alternative_t<3, hal::What>, hal::CanSignal>);
static_assert(std::is_same_v<std::variant_alternative_t<9, hal::What>, hal::ClockTick>);
static_assert(std::is_same_v<std::variant_alternative_t<10, hal::What>, hal::DirectiveInForce>);
static_assert(std::is_same_v<std::variant_alternative_t<11, hal::What>, hal::Recalled>);

/// Wraps around: any two times are apart by some 64-bit number, and adding it comes back.
std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

}  // namespace

void ObservationEncoder::add(const hal::Observation& observation) {
  if (bytes_.empty()) {
    put_byte(version, bytes_);
    put_signed(observation.at.ns, bytes_);
    last_ns_ = observation.at.ns;
  }
  item_.clear();
  put_signed(difference(observation.at.ns, last_ns_), item_);
  last_ns_ = observation.at.ns;
  std::visit([&](const auto& what) { put(what, item_); }, observation.what);
  put_byte(static_cast<std::uint8_t>(observation.what.index() + 1), bytes_);
  append_varint(item_.size(), bytes_);
  bytes_.append(item_);
  ++count_;
}

void ObservationEncoder::clear() {
  bytes_.clear();
  count_ = 0;
}

DecodeOutcome decode_observations(std::string_view entry, std::vector<hal::Observation>& out) {
  DecodeOutcome outcome;
  ByteReader in(entry);
  std::uint8_t found_version = 0;
  std::int64_t now_ns = 0;
  if (!get_byte(in, found_version) || found_version != version || !get_signed(in, now_ns)) {
    outcome.damaged = true;
    return outcome;
  }
  while (in.left() > 0) {
    std::uint8_t kind = 0;
    std::uint64_t size = 0;
    std::string_view item;
    std::int64_t step_ns = 0;
    if (!get_byte(in, kind) || !in.varint(size) || !in.take(size, item)) {
      outcome.damaged = true;
      return outcome;
    }
    ByteReader body(item);
    if (!get_signed(body, step_ns)) {
      outcome.damaged = true;  // the times of what follows are not known
      return outcome;
    }
    now_ns = sum(now_ns, step_ns);
    hal::Observation observation;
    observation.at = BootTime{now_ns};
    if (get_kind(kind, body, observation.what)) {
      out.push_back(observation);
    } else {
      ++outcome.skipped;
    }
  }
  return outcome;
}

}  // namespace lujing::journal
