// What the core reads directives' bodies with, all of it: rule sets, fences, permits.
#pragma once

#include "terminal/core/directive/library.h"

#include <memory>

namespace lujing::config {

core::DirectiveInputs directive_inputs(std::shared_ptr<const core::DirectiveLibrary> library);

}  // namespace lujing::config
