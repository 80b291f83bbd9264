#include "hal/power/power.h"

#include "base/time.h"

#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace lujing::hal {
namespace {

std::optional<double> read_volt(const VoltageFile& file, double highest_v) {
  if (file.path.empty()) return std::nullopt;
  std::ifstream text(file.path);
  double raw = 0;
  if (!(text >> raw)) return std::nullopt;
  const double volt = raw * file.scale;
  if (!(volt >= 0 && volt <= highest_v)) return std::nullopt;
  return volt;
}

std::string volt_text(const char* name, const VoltageFile& file, std::optional<double> volt) {
  if (file.path.empty()) return std::string(name) + " not measured";
  if (!volt) return std::string(name) + ": no number in " + file.path;
  char text[48];
  std::snprintf(text, sizeof text, "%s %.2f V", name, *volt);
  return text;
}

class PowerSource final : public Source {
 public:
  explicit PowerSource(PowerConfig config) : config_(std::move(config)) {}
  ~PowerSource() override { end(); }
  PowerSource(const PowerSource&) = delete;
  PowerSource& operator=(const PowerSource&) = delete;

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
  void end() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }
  bool moved(std::optional<double> before, std::optional<double> now) const {
    if (before.has_value() != now.has_value()) return true;
    return now && std::fabs(*now - *before) > config_.tell_change_v;
  }
  void look();
  void run(const std::stop_token& stop);

  const PowerConfig config_;
  Sink sink_;
  std::optional<Power> told_;
  BootTime told_at_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::string health_ = "supply: not started";
  std::jthread thread_;
};

void PowerSource::look() {
  const Power now{read_volt(config_.main, config_.highest_v),
                  read_volt(config_.backup, config_.highest_v)};
  const BootTime at = boot_now();
  {
    const std::lock_guard lock(mutex_);
    health_ = "supply: " + volt_text("main", config_.main, now.main_v) + ", " +
              volt_text("backup", config_.backup, now.backup_v);
  }
  const bool due = !told_ || static_cast<double>(at.ns - told_at_.ns) >= config_.tell_every_s * 1e9;
  if (!due && !moved(told_->main_v, now.main_v) && !moved(told_->backup_v, now.backup_v)) return;
  told_ = now;
  told_at_ = at;
  sink_(Observation{at, now});
}

void PowerSource::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    look();
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, std::chrono::duration<double>(config_.poll_s), [] { return false; });
  }
}

}  // namespace

std::unique_ptr<Source> open_power(PowerConfig config) {
  return std::make_unique<PowerSource>(std::move(config));
}

}  // namespace lujing::hal
