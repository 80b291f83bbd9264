#include "terminal/app/prompts.h"

#include <variant>

namespace lujing::app {
namespace {

struct Prompt {
  const char* rule;
  const char* text;
};

constexpr Prompt prompt_table[] = {
    {"MT-01", "货箱未密闭，请停车关闭顶盖"},
};

}  // namespace

std::vector<std::string> prompts_for(std::span<const protocol::Record> records) {
  std::vector<std::string> texts;
  for (const auto& record : records) {
    const auto* alarm = std::get_if<protocol::AlarmRecord>(&record.payload);
    if (alarm == nullptr || alarm->state != protocol::AlarmState::raised) continue;
    for (const Prompt& prompt : prompt_table) {
      if (alarm->rule == prompt.rule) texts.emplace_back(prompt.text);
    }
  }
  return texts;
}

}  // namespace lujing::app
