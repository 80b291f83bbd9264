#include "terminal/config/prompt_rules.h"

#include "terminal/config/values.h"

#include <array>
#include <charconv>

namespace lujing::config {
namespace {

using core::PromptConfig;

struct PromptNumber {
  const char* key;
  double PromptConfig::*at;
  double min, max;
};
constexpr std::array<PromptNumber, 5> prompt_numbers{{
    {"warn_after_s", &PromptConfig::warn_after_s, 0, 600},
    {"hold_s", &PromptConfig::hold_s, 2, 60},
    {"missed_ahead_m", &PromptConfig::missed_ahead_m, 0, 500},
    {"zone_ahead_m", &PromptConfig::zone_ahead_m, 0, 2000},
    {"permit_ends_min", &PromptConfig::permit_ends_min, 0, 10080},
}};
constexpr double least_repeat_s = 5;  // sooner is noise, not a warning

std::string repeat_key(std::size_t urgency) {
  return std::string(to_string(static_cast<core::Urgency>(urgency))) + "_repeat_s";
}

}  // namespace

void read_prompts(Section section, PromptConfig& prompts) {
  prompts.enabled = section.flag("enabled", prompts.enabled);
  for (const PromptNumber& number : prompt_numbers) {
    prompts.*number.at = section.number(number.key, prompts.*number.at, number.min, number.max);
  }
  for (std::size_t i = 0; i < core::urgency_count; ++i) {
    prompts.repeat_s[i] = section.number(repeat_key(i), prompts.repeat_s[i], least_repeat_s, 86400);
  }
  section.done();
}

void write_prompts(const PromptConfig& prompts, std::string& out) {
  if (prompts == PromptConfig{}) return;
  out += std::string("\n[prompts]\nenabled = ") + (prompts.enabled ? "true" : "false") + "\n";
  for (const PromptNumber& number : prompt_numbers) {
    out += std::string(number.key) + " = " + exact(prompts.*number.at) + "\n";
  }
  for (std::size_t i = 0; i < core::urgency_count; ++i) {
    out += repeat_key(i) + " = " + exact(prompts.repeat_s[i]) + "\n";
  }
}

}  // namespace lujing::config
