#include "base/directive_kind.h"

namespace lujing {

const char* to_string(DirectiveKind kind) {
  switch (kind) {
    case DirectiveKind::rule_set:
      return "rule_set";
    case DirectiveKind::plan:
      return "plan";
    case DirectiveKind::fences:
      return "fences";
    case DirectiveKind::permits:
      return "permits";
    case DirectiveKind::roads:
      return "roads";
    case DirectiveKind::driver_text:
      return "driver_text";
    case DirectiveKind::control:
      return "control";
  }
  return "unknown";
}

std::optional<DirectiveKind> directive_kind(std::string_view name) {
  for (const DirectiveKind kind : all_directive_kinds) {
    if (name == to_string(kind)) return kind;
  }
  return std::nullopt;
}

std::optional<DirectiveKind> directive_kind(std::uint64_t number) {
  for (const DirectiveKind kind : all_directive_kinds) {
    if (number == static_cast<std::uint64_t>(kind)) return kind;
  }
  return std::nullopt;
}

}  // namespace lujing
