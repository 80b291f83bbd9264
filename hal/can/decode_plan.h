// The compiled form of a list of wishes. Internal to hal/can.
#pragma once

#include "hal/can/decoder.h"

#include <cstdint>
#include <vector>

namespace lujing::hal::can {

/// How a field's bits become a number. The first two are the fast ones.
enum class Field : std::uint8_t {
  unsigned_bits,  ///< at most 63 bits
  signed_bits,
  unsigned_64,
  float32,
  float64,
};

inline constexpr std::uint32_t hidden_wish = UINT32_MAX;  ///< a multiplexer that nobody asked for
inline constexpr std::int16_t any_source = -1;

/// One signal, ready to be read: load 8 bytes from `at`, shift left, shift right, scale.
struct FieldPlan {
  double scale = 1;
  double offset = 0;
  /// Raw values above the first are "error", above the second "not available". UINT64_MAX: none.
  std::uint64_t last_good = UINT64_MAX;
  std::uint64_t last_error = UINT64_MAX;
  std::uint32_t wish = hidden_wish;
  std::int16_t source = any_source;
  std::uint8_t at = 0;
  std::uint8_t shift_left = 0;
  std::uint8_t shift_right = 0;
  std::uint8_t bytes_needed = 0;
  bool big_endian = false;
  bool nine_bytes = false;  ///< 58 bits or more across nine bytes: the slow way
  Field field = Field::unsigned_bits;
  // Only in a group with a multiplexer:
  std::uint16_t start_bit = 0;
  std::uint16_t length = 0;
  std::int32_t parent = -1;  ///< index inside the group
  std::uint32_t first_range = 0;
  std::uint32_t range_count = 0;
};

/// The wanted signals of one id, or of one parameter group.
struct GroupPlan {
  std::uint32_t first =
      0;  ///< into the list of fields; a multiplexer stands before what it chooses
  std::uint32_t count = 0;
  std::uint8_t bytes_needed = 0;  ///< the most of its fields
  bool simple = true;             ///< no multiplexer, no source address, nothing across nine bytes
  bool in_first_8 = true;
};

/// Open addressing, a power of two, at most half full: id -> group.
class GroupTable {
 public:
  void build(const std::vector<std::uint32_t>& keys);  ///< group n has keys[n]
  const GroupPlan* find(std::uint32_t key, const std::vector<GroupPlan>& groups) const {
    std::size_t slot = (key * 0x9E3779B1U) >> shift_;
    while (true) {
      const Slot& s = slots_[slot];
      if (s.key == key) return &groups[s.group];
      if (s.key == no_key) return nullptr;
      slot = (slot + 1) & mask_;
    }
  }

 private:
  static constexpr std::uint32_t no_key = UINT32_MAX;
  struct Slot {
    std::uint32_t key = no_key;
    std::uint32_t group = 0;
  };
  std::vector<Slot> slots_ = std::vector<Slot>(2);
  std::size_t mask_ = 1;
  unsigned shift_ = 31;
};

/// Keys of the table: standard ids as they are, extended ids and parameter groups marked.
constexpr std::uint32_t standard_key(std::uint32_t id) {
  return id;
}
constexpr std::uint32_t extended_key(std::uint32_t id) {
  return id | 0x80000000U;
}
constexpr std::uint32_t pgn_key(std::uint32_t pgn) {
  return pgn | 0x40000000U;
}

struct Decoder::Plan {
  std::vector<FieldPlan> fields;
  std::vector<GroupPlan> groups;
  std::vector<std::uint32_t> keys;  ///< of the groups
  std::vector<MuxRange> ranges;
  GroupTable table;
  bool has_standard = false;
  bool has_extended = false;
  bool has_pgn = false;
  std::vector<Decoded> out;           ///< room for everything that one frame can say
  std::vector<std::uint64_t> chosen;  ///< scratch: raw value + 1 of a field that was read, else 0
  std::vector<std::uint8_t> present;  ///< scratch: whether it was
  std::uint64_t short_frames = 0;

  Decoded* decode_simple(const GroupPlan& group, const CanFrame& frame, Decoded* to) const;
  Decoded* decode_slowly(const GroupPlan& group, const CanFrame& frame, Decoded* to);
};

}  // namespace lujing::hal::can
