#include "terminal/app/app.h"

#include "base/time.h"
#include "hal/voice/voice.h"
#include "terminal/app/core_loop.h"
#include "terminal/app/data_dir.h"
#include "terminal/app/devices.h"
#include "terminal/app/health.h"
#include "terminal/app/journal_player.h"
#include "terminal/app/limits_out.h"
#include "terminal/app/memory.h"
#include "terminal/app/observation_queue.h"
#include "terminal/app/status_json.h"
#include "terminal/app/status_server.h"
#include "terminal/config/core_config.h"
#include "terminal/config/directive_readers.h"
#include "terminal/core/recall/recall.h"
#include "terminal/directives/desk.h"
#include "terminal/directives/folder.h"
#include "terminal/driver/page_server.h"
#include "terminal/driver/view_json.h"
#include "terminal/evidence/keeper.h"
#include "terminal/outbox/store.h"
#include "terminal/uplink/uplink.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

namespace lujing::app {
namespace {

using std::chrono::milliseconds;

/// Some seconds of a saturated bus and everything else.
constexpr std::size_t queue_capacity = 4'096;
/// At the stop: how long what was just committed may still be on its way to the platform.
constexpr milliseconds last_words{3'000};
/// A replay runs ahead of the disk: it waits for a commit after so many records.
constexpr std::size_t replay_commit_records = 2'000;

/// About an hour of driving, 50 kB: an alarm's evidence wants what was acknowledged long ago.
constexpr std::size_t records_for_evidence = 3'600;

/// First 8 bytes of the kernel's boot id: 0 where there is none (not on Linux).
std::uint64_t read_boot_id() {
  std::uint64_t id = 0;
  const int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return id;
  char text[64] = {};
  const ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  int digits = 0;
  for (ssize_t i = 0; i < n && digits < 16; ++i) {
    const char* hex = "0123456789abcdef";
    const char* at = std::strchr(hex, text[i]);
    if (text[i] == '\0' || at == nullptr) continue;
    id = id << 4 | static_cast<std::uint64_t>(at - hex);
    ++digits;
  }
  return id;
}

outbox::StoreOptions store_options(const config::TerminalConfig& config) {
  outbox::StoreOptions options;
  options.outbox.path = config.terminal.data_dir + "/outbox.db";
  options.outbox.max_bytes = std::uint64_t{config.outbox.max_mib} << 20;
  options.outbox.reserve_bytes = std::uint64_t{config.outbox.reserve_mib} << 20;
  options.outbox.batch_records = config.uplink.batch_records;
  options.outbox.kept_records = records_for_evidence;
  return options;
}

uplink::UplinkConfig uplink_config(const AppOptions& options) {
  const auto& config = options.config;
  uplink::UplinkConfig uplink;
  uplink.identity = {config.terminal.id, options.software, options.profile.rule_set(),
                     config.terminal.type, config.terminal.plate};
  uplink.host = config.platform.host;
  uplink.port = config.platform.port;
  uplink.authority = config.platform.authority;
  uplink.certificate = config.platform.certificate;
  uplink.key = config.platform.key;
  uplink.data_dir = config.terminal.data_dir;
  uplink.window = config.uplink.window;
  uplink.batch_records = config.uplink.batch_records;
  uplink.backoff_min = milliseconds(static_cast<std::int64_t>(config.uplink.backoff_min_s * 1000));
  uplink.backoff_max = milliseconds(static_cast<std::int64_t>(config.uplink.backoff_max_s * 1000));
  return uplink;
}

journal::RingOptions ring_options(const AppOptions& options, const core::CoreConfig& core,
                                  std::uint64_t boot_id) {
  journal::RingOptions ring;
  ring.folder = options.config.terminal.data_dir + "/journal";
  ring.max_bytes = std::uint64_t{options.config.journal.max_mib} << 20;
  ring.segment_bytes = std::uint64_t{options.config.journal.segment_mib} << 20;
  ring.header.terminal_id = options.config.terminal.id;
  ring.header.boot_id = boot_id;
  ring.header.software = options.software;
  ring.header.signals = config::signal_names(options.config);
  ring.header.inputs = config::input_names(options.config);
  ring.header.core_config = config::to_toml(core);
  return ring;
}

}  // namespace

directives::DeskOptions desk_options(const AppOptions& options, ObservationQueue& queue) {
  directives::DeskOptions desk;
  desk.folder = options.config.terminal.data_dir + "/directives";
  desk.max_bytes = std::uint64_t{options.config.directives.max_mib} << 20;
  desk.authority = options.config.platform.authority;
  desk.tell_core = [&queue](const hal::DirectiveInForce& told) {
    return queue.push({boot_now(), told});
  };
  desk.name_of_rule_set = [](std::string_view body) {
    const auto profile = config::parse_profile("rule_set", std::string(body));
    return profile ? profile->rule_set() : std::string();
  };
  desk.own_rule_set = options.profile.rule_set();
  desk.log = [](const std::string& line) { spdlog::info("{}", line); };
  return desk;
}

evidence::KeeperOptions keeper_options(const AppOptions& options, outbox::Store& store) {
  evidence::KeeperOptions keeper;
  keeper.data_dir = options.config.terminal.data_dir;
  keeper.certificate = options.config.platform.certificate;
  keeper.key = options.config.platform.key;
  keeper.look_back = [&store](std::uint64_t boot_id, std::int64_t boot_ms) {
    return store.look_back(boot_id, boot_ms);
  };
  keeper.log = [](const std::string& line) { spdlog::info("{}", line); };
  return keeper;
}

/// What a dispatcher wrote is read out in his language, as far as that can be told.
const char* language_of(const std::string& text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
  return ascii ? "en" : "zh";
}

struct App::Impl {
  explicit Impl(AppOptions from) : options(std::move(from)), queue(queue_capacity) {}

