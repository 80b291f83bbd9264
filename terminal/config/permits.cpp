#include "terminal/config/permits.h"

#include "terminal/config/hours.h"
#include "terminal/config/toml_reader.h"

#include <charconv>

namespace lujing::config {
namespace {

constexpr std::size_t most_names = 1000;
constexpr std::size_t most_bytes = 4U << 20;
constexpr std::int64_t week_ms = 7 * 86'400'000LL;

std::optional<UtcTime> read_time(Section& section, const char* key) {
  const std::string text = section.text(key, "", 64);
  if (text.empty()) return std::nullopt;
  const auto time = from_iso8601(text);
  if (!time) section.refuse(key, "expected a time like 2026-05-01T00:00:00Z");
  return time;
}

/// Ten hexadecimal digits, as the reader says them.
std::vector<std::uint64_t> read_cards(Section& root) {
  constexpr std::size_t digits = 10;
  std::vector<std::uint64_t> cards;
  for (const std::string& text : root.texts("drivers", most_names)) {
    std::uint64_t card = 0;
    const char* end = text.data() + text.size();
    const auto [at, problem] = std::from_chars(text.data(), end, card, 16);
    const bool good = problem == std::errc() && at == end && text.size() == digits && card != 0;
    if (!good) {
      root.refuse("drivers",
                  "expected cards of ten hexadecimal digits like \"0A00B1C2D3\", found "
                  "\"" +
                      text + "\"");
      break;
    }
    cards.push_back(card);
  }
  return cards;
}

/// Empty: all that it is sent to.
std::vector<std::string> read_vehicles(Section& section, bool must_be_named) {
  constexpr const char* key = "vehicles";
  constexpr const char* remedy =
      "names no vehicle: name them, [\"M-003\"], or say [\"all\"] if each vehicle that it is sent "
      "to "
      "is meant";
  std::vector<std::string> vehicles = section.texts(key, most_names);
  if (vehicles.empty() && (section.has(key) || must_be_named)) section.refuse(key, remedy);
  if (vehicles == std::vector<std::string>{"all"}) vehicles.clear();
  if (core::names(vehicles, "all")) section.refuse(key, "\"all\" stands alone");
  return vehicles;
}

core::Permit read_permit(Section& section, bool vehicles_named) {
  core::Permit permit;
  permit.id = section.text("id", std::nullopt, 64);
  permit.vehicles = read_vehicles(section, vehicles_named);
  permit.loading = section.texts("loading", most_names);
  permit.unloading = section.texts("unloading", most_names);
  permit.routes = section.texts("routes", most_names);
  for (const std::string& text : section.texts("hours", 100)) {
    const auto window = parse_window(text);
    if (!window) {
      section.refuse("hours", window.error().what());
    } else {
      permit.hours.windows.push_back(*window);
    }
  }
  permit.valid_from = read_time(section, "valid_from");
  permit.valid_until = read_time(section, "valid_until");
  permit.withdrawn = section.flag("withdrawn", false);
  permit.night_work = section.flag("night_work", false);
  const auto announced = read_time(section, "announced");
  if (permit.night_work && !permit.withdrawn) {
    const bool early =
        announced && permit.valid_from && permit.valid_from->ms - announced->ms >= week_ms;
    if (!early) {
      section.refuse("night_work", "needs valid_from and an announced at least 7 days before it");
    }
  }
  section.done();
  return permit;
}

Result<core::PermitSet> read_permits(std::string_view bytes, bool vehicles_named) {
  if (bytes.size() > most_bytes) return Error("permits: over 4 MiB");
  TomlFile file("permits", bytes);
  if (auto bad = file.problems()) return *bad;
  Section root = file.root();
  core::PermitSet set;
  set.version = root.integer("version", std::nullopt, 0, INT64_MAX);
  set.listed = root.texts("listed", most_names);
  set.drivers = read_cards(root);
  for (Section& section : root.tables("permit", core::max_permits)) {
    set.permits.push_back(read_permit(section, vehicles_named));
  }
  root.done();
  if (auto bad = file.problems()) return *bad;
  if (auto bad = core::check(set); !bad) return bad.error().in("permits");
  return set;
}

}  // namespace

Result<core::PermitSet> parse_permits(std::string_view bytes) {
  return read_permits(bytes, false);
}

Result<void> check_permits_to_send(std::string_view bytes) {
  const auto set = read_permits(bytes, true);
  return set ? Result<void>() : Result<void>(set.error());
}

}  // namespace lujing::config
