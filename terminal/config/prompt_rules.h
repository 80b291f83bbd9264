// [prompts] of a city profile and of a journal's header: when the driver is told.
#pragma once

#include "terminal/config/toml_reader.h"
#include "terminal/core/prompt/prompt_config.h"

#include <string>

namespace lujing::config {

void read_prompts(Section section, core::PromptConfig& prompts);
/// Nothing where all is as it is without a word.
void write_prompts(const core::PromptConfig& prompts, std::string& out);

}  // namespace lujing::config
