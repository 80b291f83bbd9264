#include "terminal/config/core_config.h"

#include "terminal/config/cleaning_rules.h"
#include "terminal/config/haul_rules.h"
#include "terminal/config/names.h"
#include "terminal/config/prompt_rules.h"
#include "terminal/config/terminal_config.h"
#include "terminal/config/toml_reader.h"
#include "terminal/config/trust_rules.h"
#include "terminal/config/values.h"
#include "terminal/config/work_profile.h"

#include <array>
#include <charconv>

namespace lujing::config {
namespace {

using core::CoreConfig;

std::string quoted(const std::string& text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

void write_alarm(const core::AlarmConfig& alarm, std::string& out) {
  out += std::string("enabled = ") + (alarm.enabled ? "true" : "false") + "\n";
  out += "sustain_s = " + exact(alarm.sustain_s) + "\n";
  out += "clear_s = " + exact(alarm.clear_s) + "\n";
  out += "suppress_s = " + exact(alarm.suppress_s) + "\n";
}

core::AlarmConfig read_alarm(Section& section) {
  core::AlarmConfig alarm;
  alarm.enabled = section.flag("enabled", alarm.enabled);
  alarm.sustain_s = section.number("sustain_s", alarm.sustain_s, 0, any_number);
  alarm.clear_s = section.number("clear_s", alarm.clear_s, 0, any_number);
  alarm.suppress_s = section.number("suppress_s", alarm.suppress_s, 0, any_number);
  return alarm;
}

void read_numbers(Section& root, CoreConfig& config) {
  Section track = root.table("track");
  config.track.every_s = track.number("every_s", config.track.every_s, 0, any_number);
  config.track.stopped_every_s =
      track.number("stopped_every_s", config.track.stopped_every_s, 0, any_number);
  config.track.distance_m = track.number("distance_m", config.track.distance_m, 0, any_number);
  config.track.turn_rad = track.number("turn_rad", config.track.turn_rad, 0, any_number);
  track.done();
  Section gnss = root.table("gnss");
  config.gnss.max_speed_mps =
      gnss.number("max_speed_mps", config.gnss.max_speed_mps, 0, any_number);
  config.gnss.max_error_m = gnss.number("max_error_m", config.gnss.max_error_m, 0, any_number);
  config.gnss.earliest_utc.ms =
      gnss.integer("earliest_utc_ms", config.gnss.earliest_utc.ms, 0, 4'102'444'800'000);
  gnss.done();
  Section fusion = root.table("fusion");
  config.fusion.track_width_m =
      fusion.number("track_width_m", config.fusion.track_width_m, 0, any_number);
  config.fusion.wheelbase_m =
      fusion.number("wheelbase_m", config.fusion.wheelbase_m, 0, any_number);
  config.fusion.steering_ratio =
      fusion.number("steering_ratio", config.fusion.steering_ratio, 0, any_number);
  config.fusion.gnss_latency_s =
      fusion.number("gnss_latency_s", config.fusion.gnss_latency_s, 0, any_number);
  config.fusion.lost_m = fusion.number("lost_m", config.fusion.lost_m, 0, any_number);
  fusion.done();
  Section vehicle = root.table("vehicle");
  config.stopped_speed_mps =
      vehicle.number("stopped_speed_mps", config.stopped_speed_mps, 0, any_number);
  config.stopped_after_s = vehicle.number("stopped_after_s", config.stopped_after_s, 0, any_number);
  config.health_every_s = vehicle.number("health_every_s", config.health_every_s, 0, any_number);
  vehicle.done();
}

template <class Words>
void read_ids(Section section, const Words& words, CoreConfig& config) {
  for (const auto& word : words) {
    if (!section.has(word.name)) continue;
    config.*word.id = static_cast<std::uint16_t>(section.integer(word.name, 0, 0, 65535));
  }
  section.done();
}

template <class Words>
std::string ids_of(const Words& words, const CoreConfig& config) {
  std::string out;
  for (const auto& word : words) {
    if (const auto& id = config.*word.id) {
      out += std::string(word.name) + " = " + std::to_string(*id) + "\n";
    }
  }
  return out;
}

std::string body_unit(const std::string& name) {
  const BodyWord* word = find_body_word(name);
  return word == nullptr ? "" : word->unit;
}

}  // namespace

std::string to_toml(const CoreConfig& config) {
  std::string out;
  out += "software = " + quoted(config.software) + "\n";
  out += "rule_set = " + quoted(config.rule_set) + "\n";
  if (!config.boot_rule_set.empty()) {
    out += "boot_rule_set = " + quoted(config.boot_rule_set) + "\n";
  }
  out += "\n[track]\nevery_s = " + exact(config.track.every_s) +
         "\nstopped_every_s = " + exact(config.track.stopped_every_s) +
         "\ndistance_m = " + exact(config.track.distance_m) +
         "\nturn_rad = " + exact(config.track.turn_rad) + "\n";
  out += "\n[gnss]\nmax_speed_mps = " + exact(config.gnss.max_speed_mps) +
         "\nmax_error_m = " + exact(config.gnss.max_error_m) +
         "\nearliest_utc_ms = " + std::to_string(config.gnss.earliest_utc.ms) + "\n";
  // Only what differs: the header of an older journal stays as it was.
  if (!(config.fusion == core::FusionConfig{})) {
    out += "\n[fusion]\ntrack_width_m = " + exact(config.fusion.track_width_m) +
           "\nwheelbase_m = " + exact(config.fusion.wheelbase_m) +
           "\nsteering_ratio = " + exact(config.fusion.steering_ratio) +
           "\ngnss_latency_s = " + exact(config.fusion.gnss_latency_s) +
           "\nlost_m = " + exact(config.fusion.lost_m) + "\n";
  }
  out += "\n[vehicle]\nstopped_speed_mps = " + exact(config.stopped_speed_mps) +
         "\nstopped_after_s = " + exact(config.stopped_after_s) +
         "\nhealth_every_s = " + exact(config.health_every_s) + "\n";
  out += "\n[signals]\n" + ids_of(signal_words(), config);
  out += "\n[inputs]\n" + ids_of(input_words(), config);
  out += "\n[rules.MT-01]\n";
  write_alarm(config.mt01.alarm, out);
  out += "trigger_speed_mps = " + exact(config.mt01.trigger_speed_mps) + "\n";
  write_cleaning(config.cleaning, out);
  write_exceptions(config.cleaning, out);
  // A vehicle that hauls nothing has nothing of it in its journals.
  if (config.haul != core::HaulConfig{}) out += to_toml(config.haul.mt) + to_toml(config.haul);
  if (config.trust != core::TrustConfig{}) out += to_toml(config.trust);
  write_prompts(config.prompts, out);
  write_work(config.work, out);
  return out;
}

Result<CoreConfig> core_config_from_toml(const std::string& name, const std::string& text) {
  TomlFile file(name, text);
  if (auto bad = file.problems()) return *bad;
  Section root = file.root();
  CoreConfig config;
  config.software = root.text("software", "");
  config.rule_set = root.text("rule_set", config.rule_set);
  config.boot_rule_set = root.text("boot_rule_set", "");
  read_numbers(root, config);
  read_ids(root.table("signals"), signal_words(), config);
  read_ids(root.table("inputs"), input_words(), config);
  Section rules = root.table("rules");
  Section mt01 = rules.table("MT-01");
  config.mt01.alarm = read_alarm(mt01);
  config.mt01.trigger_speed_mps =
      mt01.number("trigger_speed_mps", config.mt01.trigger_speed_mps, 0, any_number);
  mt01.done();
  read_cleaning(rules, config.cleaning);
  read_exact_mt(rules, config.haul.mt);
  read_exact_trust(rules, config.trust);
  rules.done();
  read_exceptions(root.table("exceptions"), config.cleaning, nullptr);
  read_haul(root.table("haul"), config.haul);
  read_prompts(root.table("prompts"), config.prompts);
  read_work(root.table("work"), config.work);
  root.done();
  if (auto bad = file.problems()) return *bad;
  return config;
}

void apply_profile(const Profile& profile, CoreConfig& config) {
  config.rule_set = profile.rule_set();
  config.mt01 = profile.mt01;
  config.cleaning = profile.cleaning;
  config.haul.mt = profile.mt;
  config.trust = profile.trust;
  config.prompts = profile.prompts;
  config.haul.control = profile.control;
  config.haul.fence.utc_offset_min = profile.utc_offset_min;
}

Result<void> read_rule_set(std::string_view body, CoreConfig& config) {
  constexpr std::size_t max_bytes = std::size_t{1} << 20;
  if (body.size() > max_bytes) return Error("a rule set has at most 1 MiB");
  auto profile = parse_profile("rule_set", std::string(body));
  if (!profile) return profile.error();
  apply_profile(*profile, config);
  return {};
}

CoreConfig make_core_config(const TerminalConfig& terminal, const Profile& profile) {
  CoreConfig config;
  apply_profile(profile, config);
  config.haul.enabled = terminal.terminal.type == "muck";
  config.haul.vehicle = terminal.terminal.id;
  config.haul.load = terminal.load;
  config.track = terminal.track;
  config.gnss.earliest_utc = terminal.gnss.earliest_utc;
  config.gnss.max_error_m = terminal.gnss.max_error_m;
  config.fusion = terminal.fusion;
  for (const CanConfig& can : terminal.can) {
    for (std::size_t i = 0; i < can.signals.size(); ++i) {
      if (const SignalWord* word = find_signal_word(can.signals[i].name)) {
        config.*word->id = static_cast<hal::SignalId>(can.first_signal_id + i);
      }
    }
  }
  for (std::size_t i = 0; i < terminal.inputs.size(); ++i) {
    if (const InputWord* word = find_input_word(terminal.inputs[i].name)) {
      config.*word->id = static_cast<hal::InputId>(i);
    }
  }
  config.work = terminal.vehicle;
  connect_work(terminal, config.work);
  return config;
}

std::vector<std::string> signal_names(const TerminalConfig& terminal) {
  std::vector<std::string> names;
  for (const CanConfig& can : terminal.can) {
    for (const CanSignalConfig& signal : can.signals) {
      const SignalWord* word = find_signal_word(signal.name);
      names.push_back(signal.name + "|" + (word == nullptr ? body_unit(signal.name) : word->unit));
    }
  }
  return names;
}

std::vector<std::string> input_names(const TerminalConfig& terminal) {
  std::vector<std::string> names;
  for (const InputConfig& input : terminal.inputs) {
    const InputWord* word = find_input_word(input.name);
    names.push_back(input.name + "|" + (word == nullptr ? body_unit(input.name) : word->unit));
  }
  return names;
}

}  // namespace lujing::config
