// What a fitter sets on a vehicle: one TOML file (deploy/examples/terminal.toml shows every key),
// read into plain values. And a city's rule set, the profile (deploy/profiles/default.toml).
//
// A key that is not known or ill-typed, a number out of bounds, a name that the core does not know:
// each is refused with file, line and what was expected, all of them at once. Paths in the file may
// be relative to the folder that the file is in.
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "terminal/core/config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lujing::config {

struct TerminalIdentity {
  std::string id;     ///< 1 to 32 of A-Z a-z 0-9 _ -
  std::string plate;  ///< UTF-8, for people
  std::string type;   ///< "sweeper", "sprinkler", "garbage", "muck"
  std::string data_dir;
};

struct PlatformConfig {
  std::string host;
  std::uint16_t port = 7611;
  std::string authority;  ///< PEM files
  std::string certificate;
  std::string key;
};

struct GpsdConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 2947;
  std::string device;  ///< empty: every device of that gpsd
  UtcTime earliest_utc;
  double max_error_m = 100;  ///< a fix with a larger 95 % error is refused
  double latency_s = 0;      ///< by which even the promptest fix is late
};

struct CanSignalConfig {
  std::string name;     ///< the core's word: "wheel_speed"
  std::string message;  ///< as the DBC file names them
  std::string signal;
  double timeout_s = 2.0;  ///< silent for longer: stale
  /// J1939: only from this sender; none: from any.
  std::optional<std::uint8_t> source_address = std::nullopt;
};

enum class CanKind : std::uint8_t { slcan, socketcan, candump };

struct CanConfig {
  CanKind kind = CanKind::slcan;
  std::string device;  ///< a serial device, an interface's name, or a log file
  std::uint32_t bitrate = 250'000;
  std::vector<std::string> dbc;  ///< files; a message is looked for in the first that has it
  std::vector<CanSignalConfig> signals;
  hal::SignalId first_signal_id = 0;  ///< signals[i] has the id first_signal_id + i
};

struct ModbusConfig {
  std::string device;  ///< "/dev/ttyS1", or "tcp:HOST:PORT"
  std::uint32_t baud = 9600;
  char parity = 'N';
  std::uint8_t unit = 1;
  std::uint32_t poll_ms = 100;
};

enum class InputSource : std::uint8_t {
  modbus_discrete,
  modbus_coil,
  modbus_input,
  modbus_holding,
  gpio,
  card,  ///< a reader of identity cards on a serial line
  page   ///< the driver's page
};

/// The page that the driver sees, and the voice that he hears.
struct DriverConfig {
  std::string address = "127.0.0.1";  ///< of the cabin's interface; that of the page
  std::uint16_t port = 0;             ///< 0: no page
  bool voice = true;
  std::string language = "zh";  ///< or "en"
};

/// Its place in TerminalConfig::inputs is its hal::InputId.
struct InputConfig {
  std::string name;  ///< the core's word: "cover_closed"
  InputSource source = InputSource::modbus_discrete;
  std::string chip;          ///< gpio: "gpiochip0" or "/dev/gpiochip0"; card: the serial device
  std::uint32_t number = 0;  ///< register or line
  bool analog = false;
  // a switch
  std::uint32_t debounce_ms = 300;
  bool invert = false;
  // an analog input: value = raw * scale + offset; outside [min, max]: fault
  double scale = 1;
  double offset = 0;
  double min = 0;
  double max = 1;
  double deadband = 0;
};

/// What limits are put on the vehicle with (terminal/app/limits_out.h).
struct OutputConfig {
  std::string name;          ///< speed_limit, speed_limit_kmh, hoist_limit, lock
  bool is_register = false;  ///< modbus:holding:N; else modbus:coil:N
  std::uint32_t number = 0;
  std::string chip;         ///< gpio:CHIP:LINE; empty: it is at the module, or on a bus
  std::string can_message;  ///< can:MESSAGE.SIGNAL; empty: it is at the module
  std::string can_signal;
  std::uint32_t can_bus = 0;  ///< which [[can]], from 0
  std::uint32_t cycle_ms = 100;
  std::uint8_t source_address = 39;
  bool invert = false;
};

