// A directive's body looked at before it is signed: by the code that the vehicles read it with.
#pragma once

#include "base/directive_kind.h"
#include "base/result.h"

#include <string>

namespace lujing::ctl {

/// An error names the item and what would be right. A kind that has no reader here is taken as it
/// is: each vehicle says what it makes of it.
Result<void> check_directive_body(DirectiveKind kind, const std::string& body);

/// The document's own version must rise: `older` is the body that the same vehicles were sent
/// before. Documents of other names, and kinds without a version of their own, follow anything.
Result<void> check_follows(DirectiveKind kind, const std::string& body, const std::string& older);

/// What is right, and perhaps not meant: one line; empty where there is nothing to say.
std::string warn_of_directive_body(DirectiveKind kind, const std::string& body);

}  // namespace lujing::ctl
