#include "hal/gnss/gnss.h"

#include "base/time.h"
#include "hal/gnss/gpsd_client.h"
#include "hal/gnss/report.h"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace lujing::hal {
namespace {

constexpr int patience_ms = 200;                  // so long stop() may have to wait
constexpr double reconnect_after_silences = 6.0;  // a host that lost power never hangs up

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g s", seconds);
  return text;
}

class GpsdSource final : public Source {
 public:
  explicit GpsdSource(GnssConfig config) : config_(std::move(config)) {
    health_ = where() + ": not started";
  }
  ~GpsdSource() override { end(); }
  GpsdSource(const GpsdSource&) = delete;
  GpsdSource& operator=(const GpsdSource&) = delete;

  void start(Sink sink) override {
    sink_ = std::move(sink);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  void stop() override { end(); }
  std::string health_line() const override {
    const std::lock_guard lock(mutex_);
    return health_;
  }

 private:
  std::string where() const {
    return "gpsd at " + config_.host + ":" + std::to_string(config_.port);
  }
  void end() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }
  void say(const What& what) { sink_(Observation{boot_now(), what}); }
  void tell_health(std::string text) {
    position_.reset();
    const std::lock_guard lock(mutex_);
    health_ = std::move(text);
  }

  void run(const std::stop_token& stop);
  void listen(const std::stop_token& stop, gnss::GpsdClient& client);
  void take(gnss::GpsdClient::Event event, const gnss::GpsdClient& client);
  bool wanted(const std::string& device) const {
    return config_.device.empty() || device == config_.device;
  }
  void heard();
  void tell_link(bool up);
  void tell_position(bool known);

  const GnssConfig config_;
  Sink sink_;

  // The thread's own.
  std::optional<bool> link_;
  std::optional<bool> position_;  ///< what health_line() says of it; nullopt: something else
  bool ever_connected_ = false;
  std::int64_t reconnects_ = 0;
  std::int64_t heard_ns_ = 0;
  double retry_s_ = 0;
  SkyView sky_;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::string health_;
  std::jthread thread_;
};

/// After tell_health(): who hears of the change may ask for the reason at once.
void GpsdSource::tell_link(bool up) {
  if (link_ == up) return;
  link_ = up;
  say(LinkState{Link::gnss, up, 0});
}

void GpsdSource::tell_position(bool known) {
  if (position_ == known) return;
  tell_health(where() + (known ? ": ok, gives positions"
                               : ": the receiver speaks, but has no position: can its antenna see "
                                 "the sky?"));
  position_ = known;
}

void GpsdSource::heard() {
  heard_ns_ = boot_now().ns;
  retry_s_ = config_.retry_min_s;
  tell_link(true);
}

void GpsdSource::take(gnss::GpsdClient::Event event, const gnss::GpsdClient& client) {
  if (event == gnss::GpsdClient::Event::tpv && wanted(client.tpv().device)) {
    const GnssFix fix = gnss::to_fix(client.tpv());
    tell_position(fix.position.valid());
    heard();
    say(fix);
  } else if (event == gnss::GpsdClient::Event::sky && wanted(client.sky().device)) {
    heard();
    sky_ = gnss::to_sky(client.sky(), sky_);
    say(sky_);
  }
}

void GpsdSource::listen(const std::stop_token& stop, gnss::GpsdClient& client) {
  const auto silent_ns = static_cast<std::int64_t>(config_.silent_after_s * 1e9);
  heard_ns_ = boot_now().ns;
  while (!stop.stop_requested()) {
    const auto event = client.next(patience_ms);
    if (event == gnss::GpsdClient::Event::closed) return;
    take(event, client);
    const std::int64_t now_ns = boot_now().ns;
    const std::int64_t quiet_ns = now_ns - heard_ns_;
    if (quiet_ns < silent_ns) continue;
    tell_health(where() + " answers, but has reported nothing for " +
                seconds_text(config_.silent_after_s) +
                (config_.device.empty() ? "" : " from " + config_.device) +
                ": is the receiver plugged in, and in DEVICES of /etc/default/gpsd?");
    tell_link(false);
    if (static_cast<double>(quiet_ns) > static_cast<double>(silent_ns) * reconnect_after_silences) {
      return;
    }
  }
}

void GpsdSource::run(const std::stop_token& stop) {
  retry_s_ = config_.retry_min_s;
  while (!stop.stop_requested()) {
    auto client = gnss::GpsdClient::connect(config_.host, config_.port, patience_ms);
    if (client) {
      if (ever_connected_) ++reconnects_;
      ever_connected_ = true;
      tell_health(where() + ": connected, waiting for the first report");
      say(Counter{counter_gnss_reconnects, reconnects_});
      listen(stop, *client);
      if (stop.stop_requested()) return;
    }
    const std::string retry = "; retry in " + seconds_text(retry_s_);
    if (client) {
      tell_health(where() + " hung up: has it crashed? journalctl -u gpsd" + retry);
    } else {
      tell_health(where() + " does not answer: is it running? systemctl start gpsd" + retry);
    }
    tell_link(false);
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, std::chrono::duration<double>(retry_s_), [] { return false; });
    retry_s_ = std::min(retry_s_ * 2, config_.retry_max_s);
  }
}

}  // namespace

std::unique_ptr<Source> open_gnss(GnssConfig config) {
  return std::make_unique<GpsdSource>(std::move(config));
}

}  // namespace lujing::hal