/// The terminal's supply, from files of the kernel that hold one number each.
struct PowerConfig {
  std::string main_file;     ///< empty: not measured
  double main_scale = 1e-6;  ///< volt = number * scale
  std::string backup_file;
  double backup_scale = 1e-6;
};

struct JournalConfig {
  std::uint32_t max_mib = 256;
  std::uint32_t segment_mib = 8;
};

struct OutboxConfig {
  std::uint32_t max_mib = 512;
  std::uint32_t reserve_mib = 4;
};

struct DirectivesConfig {
  std::uint32_t max_mib = 64;  ///< of bodies that are no longer in force
};

struct UplinkConfig {
  std::uint32_t window = 8;
  std::uint32_t batch_records = 60;
  double backoff_min_s = 1;
  double backoff_max_s = 60;
};

struct TerminalConfig {
  TerminalIdentity terminal;
  PlatformConfig platform;
  std::string profile_file;
  std::string vehicle_file;   ///< empty: no vehicle profile
  core::WorkProfile vehicle;  ///< what that file says; its words are not connected yet
  GpsdConfig gnss;
  core::LoadLearnerConfig load;  ///< of the input load_raw
  core::FusionConfig fusion;     ///< gnss_latency_s: from gnss
  std::vector<CanConfig> can;
  std::optional<ModbusConfig> modbus;
  std::vector<InputConfig> inputs;
  std::vector<OutputConfig> outputs;
  std::optional<PowerConfig> power;  ///< none: no file is named
  DriverConfig driver;
  core::TrackConfig track;
  JournalConfig journal;
  OutboxConfig outbox;
  DirectivesConfig directives;
  UplinkConfig uplink;
};

/// A city's rule set.
/// MT-23, black sites: judged on the platform, of many vehicles (platform/report/black_sites.h).
struct Mt23Config {
  bool enabled = true;
  int vehicles = 3;
  double radius_m = 100;
};

struct Profile {
  std::string name = "default";
  std::int64_t version = 0;
  int utc_offset_min = 480;  ///< of all its hours
  core::Mt01Config mt01;
  core::CleaningConfig cleaning;
  core::MtConfig mt;
  Mt23Config mt23;
  core::TrustConfig trust;
  core::ControlConfig control;
  core::PromptConfig prompts;
  double excepted_share_max = 0.05;         ///< of a plan's length: above, excuses are told apart
  std::uint32_t rate_classes = UINT32_MAX;  ///< bit n: core::RoadClass(n) is in the rates
  std::vector<int> rate_targets{75, 90, 100};  ///< CV-05, per cent
  /// Rules that are off because the file does not name them, in the order of the catalogue.
  std::vector<std::string> off_unnamed;
  /// "name@version": what each record that a rule made names.
  std::string rule_set() const { return name + "@" + std::to_string(version); }
};

Result<TerminalConfig> load_terminal_config(const std::string& path);
/// The same from text; `name` is what messages call it, `folder` what relative paths start from.
Result<TerminalConfig> parse_terminal_config(const std::string& name, const std::string& text,
                                             const std::string& folder);

/// Every rule that a profile can name: "SW-01", ...
std::vector<std::string> rule_catalogue();
/// One line that names the rules which are off because nobody named them, and the remedy; empty:
/// there are none.
std::string off_unnamed_warning(const Profile& profile);

Result<Profile> load_profile(const std::string& path);
Result<Profile> parse_profile(const std::string& name, const std::string& text);

/// Puts the profile's rules into a configuration; what is not a rule stays as it is.
void apply_profile(const Profile& profile, core::CoreConfig& config);
/// The same from a directive's body: core::RuleSetReader. A body that is refused changes nothing.
Result<void> read_rule_set(std::string_view body, core::CoreConfig& config);

/// Names become ids. `software` is left for the caller to set.
core::CoreConfig make_core_config(const TerminalConfig& terminal, const Profile& profile);

/// "name|unit" of each signal id and of each input id, in order: for a journal's header.
std::vector<std::string> signal_names(const TerminalConfig& terminal);
std::vector<std::string> input_names(const TerminalConfig& terminal);

}  // namespace lujing::config
