#include "ctl/directive_check.h"

#include "protocol/directive.h"
#include "terminal/config/plan.h"
#include "terminal/config/terminal_config.h"
#include "terminal/core/directive/text.h"

namespace lujing::ctl {

Result<void> check_directive_body(DirectiveKind kind, const std::string& body) {
  if (body.empty()) return Error("the body is empty; to take a directive back: directive withdraw");
  if (body.size() > protocol::max_directive_bytes) {
    return Error("the body has " + std::to_string(body.size()) + " bytes; at most " +
                 std::to_string(protocol::max_directive_bytes) + " are sent");
  }
  core::CoreConfig scratch;
  switch (kind) {
    case DirectiveKind::rule_set:
      return config::read_rule_set(body, scratch);
    case DirectiveKind::plan: {
      const auto plan = config::read_plan(body);
      return plan ? Result<void>() : Result<void>(plan.error());
    }
    case DirectiveKind::driver_text:
      return core::check_driver_text(body);
    default:
      return {};
  }
}

}  // namespace lujing::ctl