  ~Impl() {
    if (lock_fd >= 0) close(lock_fd);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> start();
  Result<core::CoreConfig> core_config();
  void keep(std::span<const protocol::Record> records);
  void hear_verdicts(std::span<const protocol::Record> records, std::vector<std::string>& texts);
  void say(core::PromptId prompt, const core::DriverView& view);
  void open_page();
  bool mark_blocked(std::uint8_t code);
  std::string driver_view();
  void tell_health_now(const hal::Sink& sink);
  std::string status();
  void finish();

  int lock_fd = -1;  ///< held to the very end
  AppOptions options;
  ObservationQueue queue;
  Devices devices;
  std::unique_ptr<JournalPlayer> player;
  std::unique_ptr<hal::Voice> voice;
  std::optional<journal::JournalRing> journal;
  std::unique_ptr<outbox::Store> store;
  std::unique_ptr<directives::Desk> desk;      ///< none in a replay
  std::unique_ptr<evidence::Keeper> evidence;  ///< likewise
  std::unique_ptr<Memory> memory;              ///< likewise
  std::unique_ptr<uplink::Uplink> uplink;
  std::unique_ptr<CoreLoop> loop;
  std::atomic<driver::Language> language{driver::Language::zh};
  std::optional<hal::InputId> blocked_button;  ///< on the page
  std::size_t uncommitted = 0;                 ///< the loop's thread only
  std::unique_ptr<StatusServer> status_server;
  std::unique_ptr<driver::PageServer> page;
};

Result<core::CoreConfig> App::Impl::core_config() {
  if (player != nullptr && !player->core_config().empty()) {
    return config::core_config_from_toml(options.replay, player->core_config());
  }
  core::CoreConfig core = config::make_core_config(options.config, options.profile);
  core.software = options.software;
  if (desk != nullptr && desk->standing().rule_set != core.rule_set) {
    core.boot_rule_set = desk->standing().rule_set;
  }
  return core;
}

Result<void> App::Impl::start() {
  const std::string& data_dir = options.config.terminal.data_dir;
  const auto lock = take_data_dir(data_dir);
  if (!lock) return lock.error();
  lock_fd = *lock;

  if (options.replay.empty()) {
    auto opened = open_devices(options.config);
    if (!opened) return opened.error();
    devices = std::move(*opened);
  } else {
    auto opened = JournalPlayer::open(options.replay, options.replay_speed);
    if (!opened) return opened.error();
    player = std::move(*opened);
  }
  core::DirectiveInputs inputs = config::directive_inputs(nullptr);
  if (player == nullptr) {
    desk = std::make_unique<directives::Desk>(desk_options(options, queue));
    inputs.library = desk->library();
  } else {
    inputs.library =
        std::make_shared<directives::FolderLibrary>(directives::folder_beside(options.replay));
  }
  const auto core = core_config();
  if (!core) return core.error();

  voice = options.config.driver.voice
              ? hal::espeak_voice([](const std::string& line) { spdlog::info("voice: {}", line); })
              : hal::silent_voice();
  language = driver::language_from(options.config.driver.language).value_or(driver::Language::zh);
  store = std::make_unique<outbox::Store>(store_options(options.config));
  auto link = uplink_config(options);
  // Each trouble of the link once, when it is a new one; on the uplink's thread.
  link.on_trouble = [logged = std::string()](const std::string& reason) mutable {
    if (std::exchange(logged, reason) != reason) spdlog::warn("uplink: {}", reason);
  };
  uplink = std::make_unique<uplink::Uplink>(std::move(link), *store, desk.get());

  CoreLoopParts parts{.queue = queue, .core = core::Core(*core, inputs)};
  parts.keep = [this](std::span<const protocol::Record> records) { keep(records); };
  parts.say = [this](core::PromptId prompt, const core::DriverView& view) { say(prompt, view); };
  if (player == nullptr) {
    parts.boot_id = read_boot_id();
    journal.emplace(ring_options(options, *core, *parts.boot_id), utc_now().ms);
    parts.journal = &*journal;
    parts.directives = desk->in_force();
    evidence = std::make_unique<evidence::Keeper>(keeper_options(options, *store));
    memory = std::make_unique<Memory>(data_dir + "/recall",
                                      [](const std::string& line) { spdlog::warn("{}", line); });
    if (devices.outputs != nullptr) {
      parts.put_limits = [board = devices.outputs](const core::Limits& limits) {
        put_limits(limits, *board);
      };
    }
    parts.recalled = core::pieces_of(memory->found());
    parts.remember = [this](std::string packed) { memory->put(std::move(packed)); };
    parts.tell_health = [this](const hal::Sink& sink) { tell_health_now(sink); };
    parts.alive = [] { sd_notify(0, "WATCHDOG=1"); };
  }
  loop = std::make_unique<CoreLoop>(std::move(parts));
  for (auto& device : devices.all) {
    device.source->start([this, &device](const hal::Observation& o) {
      queue.push(o);
      // A device that comes or goes is told in the log, with what to do about it.
      if (const auto* told = std::get_if<hal::LinkState>(&o.what)) {
        spdlog::log(told->up ? spdlog::level::info : spdlog::level::warn, "{}: {}", device.name,
                    device.source->health_line());
      }
    });
  }
  if (player != nullptr) player->start(queue);

  auto server = StatusServer::start(data_dir + "/status.sock", [this] { return status(); });
  if (server) {
    status_server = std::move(*server);
  } else {
    spdlog::warn("{}; lujing-ctl status will not work", server.error().what());
  }
  open_page();
  return {};
}

void App::Impl::keep(std::span<const protocol::Record> records) {
  if (evidence != nullptr) evidence->hear(records);
  std::vector<std::string> texts;
  hear_verdicts(records, texts);
  if (texts.empty()) {
    store->append(records);
  } else {
    store->append(records, [this, texts = std::move(texts)](bool) {
      for (const auto& text : texts) voice->say(text, language_of(text));
    });
  }
  if (player == nullptr) return;
  uncommitted += records.size();
  if (uncommitted < replay_commit_records) return;
  store->commit_now();
  uncommitted = 0;
}

/// What the core made of directives goes to the desk, a new text to the driver.
void App::Impl::hear_verdicts(std::span<const protocol::Record> records,
                              std::vector<std::string>& texts) {
  if (desk == nullptr) return;
  for (const auto& record : records) {
    const auto* verdict = std::get_if<protocol::DirectiveRecord>(&record.payload);
    if (verdict == nullptr) continue;
    if (auto text = desk->text_for_driver(*verdict)) texts.push_back(std::move(*text));
    desk->judged(*verdict);
  }
}

/// The driver hears of an alarm when it is on the disk, or when the disk refuses it.
void App::Impl::say(core::PromptId prompt, const core::DriverView& view) {
  const driver::Language in = language;
  store->append({}, [this, in, text = driver::spoken(prompt, view, in)](bool) {
    voice->say(text, driver::to_string(in));
  });
}

void App::Impl::open_page() {
  const config::DriverConfig& wanted = options.config.driver;
  const auto& inputs = options.config.inputs;
  const auto button = std::find_if(inputs.begin(), inputs.end(), [](const auto& input) {
    return input.source == config::InputSource::page;
  });
  if (player == nullptr && button != inputs.end()) {
    blocked_button = static_cast<hal::InputId>(button - inputs.begin());
  }
  if (wanted.port == 0) return;
  http::Options with = driver::page_options();
  with.address = wanted.address;
  with.port = wanted.port;
  driver::Facade facade;
  facade.state = [this] { return driver_view(); };
  facade.mark_blocked = [this](std::uint8_t code) { return mark_blocked(code); };
  facade.speak = [this](std::string_view word) {
    language = driver::language_from(word).value_or(language);
  };
  auto opened = driver::PageServer::start(with, std::move(facade));
  if (opened) {
    page = std::move(*opened);
    spdlog::info("driver's page: {}", page->url());
  } else {
    spdlog::warn("{}; the driver has no page", opened.error().what());
  }
}

/// As an input of the vehicle: it is journalled, and the core decides what it means.
bool App::Impl::mark_blocked(std::uint8_t code) {
  if (!blocked_button) return false;
  const BootTime now = boot_now();
  const auto say = [&](std::uint8_t what) {
    queue.push(
        {now, hal::Analog{*blocked_button, hal::SwitchState::on, static_cast<double>(what)}});
  };
  say(0);  // the mark before this one has ended, whatever its reason was
  if (code != 0) say(code);
  return true;
}

std::string App::Impl::driver_view() {
  driver::ViewParts parts;
  parts.now = loop->snapshot();
  parts.plate = options.config.terminal.plate;
  parts.online = uplink->stats().online;
  parts.can_mark = blocked_button.has_value();
  parts.language = language;
  return driver::view_json(parts);
}

void App::Impl::tell_health_now(const hal::Sink& sink) {
  devices.tell_counters(sink);
  HealthParts parts;
  parts.outbox = store->stats();
  parts.uplink = uplink->stats();
  parts.journal = journal->stats();
  parts.directives = desk->stats();
  parts.evidence = evidence->stats();
  parts.queue_dropped = queue.dropped();
  parts.queue_depth_max = queue.depth_max();
  parts.data_dir = options.config.terminal.data_dir;
  tell_health(parts, sink);
}

std::string App::Impl::status() {
  StatusParts parts{options.config,
                    options.software,
                    devices,
                    loop->snapshot(),
                    loop->journal_stats(),
                    store->stats(),
                    uplink->stats(),
                    queue.dropped(),
                    queue.depth_max(),
                    player != nullptr,
                    player != nullptr && player->finished()};
  return status_json(parts);
}

void App::Impl::finish() {
  sd_notify(0, "STOPPING=1");
  if (desk != nullptr) desk->stop();
  page.reset();
  status_server.reset();
  for (auto& device : devices.all) device.source->stop();
  queue.close();
  if (player != nullptr) player->stop();
  if (loop != nullptr) loop->stop();
  memory.reset();
  if (store == nullptr) return;
  store->commit_now();
  const auto limit = std::chrono::steady_clock::now() + last_words;
  while (uplink != nullptr && uplink->stats().online && store->stats().depth_records > 0 &&
         std::chrono::steady_clock::now() < limit) {
    std::this_thread::sleep_for(milliseconds(20));
  }
  uplink.reset();
  desk.reset();
  loop.reset();
  evidence.reset();
  store.reset();
}

Result<std::unique_ptr<App>> App::start(AppOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  std::unique_ptr<App> app(new App(std::move(impl)));
  if (auto started = app->impl_->start(); !started) return started.error();
  return app;
}

App::App(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

App::~App() {
  impl_->finish();
}

bool App::replay_done() const {
  return impl_->player != nullptr && impl_->player->finished() &&
         impl_->store->stats().depth_records == 0;
}

}  // namespace lujing::app
