// A number as a person types it behind an option of a program.
#pragma once

#include <string>

namespace lujing {

/// Empty: `text` is a number from `low` to `high`. Otherwise what is wrong with it, for the command
/// line's message; "nan", "inf" and rests such as "5x" are wrong too.
std::string number_problem(const std::string& text, double low, double high);

}  // namespace lujing
