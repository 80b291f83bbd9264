#include "terminal/config/terminal_config.h"

#include "terminal/config/sections.h"
#include "terminal/config/toml_reader.h"
#include "terminal/config/work_profile.h"

#include <algorithm>
#include <filesystem>

namespace lujing::config {
namespace {

constexpr const char* blocked_kerb = "blocked_kerb";

bool is_terminal_id(const std::string& id) {
  return !id.empty() && id.size() <= 32 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

void read_terminal(Section& root, const std::string& folder, TerminalConfig& config) {
  Section section = root.table("terminal", true);
  TerminalIdentity& terminal = config.terminal;
  if (section.present()) {
    terminal.id = section.text("id", std::nullopt);
    if (!terminal.id.empty() && !is_terminal_id(terminal.id)) {
      section.refuse("id", "expected 1 to 32 of A-Z a-z 0-9 _ -, found \"" + terminal.id + "\"");
    }
    terminal.plate = section.text("plate", "", 64);
    terminal.type = section.word("type", std::nullopt, {"sweeper", "sprinkler", "garbage", "muck"});
    terminal.data_dir = from_folder(folder, section.text("data_dir", std::nullopt));
  }
  section.done();
}

void read_platform(Section& root, const std::string& folder, TerminalConfig& config) {
  Section section = root.table("platform", true);
  PlatformConfig& platform = config.platform;
  if (section.present()) {
    platform.host = section.text("host", std::nullopt, 253);
    platform.port = static_cast<std::uint16_t>(section.integer("port", 7611, 1, 65535));
    platform.authority = from_folder(folder, section.text("authority", std::nullopt));
    platform.certificate = from_folder(folder, section.text("certificate", std::nullopt));
    platform.key = from_folder(folder, section.text("key", std::nullopt));
  }
  section.done();
}

void read_profile(Section& root, const std::string& folder, TerminalConfig& config) {
  Section section = root.table("profile", true);
  if (section.present()) {
    config.profile_file = from_folder(folder, section.text("file", std::nullopt));
  }
  section.done();
}

void read_vehicle(Section& root, const std::string& folder, TerminalConfig& config) {
  Section section = root.table("vehicle");
  if (section.present()) {
    config.vehicle_file = from_folder(folder, section.text("profile", std::nullopt));
  }
  section.done();
}

void read_gnss(Section& root, TerminalConfig& config) {
  Section section = root.table("gnss");
  GpsdConfig& gnss = config.gnss;
  gnss.host = section.text("gpsd_host", "127.0.0.1", 253);
  gnss.port = static_cast<std::uint16_t>(section.integer("gpsd_port", 2947, 1, 65535));
  gnss.device = section.text("device", "");
  gnss.max_error_m = section.number("max_error_m", gnss.max_error_m, 1, 10000);
  gnss.latency_s = section.number("latency_s", gnss.latency_s, 0, 2);
  const std::string earliest = section.text("earliest_utc", "2024-01-01T00:00:00Z");
  const std::optional<UtcTime> utc = from_iso8601(earliest);
  if (utc && utc->ms >= 0) {
    gnss.earliest_utc = *utc;
  } else {
    section.refuse(
        "earliest_utc",
        "expected a time since 1970 as \"2024-01-01T00:00:00Z\", found \"" + earliest + "\"");
  }
  section.done();
}

void read_fusion(Section& root, TerminalConfig& config) {
  Section section = root.table("fusion");
  core::FusionConfig& vehicle = config.fusion;
  vehicle.track_width_m = section.number("track_width_m", vehicle.track_width_m, 0.5, 4);
  vehicle.wheelbase_m = section.number("wheelbase_m", vehicle.wheelbase_m, 1, 12);
  vehicle.steering_ratio = section.number("steering_ratio", vehicle.steering_ratio, 1, 60);
  vehicle.lost_m = section.number("lost_m", vehicle.lost_m, 10, 10000);
  vehicle.gnss_latency_s = config.gnss.latency_s;
  section.done();
}

void read_load(Section& root, TerminalConfig& config) {
  Section section = root.table("load");
  core::LoadLearnerConfig& load = config.load;
  load.empty = section.number("empty", load.empty, -1e9, 1e9);
  load.full = section.number("full", load.full, -1e9, 1e9);
  load.step_counts = section.number("step", load.step_counts, 0, 1e9);
  load.rated_kg = section.number("rated_kg", load.rated_kg, 0, 100'000);
  load.shovels = static_cast<int>(section.integer("shovels", load.shovels, 1, 100));
  const std::string gate = section.word("gate", "cover", {"speed", "cover", "place"});
  load.gate = gate == "speed"   ? core::LoadGate::speed
              : gate == "place" ? core::LoadGate::place
                                : core::LoadGate::cover;
  if (load.full == load.empty) section.refuse("full", "expected another reading than empty");
  section.done();
}

void read_track(Section& root, TerminalConfig& config) {
  Section section = root.table("track");
  core::TrackConfig& track = config.track;
  track.every_s = section.number("every_s", track.every_s, 0, 3600);
  track.stopped_every_s = section.number("stopped_every_s", track.stopped_every_s, 0, 86400);
  track.distance_m = section.number("distance_m", track.distance_m, 1, 10000);
  track.turn_rad = section.number("turn_deg", 15, 1, 180) * (pi / 180);
  section.done();
}

void read_stores(Section& root, TerminalConfig& config) {
  Section journal = root.table("journal");
  config.journal.max_mib = static_cast<std::uint32_t>(journal.integer("max_mib", 256, 1, 1 << 20));
  config.journal.segment_mib =
      static_cast<std::uint32_t>(journal.integer("segment_mib", 8, 1, 1024));
  if (config.journal.segment_mib * 2 > config.journal.max_mib) {
    journal.refuse("segment_mib", "expected at most half of max_mib (" +
                                      std::to_string(config.journal.max_mib) +
                                      "): the ring needs two segments");
  }
  journal.done();
  Section outbox = root.table("outbox");
  config.outbox.max_mib = static_cast<std::uint32_t>(outbox.integer("max_mib", 512, 1, 1 << 20));
  config.outbox.reserve_mib = static_cast<std::uint32_t>(outbox.integer("reserve_mib", 4, 0, 1024));
  outbox.done();
  Section directives = root.table("directives");
  config.directives.max_mib =
      static_cast<std::uint32_t>(directives.integer("max_mib", 64, 0, 1 << 20));
  directives.done();
}

/// Where there is a page, the driver marks a blocked kerb on it, unless the vehicle has a button.
void read_driver(Section& root, TerminalConfig& config) {
  Section section = root.table("driver");
  DriverConfig& driver = config.driver;
  driver.address = section.text("address", driver.address, 64);
  driver.port = static_cast<std::uint16_t>(section.integer("port", 0, 0, 65535));
  driver.voice = section.flag("voice", driver.voice);
  driver.language = section.word("language", driver.language, {"zh", "en"});
  section.done();
  const auto is_button = [](const auto& named) { return named.name == blocked_kerb; };
  const bool wired = std::any_of(config.inputs.begin(), config.inputs.end(), is_button) ||
                     std::any_of(config.can.begin(), config.can.end(), [&](const CanConfig& can) {
                       return std::any_of(can.signals.begin(), can.signals.end(), is_button);
                     });
  if (driver.port == 0 || wired || config.terminal.type == "muck") return;
  InputConfig button;
  button.name = blocked_kerb;
  button.source = InputSource::page;
  button.analog = true;
  config.inputs.push_back(button);
}

void read_uplink(Section& root, TerminalConfig& config) {
  Section section = root.table("uplink");
  UplinkConfig& uplink = config.uplink;
  uplink.window = static_cast<std::uint32_t>(section.integer("window", 8, 1, 64));
  uplink.batch_records = static_cast<std::uint32_t>(section.integer("batch_records", 60, 1, 1024));
  uplink.backoff_min_s = section.number("backoff_min_s", 1, 0.01, 3600);
  uplink.backoff_max_s = section.number("backoff_max_s", 60, 0.01, 86400);
  if (uplink.backoff_max_s < uplink.backoff_min_s) {
    section.refuse("backoff_max_s", "expected at least backoff_min_s");
  }
  section.done();
}

}  // namespace

std::string from_folder(const std::string& folder, const std::string& path) {
  if (path.empty() || path.front() == '/' || folder.empty()) return path;
  return (std::filesystem::path(folder) / path).lexically_normal().string();
}

Result<TerminalConfig> parse_terminal_config(const std::string& name, const std::string& text,
                                             const std::string& folder) {
  TomlFile file(name, text);
  if (auto bad = file.problems()) return *bad;
  Section root = file.root();
  TerminalConfig config;
  read_terminal(root, folder, config);
  read_platform(root, folder, config);
  read_profile(root, folder, config);
  read_vehicle(root, folder, config);
  read_gnss(root, config);
  read_fusion(root, config);
  read_load(root, config);
  read_can(root, folder, config);
  read_modbus(root, config);
  read_inputs(root, config);
  read_outputs(root, config);
  read_power(root, folder, config);
  read_track(root, config);
  read_stores(root, config);
  read_uplink(root, config);
  read_driver(root, config);
  root.done();
  if (auto bad = file.problems()) return *bad;
  return config;
}

Result<TerminalConfig> load_terminal_config(const std::string& path) {
  Result<std::string> text = read_text_file(path);
  if (!text) return text.error();
  std::error_code ignored;
  const std::filesystem::path whole = std::filesystem::absolute(path, ignored);
  auto config = parse_terminal_config(path, *text, whole.parent_path().string());
  if (!config || config->vehicle_file.empty()) return config;
  auto vehicle = load_work_profile(config->vehicle_file);
  if (!vehicle) return vehicle.error().in(path + ": [vehicle] profile");
  config->vehicle = std::move(*vehicle);
  return config;
}

}  // namespace lujing::config
