// What a prompt is called and how it is said, in the driver's language.
#pragma once

#include "terminal/core/snapshot.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lujing::driver {

enum class Language : std::uint8_t { zh, en };
std::optional<Language> language_from(std::string_view word);
const char* to_string(Language language);

/// Large letters: a few words. The voice says these and the detail.
std::string headline(core::PromptId prompt, Language language);
/// The one number or name that goes with it; often empty.
std::string detail(core::PromptId prompt, const core::DriverView& view, Language language);
/// Both, as a sentence to be spoken.
std::string spoken(core::PromptId prompt, const core::DriverView& view, Language language);

}  // namespace lujing::driver
