#include "terminal/core/alarm/alarms.h"

#include <cmath>

namespace lujing::core {

Alarms::Alarms(const CoreConfig& config) : config_(config), lives_(rules().size()) {
  for (const Rule& rule : rules()) prompts_.push_back(prompts_of_rule(rule.id));
}

bool Alarms::judge(BootTime now, const Facts& facts, std::vector<protocol::AlarmRecord>& changes) {
  bool raised_or_cleared = false;
  const std::span<const Rule> table = rules();
  for (std::size_t i = 0; i < lives_.size(); ++i) {
    const Rule& rule = table[i];
    const AlarmConfig& parameters = rule.parameters(config_);
    // Most rules are for other vehicles, and this is done at each observation.
    if (!parameters.enabled && lives_[i].stage() == AlarmLife::Stage::idle) continue;
    const auto change = parameters.enabled
                            ? lives_[i].judge(now, rule.condition(facts, config_), parameters)
                            : lives_[i].end();
    if (!change) continue;
    protocol::AlarmRecord record;
    record.rule = rule.id;
    record.state = *change;
    record.since_boot_ms = lives_[i].since().ms();
    record.rule_set = config_.rule_set;
    record.position = facts.position;
    record.speed_cmps = static_cast<std::int32_t>(std::lround(facts.speed_mps.value_or(0) * 100));
    record.detail = rule.detail(facts);
    changes.push_back(std::move(record));
    raised_or_cleared = raised_or_cleared || *change != protocol::AlarmState::suppressed;
  }
  return raised_or_cleared;
}

PromptSet Alarms::prompts(BootTime now, double warn_after_s) const {
  PromptSet asked = 0;
  for (std::size_t i = 0; i < lives_.size(); ++i) {
    if (prompts_[i] != 0 && lives_[i].stage() != AlarmLife::Stage::idle &&
        lives_[i].holds(now, warn_after_s))
      asked |= prompts_[i];
  }
  return asked;
}

std::vector<OpenAlarm> Alarms::open() const {
  std::vector<OpenAlarm> found;
  for (std::size_t i = 0; i < lives_.size(); ++i) {
    if (lives_[i].stage() == AlarmLife::Stage::idle) continue;
    found.push_back({rules()[i].id, lives_[i].stage(), lives_[i].since()});
  }
  return found;
}

}  // namespace lujing::core
