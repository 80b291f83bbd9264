#include "terminal/core/prompt/prompt.h"

#include <algorithm>

namespace lujing::core {
namespace {

using Id = PromptId;
constexpr auto safety = Urgency::safety;
constexpr auto seal = Urgency::seal;
constexpr auto dump = Urgency::dump;
constexpr auto route = Urgency::route;
constexpr auto work = Urgency::work;

constexpr std::array<PromptRow, prompt_count> prompt_table{{
    {Id::limit_lowered, "limit_lowered", safety, {}},
    {Id::over_limit, "over_limit", safety, {"MT-12"}},
    {Id::closed_to_laden, "closed_to_laden", safety, {"MT-19"}},
    {Id::overload, "overload", safety, {"MT-17"}},
    {Id::driver_unverified, "driver_unverified", safety, {"MT-14"}},
    {Id::too_cold, "too_cold", safety, {"SP-03"}},
    {Id::power_fault, "power_fault", safety, {"AC-01"}},
    {Id::cover_open, "cover_open", seal, {"MT-01"}},
    {Id::wash_first, "wash_first", seal, {"MT-16"}},
    {Id::no_lifting, "no_lifting", dump, {"MT-03"}},
    {Id::no_dumping, "no_dumping", dump, {"MT-05"}},
    {Id::wrong_tip, "wrong_tip", dump, {"MT-07"}},
    {Id::no_station, "no_station", dump, {"GB-02"}},
    {Id::forbidden_zone, "forbidden_zone", route, {"MT-11"}},
    {Id::forbidden_ahead, "forbidden_ahead", route, {}},
    {Id::off_route, "off_route", route, {"MT-09"}},
    {Id::curfew, "curfew", route, {"MT-10"}},
    {Id::no_permit, "no_permit", route, {"MT-13"}},
    {Id::permit_ends, "permit_ends", route, {}},
    {Id::peak_hour, "peak_hour", route, {"SP-02"}},
    {Id::outside_plan, "outside_plan", route, {"CV-07"}},
    {Id::sweeps_too_fast, "sweeps_too_fast", work, {"SW-01", "SW-02"}},
    {Id::sprinkles_too_fast, "sprinkles_too_fast", work, {"SP-01"}},
    {Id::brush_up, "brush_up", work, {"SW-03"}},
    {Id::aux_engine, "aux_engine", work, {"SW-04"}},
    {Id::wind, "wind", work, {"SP-05"}},
    {Id::spray_only, "spray_only", work, {"SP-06"}},
    {Id::no_lift, "no_lift", work, {"GB-03"}},
    {Id::long_stop, "long_stop", work, {"MT-20"}},
    {Id::sensor_fault, "sensor_fault", work, {"AC-03"}},
    {Id::missed_ahead, "missed_ahead", work, {}},
    {Id::road_done, "road_done", work, {}, true},
    {Id::next_road, "next_road", work, {}, true},
}};

}  // namespace

const char* to_string(Urgency urgency) {
  static constexpr std::array<const char*, urgency_count> words{"safety", "seal", "dump", "route",
                                                                "work"};
  return words[static_cast<std::size_t>(urgency)];
}

std::span<const PromptRow> prompt_rows() {
  return prompt_table;
}

PromptSet prompts_of_rule(std::string_view rule) {
  PromptSet set = 0;
  if (rule.empty()) return set;
  for (const PromptRow& row : prompt_table) {
    if (std::find(row.rules.begin(), row.rules.end(), rule) != row.rules.end()) {
      set |= bit_of(row.id);
    }
  }
  return set;
}

PromptSet asked_for(const PromptFacts& facts, const PromptConfig& config) {
  PromptSet set = facts.by_rules;
  const auto add = [&set](bool is, Id id) {
    if (is) set |= bit_of(id);
  };
  add(facts.limited, Id::limit_lowered);
  add(facts.sensor_fault, Id::sensor_fault);
  add(facts.wash_due, Id::wash_first);
  // Inside one already, the next one is no news.
  add(facts.forbidden_ahead && (set & bit_of(Id::forbidden_zone)) == 0, Id::forbidden_ahead);
  add(facts.permit_left_s && *facts.permit_left_s < config.permit_ends_min * 60, Id::permit_ends);
  add(facts.missed_ahead_m && *facts.missed_ahead_m <= config.missed_ahead_m, Id::missed_ahead);
  add(facts.road_done, Id::road_done);
  add(facts.road_done && facts.next_road, Id::next_road);
  return config.enabled ? set : 0;
}

bool Prompter::due(PromptId id, BootTime now) const {
  const auto& said = said_at_[static_cast<std::size_t>(id)];
  const PromptRow& row = row_of(id);
  const double repeat_s = config_.repeat_s[static_cast<std::size_t>(row.urgency)];
  return !said || (!row.once && seconds_of(now.ns - said->ns) >= repeat_s);
}

/// The prompt_table stands in the order of urgency.
std::optional<PromptId> Prompter::first_of(PromptSet set) const {
  for (const PromptRow& row : prompt_table) {
    if ((set & bit_of(row.id)) != 0) return row.id;
  }
  return std::nullopt;
}

void Prompter::judge(BootTime now, PromptSet asked) {
  PromptSet due_now = 0;
  for (const PromptRow& row : prompt_table) {
    const auto at = static_cast<std::size_t>(row.id);
    const bool news = (asked & ~asked_ & bit_of(row.id)) != 0;
    const double repeat_s = config_.repeat_s[static_cast<std::size_t>(row.urgency)];
    // News may be told again when it has become so again, later.
    if (row.once && news && said_at_[at] && seconds_of(now.ns - said_at_[at]->ns) >= repeat_s) {
      said_at_[at].reset();
    }
    if ((asked & bit_of(row.id)) != 0 && due(row.id, now)) due_now |= bit_of(row.id);
  }
  asked_ = asked;
  if (has_turn_ && seconds_of(now.ns - turn_since_.ns) >= config_.hold_s) has_turn_ = false;
  const auto next = first_of(due_now);
  const bool takes =
      next && (!has_turn_ || !shown_ || row_of(*next).urgency < row_of(*shown_).urgency);
  if (takes) {
    shown_ = next;
    turn_since_ = now;
    has_turn_ = true;
    said_at_[static_cast<std::size_t>(*next)] = now;
    ++said_count_;
    last_said_ = *next;
    return;
  }
  if (has_turn_) return;  // what is over may be read to its end
  PromptSet stands = 0;   // news is shown in its turn only
  for (const PromptRow& row : prompt_table) {
    if (!row.once) stands |= asked & bit_of(row.id);
  }
  shown_ = first_of(stands);
}

}  // namespace lujing::core
