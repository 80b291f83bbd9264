// Texts that come from outside: a directive's driver text, a reason that is to be recorded.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace lujing::core {

/// The voice speaks no more of a text.
inline constexpr std::size_t max_driver_text_bytes = 500;

/// UTF-8 without control characters (line ends and tabs may be), 1 to max_driver_text_bytes.
Result<void> check_driver_text(std::string_view body);

/// At most `most` bytes of a text, cut between two characters.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace lujing::core
