// The words by which a fitter tells the core what a CAN signal or an input is.
#pragma once

#include "terminal/core/config.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::config {

/// One word, and the place in CoreConfig that takes its id.
struct SignalWord {
  const char* name;
  const char* unit;  ///< that the core takes it in
  std::optional<hal::SignalId> core::CoreConfig::*id;
};
struct InputWord {
  const char* name;
  const char* unit;
  bool analog;
  std::optional<hal::InputId> core::CoreConfig::*id;
};

std::span<const SignalWord> signal_words();
std::span<const InputWord> input_words();
const SignalWord* find_signal_word(std::string_view name);
const InputWord* find_input_word(std::string_view name);

}  // namespace lujing::config
