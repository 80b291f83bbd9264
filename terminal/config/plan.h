// A work plan as a document (TOML, deploy/examples/plan.toml shows every key). Refused as a whole,
// with the item named, so that the plan in force stays in force.
#pragma once

#include "base/result.h"
#include "terminal/core/work/plan.h"

#include <string>
#include <string_view>

namespace lujing::config {

/// `name` is what messages call the document.
Result<core::Plan> parse_plan(const std::string& name, const std::string& text);
/// For core::DirectiveInputs.
Result<core::Plan> read_plan(std::string_view body);
Result<core::Plan> load_plan(const std::string& path);

}  // namespace lujing::config
