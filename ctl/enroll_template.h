// A vehicle's terminal.toml made from an example: only the values that enrolment knows are changed,
// comments and everything else stay.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace lujing::ctl {

/// (section, key) to the value as TOML text.
using TomlValues = std::map<std::pair<std::string, std::string>, std::string>;

/// A TOML basic string: quoted and escaped.
std::string toml_string(std::string_view text);
/// The text with the values put in. Keys that the text does not have are not added.
std::string fill_template(std::string_view text, const TomlValues& values);

}  // namespace lujing::ctl
