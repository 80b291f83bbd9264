// The kinds of directives: what a platform can tell a terminal. The word and the number of each are
// the same on the wire, in a journal and in a record, so they stand where every room can see them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lujing {

/// Numbers are given once; new kinds at the end (protocol/DIRECTIVES.md).
enum class DirectiveKind : std::uint8_t {
  rule_set = 1,     ///< a city profile (TOML)
  plan = 2,         ///< what is to be cleaned, how often and when
  fences = 3,       ///< areas and what is allowed in them
  permits = 4,      ///< 核准证
  roads = 5,        ///< a road network file
  driver_text = 6,  ///< a text that is read out to the driver
  control = 7,      ///< a request to limit, lift or release
};

inline constexpr std::array all_directive_kinds{DirectiveKind::rule_set, DirectiveKind::plan,
                                                DirectiveKind::fences,   DirectiveKind::permits,
                                                DirectiveKind::roads,    DirectiveKind::driver_text,
                                                DirectiveKind::control};

/// The directive's name on the wire: "rule_set". "unknown" beyond the list.
const char* to_string(DirectiveKind kind);
std::optional<DirectiveKind> directive_kind(std::string_view name);
std::optional<DirectiveKind> directive_kind(std::uint64_t number);

/// SHA-256 of a directive's body.
using Sha256 = std::array<std::uint8_t, 32>;
/// Of an empty body: the directive says that its kind is withdrawn.
inline constexpr Sha256 sha256_of_nothing{
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55};

}  // namespace lujing
