// Wishes to plan.
#include "hal/can/decode_plan.h"

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>
#include <utility>

namespace lujing::hal::can {
namespace {

/// A wish, found in its database.
struct Chosen {
  const Message* message = nullptr;
  int signal = 0;
  std::uint32_t wish = hidden_wish;
  std::int16_t source = any_source;
  bool share = false;
};

/// J1939-71: above the last good raw value come "error" and then "not available", told by the
/// highest byte, and by the two highest codes of what is shorter. One bit has no room for it.
void set_ranges(FieldPlan& f, const Signal& signal) {
  const int bits = signal.length;
  if (signal.kind != ValueKind::unsigned_integer || signal.is_multiplexer || bits < 2) return;
  if (bits < 8) {
    f.last_good = (1ULL << bits) - 3;
    f.last_error = (1ULL << bits) - 2;
  } else {
    f.last_good = (0xFEULL << (bits - 8)) - 1;
    f.last_error = (0xFFULL << (bits - 8)) - 1;
  }
}

Field field_of(const Signal& signal) {
  switch (signal.kind) {
    case ValueKind::signed_integer:
      return Field::signed_bits;
    case ValueKind::float32:
      return Field::float32;
    case ValueKind::float64:
      return Field::float64;
    case ValueKind::unsigned_integer:
      break;
  }
  return signal.length == 64 ? Field::unsigned_64 : Field::unsigned_bits;
}

FieldPlan plan_field(const Message& message, const Signal& signal, const Chosen& chosen,
                     DecodeOptions options) {
  FieldPlan f;
  const double unit = chosen.share && signal.unit == "%" ? 0.01 : 1;
  f.scale = signal.scale * unit;
  f.offset = signal.offset * unit;
  f.wish = chosen.wish;
  f.source = chosen.source;
  f.start_bit = signal.start_bit;
  f.length = signal.length;
  f.big_endian = signal.big_endian;
  f.field = field_of(signal);
  const int needed = bytes_needed(signal);
  f.bytes_needed = static_cast<std::uint8_t>(needed);
  const int at = std::max(0, needed - 8);
  f.at = static_cast<std::uint8_t>(at);
  const int from_top =  // bits between the loaded word's highest and the field's highest
      signal.big_endian ? signal.start_bit / 8 * 8 + (7 - signal.start_bit % 8) - at * 8
                        : 64 - (signal.start_bit - at * 8) - signal.length;
  f.nine_bytes = from_top < 0 || from_top + signal.length > 64;
  f.shift_left = static_cast<std::uint8_t>(f.nine_bytes ? 0 : from_top);
  f.shift_right = static_cast<std::uint8_t>(64 - signal.length);
  if (options.judge_j1939_ranges && message.j1939) set_ranges(f, signal);
  return f;
}

std::uint32_t key_of(const Message& message) {
  if (message.j1939) return pgn_key(j1939_pgn(message.id));
  return message.extended ? extended_key(message.id) : standard_key(message.id);
}

/// Adds the fields of one group: of each message and source address the multiplexers first.
class GroupBuilder {
 public:
  GroupBuilder(std::vector<FieldPlan>& fields, std::vector<MuxRange>& ranges, GroupPlan& group,
               DecodeOptions options)
      : fields_(fields), ranges_(ranges), group_(group), options_(options) {}

  void add(const Chosen& chosen) {
    const Signal& signal = chosen.message->signals[static_cast<std::size_t>(chosen.signal)];
    FieldPlan f = plan_field(*chosen.message, signal, chosen, options_);
    if (signal.multiplexer >= 0) {
      f.parent = place_of_multiplexer(chosen, signal.multiplexer);
      f.first_range = static_cast<std::uint32_t>(ranges_.size());
      f.range_count = static_cast<std::uint32_t>(signal.chosen_by.size());
      ranges_.insert(ranges_.end(), signal.chosen_by.begin(), signal.chosen_by.end());
    }
    push(f);
  }

 private:
  void push(const FieldPlan& f) {
    fields_.push_back(f);
    ++group_.count;
    group_.bytes_needed = std::max(group_.bytes_needed, f.bytes_needed);
    group_.simple = group_.simple && f.parent < 0 && f.source == any_source &&
                    f.wish != hidden_wish && !f.nine_bytes;
    group_.in_first_8 = group_.in_first_8 && f.at == 0;
  }

  /// Index in the group of the hidden field that reads this multiplexer for the same source.
  std::int32_t place_of_multiplexer(const Chosen& chosen, int multiplexer) {
    const auto key = std::make_tuple(chosen.message, multiplexer, chosen.source);
    if (const auto known = places_.find(key); known != places_.end()) return known->second;
    add({chosen.message, multiplexer, hidden_wish, chosen.source});
    const auto place = static_cast<std::int32_t>(group_.count - 1);
    places_[key] = place;
    return place;
  }

