// A directive's body looked at before it is signed: by the code that the vehicles read it with.
#pragma once

#include "base/directive_kind.h"
#include "base/result.h"

#include <string>
#include <vector>

namespace lujing::ctl {

/// An error names the item and what would be right. A kind that has no reader here is taken as it
/// is: each vehicle says what it makes of it.
Result<void> check_directive_body(DirectiveKind kind, const std::string& body);

/// The document's own version must rise: `older` is the body that the same vehicles were sent
/// before. Documents of other names, and kinds without a version of their own, follow anything.
Result<void> check_follows(DirectiveKind kind, const std::string& body, const std::string& older);

/// What is right, and perhaps not meant: one line; empty where there is nothing to say.
std::string warn_of_directive_body(DirectiveKind kind, const std::string& body);

/// The same of permits, against all bodies with fences that are in force: one line that names the
/// first permits whose sites nobody has drawn, which no vehicle can ever be in.
std::string warn_of_unknown_fences(const std::string& permits,
                                   const std::vector<std::string>& fences);

}  // namespace lujing::ctl
