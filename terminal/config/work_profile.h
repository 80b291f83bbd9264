// A vehicle's profile as TOML: which signals make which work (deploy/vehicles/README.md lists every
// key). Refused as a whole, with file, line and what was expected.
#pragma once

#include "base/result.h"
#include "terminal/config/toml_reader.h"
#include "terminal/core/work/profile.h"

#include <span>
#include <string>
#include <string_view>

namespace lujing::config {

struct TerminalConfig;

Result<core::WorkProfile> load_work_profile(const std::string& path);
/// `name` is what messages call the text.
Result<core::WorkProfile> parse_work_profile(const std::string& name, const std::string& text);

/// A word for a number that a profile may use, and the unit that it is taken in.
struct BodyWord {
  const char* name;
  const char* unit;
  bool analog;  ///< as an input it is an analog one
};
std::span<const BodyWord> body_words();
const BodyWord* find_body_word(std::string_view name);

/// Gives each fact and measure the signal or input that terminal.toml calls by its word.
void connect_work(const TerminalConfig& terminal, core::WorkProfile& profile);

/// The same tables with ids in place of words: a part of the core's configuration text.
void write_work(const core::WorkProfile& profile, std::string& out);
void read_work(Section section, core::WorkProfile& profile);

}  // namespace lujing::config
