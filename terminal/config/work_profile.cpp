#include "terminal/config/work_profile.h"

#include "terminal/config/terminal_config.h"
#include "terminal/config/values.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace lujing::config {
namespace {

using core::WorkFact;
using core::WorkNeed;
using core::WorkProfile;
using core::WorkRow;
using core::WorkSource;
using core::WorkTerm;
using protocol::WorkReason;
using protocol::WorkSide;

constexpr std::array<BodyWord, 36> words{{
    {"brush_rpm", "1/min", true},
    {"brush_left_down", "", false},
    {"brush_right_down", "", false},
    {"brush_on", "", false},
    {"suction_down", "", false},
    {"suction_raised", "", false},
    {"fan_on", "", false},
    {"mode_sweeping", "", false},
    {"mode_washing_sweeping", "", false},
    {"mode_flushing", "", false},
    {"side_left", "", false},
    {"side_right", "", false},
    {"side_full", "", false},
    {"water_pump", "", false},
    {"high_pressure_pump", "", false},
    {"low_pressure_pump", "", false},
    {"power_take_off", "", false},
    {"nozzle_front_left", "", false},
    {"nozzle_front_right", "", false},
    {"nozzle_rear_left", "", false},
    {"nozzle_rear_right", "", false},
    {"side_flush", "", false},
    {"flush_valve_left", "", false},
    {"flush_valve_right", "", false},
    {"rear_mist", "", false},
    {"fog_cannon", "", false},
    {"fresh_water_low", "", false},
    {"sewage_full", "", false},
    {"bin_lift", "", false},
    {"packer_running", "", false},
    {"water_flow", "L/min", true},
    {"tank_level", "of full", true},
    {"aux_engine_rpm", "1/min", true},
    {"ambient_temperature", "degC", true},
    {"fuel_level", "of full", true},
    {"blocked_kerb", "", false},
}};

/// By core::Measure.
constexpr std::array<const char*, core::measure_count> measure_words{
    "water_flow",          "tank_level", "aux_engine_rpm",
    "ambient_temperature", "fuel_level", "blocked_kerb"};

template <class E>
std::vector<std::string> names_of(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.emplace_back(to_string(static_cast<E>(i)));
  return names;
}

const std::vector<std::string>& reason_names() {
  static const auto names =
      names_of<WorkReason>(static_cast<std::size_t>(WorkReason::too_fast) + 1);
  return names;
}
const std::vector<std::string>& side_names() {
  static const auto names = names_of<WorkSide>(4);
  return names;
}

template <class E>
E pick(Section& section, const char* key, const std::optional<std::string>& otherwise,
       const std::vector<std::string>& names) {
  const std::string word = section.word(key, otherwise, names);
  const auto at = std::find(names.begin(), names.end(), word);
  return static_cast<E>(at == names.end() ? 0 : at - names.begin());
}

std::vector<std::string> known_words() {
  std::vector<std::string> known{"speed"};
  for (const BodyWord& word : words) known.emplace_back(word.name);
  return known;
}

WorkSource read_source(Section& section, const std::string& word) {
  if (word == "speed") return {WorkSource::Kind::speed, 0};
  if (section.has("signal")) {
    return {WorkSource::Kind::signal,
            static_cast<std::uint16_t>(section.integer("signal", 0, 0, 65535))};
  }
  if (section.has("input")) {
    return {WorkSource::Kind::input,
            static_cast<std::uint16_t>(section.integer("input", 0, 0, 65535))};
  }
  return {};
}

WorkFact read_fact(Section& section, bool with_ids, const WorkProfile& profile) {
  WorkFact fact;
  fact.name = section.text("name", std::nullopt, 64);
  const bool plain = std::all_of(fact.name.begin(), fact.name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (!plain) section.refuse("name", "expected only a-z, 0-9 and _, found \"" + fact.name + "\"");
  for (const WorkFact& other : profile.facts) {
    if (other.name == fact.name) section.refuse("name", "\"" + fact.name + "\" is there twice");
  }
  fact.word =
      with_ids ? section.text("word", "") : section.word("word", std::nullopt, known_words());
  fact.on = section.number("on", fact.on, -any_number, any_number);
  fact.off = section.number("off", fact.on, -any_number, any_number);
  fact.on_after_s = section.number("on_after_s", with_ids ? 0.0 : 1.0, 0, 3600);
  fact.off_after_s = section.number("off_after_s", with_ids ? 0.0 : 1.0, 0, 3600);
  if (with_ids) fact.source = read_source(section, fact.word);
  if (fact.word == "speed") fact.source.kind = WorkSource::Kind::speed;
  section.done();
  return fact;
}

/// "brush" or "!brush".
std::optional<WorkTerm> term_of(Section& section, const char* key, const std::string& text,
                                const WorkProfile& profile) {
  const bool inverted = text.starts_with('!');
  const std::string name = inverted ? text.substr(1) : text;
  std::vector<std::string> known;
  for (std::size_t i = 0; i < profile.facts.size(); ++i) {
    if (profile.facts[i].name == name) return WorkTerm{static_cast<std::uint16_t>(i), inverted};
    known.push_back(profile.facts[i].name);
  }
  const std::string near = nearest_word(name, known);
  section.refuse(key, "there is no fact \"" + name + "\"" +
                          (near.empty() ? "" : "; did you mean \"" + near + "\"?") +
                          " Known: " + joined(known));
  return std::nullopt;
}

std::vector<WorkTerm> terms(Section& section, const char* key, const WorkProfile& profile) {
  std::vector<WorkTerm> found;
  for (const std::string& text : section.texts(key, core::max_work_terms)) {
    if (auto term = term_of(section, key, text, profile)) found.push_back(*term);
  }
  return found;
}

WorkRow read_row(Section& section, const WorkProfile& profile) {
  WorkRow row;
  row.kind = pick<protocol::Work>(section, "kind", std::nullopt, work_names());
  row.when = terms(section, "when", profile);
  if (row.when.empty()) section.refuse("when", "expected at least one fact that switches it on");
  row.left = terms(section, "left", profile);
  row.right = terms(section, "right", profile);
  row.full = terms(section, "full", profile);
  row.side = pick<WorkSide>(section, "side", "right", side_names());
  row.reach_m = section.number("reach_m", row.reach_m, 0, 200);
  for (Section& entry : section.tables("need", core::max_work_terms)) {
    WorkNeed need;
    const std::string fact = entry.text("fact", std::nullopt);
    if (!fact.empty()) {
      if (auto term = term_of(entry, "fact", fact, profile)) need.term = *term;
    }
    need.why = pick<WorkReason>(entry, "why", std::nullopt, reason_names());
    if (need.why == WorkReason::none) entry.refuse("why", "expected a reason, not \"none\"");
    need.required = entry.flag("required", true);
    entry.done();
    row.needs.push_back(need);
  }
  section.done();
  return row;
}

void read_tables(Section& section, bool with_ids, WorkProfile& profile) {
  for (Section& entry : section.tables("fact", core::max_work_facts)) {
    profile.facts.push_back(read_fact(entry, with_ids, profile));
  }
  for (Section& entry : section.tables("work", core::max_work_rows)) {
    WorkRow row = read_row(entry, profile);
    // Where a term was refused, the whole is: no row may stand on a fact that is not there.
    if (!profile.facts.empty()) profile.rows.push_back(std::move(row));
  }
}

void write_source(const WorkSource& source, std::string& out) {
  if (source.kind == WorkSource::Kind::signal)
    out += "signal = " + std::to_string(source.id) + "\n";
  if (source.kind == WorkSource::Kind::input) out += "input = " + std::to_string(source.id) + "\n";
}

std::string term_list(const char* key, const std::vector<WorkTerm>& list,
                      const WorkProfile& profile) {
  std::string out;
  for (const WorkTerm& term : list) {
    out += (out.empty() ? "\"" : ", \"") + std::string(term.inverted ? "!" : "") +
           profile.facts[term.fact].name + "\"";
  }
  return out.empty() ? "" : std::string(key) + " = [" + out + "]\n";
}

void write_row(const WorkRow& row, const WorkProfile& profile, std::string& out) {
  out += "\n[[work.work]]\nkind = \"" + std::string(to_string(row.kind)) + "\"\n";
  out += term_list("when", row.when, profile) + term_list("left", row.left, profile) +
         term_list("right", row.right, profile) + term_list("full", row.full, profile);
  out +=
      "side = \"" + std::string(to_string(row.side)) + "\"\nreach_m = " + exact(row.reach_m) + "\n";
  for (const WorkNeed& need : row.needs) {
    out += "\n[[work.work.need]]\nfact = \"" + std::string(need.term.inverted ? "!" : "") +
           profile.facts[need.term.fact].name + "\"\nwhy = \"" + to_string(need.why) +
           "\"\nrequired = " + (need.required ? "true" : "false") + "\n";
  }
}

}  // namespace

std::span<const BodyWord> body_words() {
  return words;
}

const BodyWord* find_body_word(std::string_view name) {
  const auto* at = std::find_if(words.begin(), words.end(),
                                [&](const BodyWord& word) { return name == word.name; });
  return at == words.end() ? nullptr : at;
}

void write_work(const WorkProfile& profile, std::string& out) {
  if (profile.name.empty()) return;
  out += "\n[work]\nname = \"" + profile.name + "\"\nversion = " + std::to_string(profile.version) +
         "\ntank_l = " + exact(profile.tank_l) + "\nfuel_l = " + exact(profile.fuel_l) + "\n";
  for (std::size_t i = 0; i < core::measure_count; ++i) {
    if (profile.measures[i].kind == WorkSource::Kind::missing) continue;
    out += std::string("\n[work.measure.") + measure_words[i] + "]\n";
    write_source(profile.measures[i], out);
  }
  for (const WorkFact& fact : profile.facts) {
    out += "\n[[work.fact]]\nname = \"" + fact.name + "\"\nword = \"" + fact.word + "\"\n";
    write_source(fact.source, out);
    out += "on = " + exact(fact.on) + "\noff = " + exact(fact.off) +
           "\non_after_s = " + exact(fact.on_after_s) +
           "\noff_after_s = " + exact(fact.off_after_s) + "\n";
  }
  for (const WorkRow& row : profile.rows) write_row(row, profile, out);
}

void read_work(Section section, WorkProfile& profile) {
  if (!section.present()) return;
  profile.name = section.text("name", std::nullopt, 64);
  profile.version = section.integer("version", 0, 0, 1'000'000'000);
  profile.tank_l = section.number("tank_l", 0.0, 0, 1e6);
  profile.fuel_l = section.number("fuel_l", 0.0, 0, 1e6);
  Section measures = section.table("measure");
  for (std::size_t i = 0; i < core::measure_count; ++i) {
    Section measure = measures.table(measure_words[i]);
    profile.measures[i] = read_source(measure, "");
    measure.done();
  }
  measures.done();
  read_tables(section, true, profile);
  section.done();
}

Result<WorkProfile> parse_work_profile(const std::string& name, const std::string& text) {
  TomlFile file(name, text);
  if (auto bad = file.problems()) return *bad;
  Section root = file.root();
  WorkProfile profile;
  Section vehicle = root.table("vehicle", true);
  if (vehicle.present()) {
    profile.name = vehicle.text("type", std::nullopt, 64);
    const bool plain = std::all_of(profile.name.begin(), profile.name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!plain) vehicle.refuse("type", "expected only a-z, 0-9 and _");
    vehicle.text("title", "");
    vehicle.integer("code", 0, 0, 255);
    profile.version = vehicle.integer("version", std::nullopt, 0, 1'000'000'000);
    profile.tank_l = vehicle.number("tank_l", 0.0, 0, 1e6);
    profile.fuel_l = vehicle.number("fuel_l", 0.0, 0, 1e6);
  }
  vehicle.done();
  read_tables(root, false, profile);
  root.done();
  if (auto bad = file.problems()) return *bad;
  return profile;
}

void connect_work(const TerminalConfig& terminal, WorkProfile& profile) {
  const auto source_of = [&](std::string_view word) -> WorkSource {
    if (word == "speed") return {WorkSource::Kind::speed, 0};
    for (const CanConfig& can : terminal.can) {
      for (std::size_t i = 0; i < can.signals.size(); ++i) {
        if (can.signals[i].name != word) continue;
        return {WorkSource::Kind::signal, static_cast<std::uint16_t>(can.first_signal_id + i)};
      }
    }
    for (std::size_t i = 0; i < terminal.inputs.size(); ++i) {
      if (terminal.inputs[i].name != word) continue;
      return {WorkSource::Kind::input, static_cast<std::uint16_t>(i)};
    }
    return {};
  };
  for (WorkFact& fact : profile.facts) fact.source = source_of(fact.word);
  for (std::size_t i = 0; i < core::measure_count; ++i) {
    profile.measures[i] = source_of(measure_words[i]);
  }
}

Result<WorkProfile> load_work_profile(const std::string& path) {
  Result<std::string> text = read_text_file(path);
  if (!text) return text.error();
  return parse_work_profile(path, *text);
}

}  // namespace lujing::config
