#include "protocol/haul_records.h"

#include "protocol/words.h"

#include <cstddef>

namespace lujing::protocol {
const char* to_string(FenceKind v) {
  static constexpr const char* words[] = {"area",           "forbidden", "loading", "unloading",
                                          "unloading_ring", "parking",   "wash",    "route"};
  static_assert(sizeof(words) / sizeof(words[0]) == fence_kinds);
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(FenceEvent v) {
  static constexpr const char* words[] = {"entered",      "left",  "crossed",
                                          "found_inside", "began", "ended"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(TripEvent v) {
  static constexpr const char* words[] = {"loaded",   "loaded_more", "partly_tipped", "tipped",
                                          "returned", "resumed",     "permit_changed"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(Washed v) {
  // "unknown" is what a value without a word is called, so it is not one.
  static constexpr const char* words[] = {"not_known", "no", "yes"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(Limit v) {
  static constexpr const char* words[] = {"speed", "hoist", "lock"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(LimitOrigin v) {
  static constexpr const char* words[] = {"platform", "fence", "rule", "spot"};
  return word_of(words, static_cast<std::size_t>(v));
}

const char* to_string(LimitEvent v) {
  static constexpr const char* words[] = {"asked", "refused",  "applied",
                                          "waits", "released", "ended"};
  return word_of(words, static_cast<std::size_t>(v));
}

}  // namespace lujing::protocol