  std::vector<FieldPlan>& fields_;
  std::vector<MuxRange>& ranges_;
  GroupPlan& group_;
  DecodeOptions options_;
  std::map<std::tuple<const Message*, int, std::int16_t>, std::int32_t> places_;
};

/// Which source address a J1939 signal is taken from (SignalWish::source).
std::int16_t source_of(const Message& message, const SignalWish& wish,
                       const std::vector<const Database*>& databases) {
  if (!message.j1939) return any_source;
  if (wish.source) return *wish.source;
  const std::uint8_t own = j1939_source(message.id);
  if (own == j1939_any_source) return any_source;
  int same_group = 0;
  for (const Database* database : databases) {
    for (const Message& other : database->messages) {
      same_group += other.j1939 && j1939_pgn(other.id) == j1939_pgn(message.id) ? 1 : 0;
    }
  }
  return same_group > 1 ? std::int16_t{own} : any_source;
}

/// Whether one frame can carry the signal, and every multiplexer above it.
bool fits_a_frame(const Message& message, const Signal& signal) {
  if (bytes_needed(signal) > max_fd_bytes) return false;
  for (int up = signal.multiplexer; up >= 0;
       up = message.signals[static_cast<std::size_t>(up)].multiplexer) {
    if (bytes_needed(message.signals[static_cast<std::size_t>(up)]) > max_fd_bytes) return false;
  }
  return true;
}

Result<Chosen> find_wish(const SignalWish& wish, const std::vector<const Database*>& databases) {
  const Message* message = nullptr;
  std::string files;
  for (const Database* database : databases) {
    if (message == nullptr) message = database->find(wish.message);
    files += (files.empty() ? "" : ", ") + database->file;
  }
  if (message == nullptr) {
    return Error("no message " + wish.message + " in " + (files.empty() ? "no DBC file" : files));
  }
  const Signal* signal = message->find(wish.signal);
  if (signal == nullptr) {
    return Error("message " + wish.message + " has no signal " + wish.signal + " in " + files);
  }
  if (!fits_a_frame(*message, *signal)) {
    return Error("signal " + wish.signal + " of message " + wish.message +
                 " is beyond one frame: messages of several packets are not put together");
  }
  if (wish.source && !message->j1939) {
    return Error("message " + wish.message + " is no J1939 message: it has no source address");
  }
  return Chosen{message, static_cast<int>(signal - message->signals.data()), hidden_wish,
                source_of(*message, wish, databases), wish.share};
}

}  // namespace

void GroupTable::build(const std::vector<std::uint32_t>& keys) {
  const std::size_t size = std::bit_ceil(keys.size() * 2 + 2);
  slots_.assign(size, {});
  mask_ = size - 1;
  shift_ = 32U - static_cast<unsigned>(std::countr_zero(size));
  for (std::size_t group = 0; group < keys.size(); ++group) {
    std::size_t slot = (keys[group] * 0x9E3779B1U) >> shift_;
    while (slots_[slot].key != no_key) slot = (slot + 1) & mask_;
    slots_[slot] = {keys[group], static_cast<std::uint32_t>(group)};
  }
}

namespace {

void assemble(Decoder::Plan& plan, const std::vector<Chosen>& chosen, DecodeOptions options) {
  std::map<std::uint32_t, std::vector<const Chosen*>> by_key;
  for (const Chosen& c : chosen) by_key[key_of(*c.message)].push_back(&c);
  std::size_t most_pgn = 0;
  std::size_t most_exact = 0;
  std::size_t most_fields = 0;
  for (const auto& [key, members] : by_key) {
    GroupPlan group;
    group.first = static_cast<std::uint32_t>(plan.fields.size());
    GroupBuilder builder(plan.fields, plan.ranges, group, options);
    for (const Chosen* member : members) builder.add(*member);
    const bool is_pgn = (key & 0xC0000000U) == 0x40000000U;
    const bool is_extended = (key & 0x80000000U) != 0;
    plan.has_pgn = plan.has_pgn || is_pgn;
    plan.has_extended = plan.has_extended || is_extended;
    plan.has_standard = plan.has_standard || (!is_pgn && !is_extended);
    auto& most = is_pgn ? most_pgn : most_exact;
    most = std::max<std::size_t>(most, group.count);
    most_fields = std::max<std::size_t>(most_fields, group.count);
    plan.groups.push_back(group);
    plan.keys.push_back(key);
  }
  plan.table.build(plan.keys);
  plan.out.resize(most_pgn + most_exact + 1);
  plan.chosen.resize(most_fields + 1);
  plan.present.resize(most_fields + 1);
}

}  // namespace

Result<Decoder> Decoder::compile(const std::vector<const Database*>& databases,
                                 const std::vector<SignalWish>& wishes, DecodeOptions options) {
  std::vector<Chosen> chosen;
  for (const SignalWish& wish : wishes) {
    auto found = find_wish(wish, databases);
    if (!found) return found.error();
    found->wish = static_cast<std::uint32_t>(chosen.size());
    chosen.push_back(*found);
  }
  auto plan = std::make_unique<Plan>();
  assemble(*plan, chosen, options);
  return Decoder(std::move(plan));
}

Result<Decoder> Decoder::compile_all(const Database& database, DecodeOptions options) {
  std::vector<Chosen> chosen;
  std::uint32_t count = 0;
  for (const Message& message : database.messages) {
    const std::int16_t source = source_of(message, {}, {&database});
    for (std::size_t i = 0; i < message.signals.size(); ++i, ++count) {
      if (!fits_a_frame(message, message.signals[i])) continue;
      chosen.push_back({&message, static_cast<int>(i), count, source});
    }
  }
  auto plan = std::make_unique<Plan>();
  assemble(*plan, chosen, options);
  return Decoder(std::move(plan));
}

std::vector<IdFilter> Decoder::filters() const {
  std::vector<IdFilter> filters;
  for (const std::uint32_t key : plan_->keys) {
    if ((key & 0x80000000U) != 0) {
      filters.push_back({key & max_extended_id, max_extended_id, true});
    } else if ((key & 0x40000000U) != 0) {
      const std::uint32_t pgn = key & 0x3FFFFU;
      const bool to_all = ((pgn >> 8U) & 0xFFU) >= 240;
      filters.push_back({pgn << 8U, to_all ? 0x03FFFF00U : 0x03FF0000U, true});
    } else {
      filters.push_back({key, max_standard_id, false});
    }
  }
  return filters;
}

}  // namespace lujing::hal::can
