#include "terminal/config/directive_readers.h"

#include "terminal/config/fences.h"
#include "terminal/config/limits.h"
#include "terminal/config/permits.h"
#include "terminal/config/plan.h"
#include "terminal/config/terminal_config.h"
#include "terminal/core/haul/control.h"

namespace lujing::config {

core::DirectiveInputs directive_inputs(std::shared_ptr<const core::DirectiveLibrary> library) {
  core::DirectiveInputs inputs;
  inputs.library = std::move(library);
  inputs.read_rule_set = read_rule_set;
  inputs.read_plan = read_plan;
  inputs.read_fences = parse_fences;
  inputs.read_permits = parse_permits;
  inputs.read_control = parse_limits;
  return inputs;
}

}  // namespace lujing::config
