// Yes, no, or not known.
#pragma once

#include <cstdint>

namespace lujing::core {

/// What is not known neither raises an alarm nor clears one.
enum class Truth : std::uint8_t { no, yes, unknown };

/// No if either is no; yes if both are; else unknown.
inline Truth both(Truth a, Truth b) {
  if (a == Truth::no || b == Truth::no) return Truth::no;
  return a == Truth::yes && b == Truth::yes ? Truth::yes : Truth::unknown;
}
/// Yes if either is; no if both are; else unknown.
inline Truth either(Truth a, Truth b) {
  if (a == Truth::yes || b == Truth::yes) return Truth::yes;
  return a == Truth::no && b == Truth::no ? Truth::no : Truth::unknown;
}
inline Truth negated(Truth a) {
  if (a == Truth::unknown) return a;
  return a == Truth::yes ? Truth::no : Truth::yes;
}
inline Truth truth(bool is) {
  return is ? Truth::yes : Truth::no;
}

}  // namespace lujing::core
