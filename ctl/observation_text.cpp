#include "ctl/observation_text.h"

#include "protocol/chain.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace lujing::ctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 12> kinds{"boot",    "gnss_fix", "sky_view",  "can_signal",
                                            "switch",  "analog",   "power",     "link",
                                            "counter", "tick",     "directive", "recalled"};
static_assert(kinds.size() == std::variant_size_v<hal::What>);

const char* word(hal::SignalState state) {
  constexpr std::array<const char*, 4> words{"ok", "not_available", "error", "stale"};
  return words[static_cast<std::size_t>(state) % words.size()];
}
const char* word(hal::SwitchState state) {
  constexpr std::array<const char*, 4> words{"off", "on", "invalid", "fault"};
  return words[static_cast<std::size_t>(state) % words.size()];
}
const char* word(hal::Link link) {
  constexpr std::array<const char*, 4> words{"gnss", "can", "io", "uplink"};
  return words[static_cast<std::size_t>(link) % words.size()];
}

/// "name|unit" of the header, as two; "#7" where the header has no such id.
std::pair<std::string, std::string> named(const std::vector<std::string>& names, std::size_t id) {
  if (id >= names.size()) return {"#" + std::to_string(id), ""};
  const std::size_t bar = names[id].find('|');
  if (bar == std::string::npos) return {names[id], ""};
  return {names[id].substr(0, bar), names[id].substr(bar + 1)};
}

void set(Json& json, const char* key, const std::optional<double>& value) {
  if (!value) return;
  if (std::isfinite(*value)) {
    json[key] = *value;
  } else {
    json[key] = nullptr;
  }
}

struct Describe {
  const protocol::JournalHeader& header;
  Json& json;

  void operator()(const hal::Boot& boot) const {
    json["boot_id"] = fmt::format("{:016x}", boot.boot_id);
  }
  void operator()(const hal::GnssFix& fix) const {
    json["mode"] = static_cast<int>(fix.mode);
    if (fix.utc) json["fix_utc"] = to_iso8601(*fix.utc);
    if (fix.position.valid()) {
      json["lat_deg"] = fix.position.lat_deg();
      json["lon_deg"] = fix.position.lon_deg();
    }
    set(json, "altitude_m", fix.altitude_m);
    set(json, "speed_mps", fix.speed_mps);
    set(json, "course_rad", fix.course_rad);
    set(json, "horizontal_error_m", fix.horizontal_error_m);
    set(json, "speed_error_mps", fix.speed_error_mps);
    set(json, "course_error_rad", fix.course_error_rad);
  }
  void operator()(const hal::SkyView& sky) const {
    json["visible"] = sky.visible;
    json["used"] = sky.used;
    set(json, "hdop", sky.hdop);
    set(json, "cn0_mean_dbhz", sky.cn0_mean_dbhz);
  }
  void operator()(const hal::CanSignal& signal) const {
    const auto [name, unit] = named(header.signals, signal.id);
    json["name"] = name;
    json["state"] = word(signal.state);
    if (signal.state == hal::SignalState::ok) set(json, "value", signal.value);
    if (!unit.empty()) json["unit"] = unit;
  }
  void operator()(const hal::Switch& input) const {
    json["name"] = named(header.inputs, input.id).first;
    json["state"] = word(input.state);
  }
  void operator()(const hal::Analog& input) const {
    const auto [name, unit] = named(header.inputs, input.id);
    json["name"] = name;
    json["state"] = input.state == hal::SwitchState::on ? "ok" : word(input.state);
    if (input.state == hal::SwitchState::on) set(json, "value", input.value);
    if (!unit.empty()) json["unit"] = unit;
  }
  void operator()(const hal::Power& power) const {
    set(json, "main_v", power.main_v);
    set(json, "backup_v", power.backup_v);
  }
  void operator()(const hal::LinkState& link) const {
    json["link"] = word(link.link);
    json["index"] = link.index;
    json["up"] = link.up;
  }
  void operator()(const hal::Counter& counter) const {
    json["id"] = counter.id;
    json["value"] = counter.value;
  }
  void operator()(const hal::ClockTick& tick) const {
    if (tick.wall) json["wall"] = to_iso8601(*tick.wall);
    json["synchronized"] = tick.synchronized;
  }
  void operator()(const hal::DirectiveInForce& told) const {
    json["name"] = to_string(told.kind);
    json["version"] = told.version;
    json["sha256"] = protocol::to_hex(told.sha256);
  }
  void operator()(const hal::Recalled& piece) const {
    json["part"] = piece.part;
    json["parts"] = piece.parts;
    json["bytes"] = piece.size;
  }
};

Json describe(const journal::Placed& placed) {
  Json json;
  std::visit(Describe{*placed.header, json}, placed.observation.what);
  return json;
}

}  // namespace

const char* kind_of(const hal::What& what) {
  return kinds[what.index()];
}

std::string observation_json(const journal::Placed& placed) {
  Json json;
  json["at_s"] = placed.observation.at.seconds();
  if (placed.utc) json["utc"] = to_iso8601(*placed.utc);
  json["kind"] = kind_of(placed.observation.what);
  const Json said = describe(placed);
  for (const auto& [key, value] : said.items()) json[key] = value;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string observation_line(const journal::Placed& placed) {
  std::string line =
      fmt::format("{:16.6f}  {:24}  {:10}", placed.observation.at.seconds(),
                  placed.utc ? to_iso8601(*placed.utc) : "-", kind_of(placed.observation.what));
  const Json said = describe(placed);
  for (const auto& [key, value] : said.items()) {
    line += "  " + key + "=";
    line += value.is_string() ? value.get<std::string>() : value.dump();
  }
  return line;
}

std::string damage_line(const journal::Damage& damage) {
  if (!damage.any()) return "";
  return fmt::format(
      "damaged and passed over: {} files, {} blocks ({} bytes), {} entries, {} observations",
      damage.files, damage.blocks, damage.bytes, damage.entries, damage.items);
}

Result<Moment> parse_moment(const std::string& text) {
  Moment moment;
  if (text.empty()) return moment;
  moment.utc = from_iso8601(text);
  if (moment.utc) return moment;
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || !(seconds >= 0 && seconds < 4e9)) {
    return Error("\"" + text +
                 "\" is no moment: expected UTC as 2026-05-01T02:00:00Z, or seconds of the boot "
                 "clock as 123.5");
  }
  moment.boot_ms = std::llround(seconds * 1000);
  return moment;
}

}  // namespace lujing::ctl
