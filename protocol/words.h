// The word for an enumeration's value, from a list in the order of the values. Private to this
// folder.
#pragma once

#include <cstddef>

namespace lujing::protocol {

template <std::size_t N>
const char* word_of(const char* const (&words)[N], std::size_t value) {
  return value < N ? words[value] : "unknown";
}

}  // namespace lujing::protocol
