#include "ctl/doctor_checks.h"
#include "ctl/doctor_listen.h"
#include "hal/gnss/gnss.h"
#include "hal/io/io.h"
#include "hal/power/power.h"
#include "terminal/config/device_settings.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

namespace lujing::ctl {
namespace {

constexpr std::int64_t weeks_1024_ms = 1024LL * 7 * 86'400'000;

std::string number(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

UtcTime week_corrected(UtcTime said, UtcTime earliest) {
  while (said.ms < earliest.ms) said.ms += weeks_1024_ms;
  while (said.ms >= earliest.ms + weeks_1024_ms) said.ms -= weeks_1024_ms;
  return said;
}

/// What an input said last.
struct InputState {
  hal::SwitchState state = hal::SwitchState::invalid;
  double value = 0;
};

using InputStates = std::map<hal::InputId, InputState>;

void note_input(InputStates& states, const hal::Observation& observation) {
  if (const auto* said = std::get_if<hal::Switch>(&observation.what)) {
    states[said->id] = {said->state, 0};
  }
  if (const auto* told = std::get_if<hal::Analog>(&observation.what)) {
    states[told->id] = {told->state, told->value};
  }
}

std::size_t settled(const InputStates& states) {
  std::size_t count = 0;
  for (const auto& [id, input] : states) count += input.state != hal::SwitchState::invalid ? 1 : 0;
  return count;
}

Finding input_finding(const hal::InputConfig& input, const InputStates& states) {
  Finding finding{"input " + input.name, Verdict::ok, hal::source_text(input) + ": "};
  const auto found = states.find(input.id);
  const InputState state = found == states.end() ? InputState{} : found->second;
  switch (state.state) {
    case hal::SwitchState::off:
      finding.text += "off";
      break;
    case hal::SwitchState::on:
      finding.text += input.analog ? number("%.4g", state.value) : "on";
      break;
    case hal::SwitchState::invalid:
      finding.verdict = Verdict::problem;
      finding.text += "does not come to rest: loose contact? or raise debounce_ms";
      break;
    case hal::SwitchState::fault:
      finding.verdict = Verdict::problem;
      finding.text += input.analog ? "cannot be read, or out of min and max: check wire, scale"
                                   : "cannot be read: see its module or chip";
      break;
  }
  return finding;
}

}  // namespace

GnssFinding check_gnss(const config::GpsdConfig& gnss, double wait_s) {
  hal::GnssConfig config = config::gnss_settings(gnss);
  config.silent_after_s = std::min(config.silent_after_s, wait_s / 2);
  GnssFinding result{{"gnss", Verdict::problem, ""}, std::nullopt};
  std::optional<hal::GnssFix> place;
  const auto source = hal::open_gnss(config);
  listen({source.get()}, wait_s, [&](const hal::Observation& observation) {
    const auto* fix = std::get_if<hal::GnssFix>(&observation.what);
    if (fix == nullptr) return false;
    if (fix->utc) result.time = {week_corrected(*fix->utc, gnss.earliest_utc), utc_now()};
    if (fix->position.valid()) place = *fix;
    return place && result.time;
  });
  result.finding.text = source->health_line();
  if (!place) return result;
  result.finding.verdict = Verdict::ok;
  result.finding.text = "position " + number("%.6f", place->position.lat_deg()) + " " +
                        number("%.6f", place->position.lon_deg());
  if (place->horizontal_error_m) {
    result.finding.text += ", error " + number("%.1f m", *place->horizontal_error_m);
  }
  return result;
}

std::vector<Finding> check_inputs(const config::TerminalConfig& config, double wait_s) {
  std::vector<Finding> findings;
  const hal::IoConfig io = config::io_settings(config);
  if (io.inputs.empty()) return {{"inputs", Verdict::skipped, "none configured"}};
  if (const std::string holder = io.modbus ? holder_of(io.modbus->device) : ""; !holder.empty()) {
    return {{"inputs", Verdict::skipped, "in use by " + holder + ": stop it to check them"}};
  }
  auto sources = hal::open_io(io);
  if (!sources) return {{"inputs", Verdict::problem, sources.error().what()}};
  std::vector<hal::Source*> all;
  for (const auto& source : *sources) all.push_back(source.get());
  InputStates states;
  std::map<std::uint8_t, bool> up;
  listen(all, wait_s, [&](const hal::Observation& observation) {
    if (const auto* link = std::get_if<hal::LinkState>(&observation.what)) {
      up[link->index] = link->up;
    }
    note_input(states, observation);
    return up.size() == all.size() && settled(states) == io.inputs.size();
  });
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool speaks = up[static_cast<std::uint8_t>(i)];
    findings.push_back({"io", speaks ? Verdict::ok : Verdict::problem, all[i]->health_line()});
  }
  for (const hal::InputConfig& input : io.inputs) findings.push_back(input_finding(input, states));
  return findings;
}

Finding check_power(const std::optional<config::PowerConfig>& power, double wait_s) {
  if (!power) return {"power", Verdict::skipped, "[power] names no file: not measured"};
  const auto source = hal::open_power(config::power_settings(*power));
  hal::Power told;
  listen({source.get()}, wait_s, [&](const hal::Observation& observation) {
    const auto* said = std::get_if<hal::Power>(&observation.what);
    if (said == nullptr) return false;
    told = *said;
    return (told.main_v || power->main_file.empty()) &&
           (told.backup_v || power->backup_file.empty());
  });
  const bool all =
      (told.main_v || power->main_file.empty()) && (told.backup_v || power->backup_file.empty());
  return {"power", all ? Verdict::ok : Verdict::problem,
          source->health_line() + (all ? "" : ": check the file and the scale in [power]")};
}

}  // namespace lujing::ctl
