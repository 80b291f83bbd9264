#include "hal/io/gpio_source.h"

#include <utility>

namespace lujing::hal::io {
namespace {

using std::chrono::milliseconds;

constexpr int look_every_ms = 100;
constexpr milliseconds request_again_after{1000};

class GpioSource final : public ThreadSource {
 public:
  GpioSource(const std::string& name, std::unique_ptr<GpioChip> chip,
             const std::vector<InputConfig>& inputs, std::uint8_t index,
             std::shared_ptr<Totals> totals)
      : ThreadSource(index, std::move(totals)), name_("GPIO chip " + name), chip_(std::move(chip)) {
    for (const InputConfig& input : inputs) {
      channels_.emplace_back(input);
      lines_.push_back(input.number);
    }
    tell_health(name_ + ": not started");
  }
  ~GpioSource() override { stop(); }

 private:
  void run(const std::stop_token& stop) override;
  Result<void> serve(const std::stop_token& stop);
  Result<void> look();
  void fault_all(const std::string& why);

  const std::string name_;
  std::unique_ptr<GpioChip> chip_;
  std::vector<Channel> channels_;
  std::vector<std::uint32_t> lines_;
};

void GpioSource::fault_all(const std::string& why) {
  const BootTime now = boot_now();
  for (Channel& channel : channels_) feed(channel, now, std::nullopt);
  tell_link(false);
  tell_health(name_ + ": " + why + gpio_remedy);
}

Result<void> GpioSource::look() {
  auto edges = chip_->wait(look_every_ms);
  if (!edges) return edges.error();
  const BootTime now = boot_now();
  for (const GpioEdge& edge : *edges) {
    if (edge.line < channels_.size()) feed(channels_[edge.line], now, edge.high ? 1 : 0);
  }
  auto levels = chip_->levels();
  if (!levels) return levels.error();
  for (std::size_t i = 0; i < channels_.size() && i < levels->size(); ++i) {
    feed(channels_[i], now, (*levels)[i] ? 1 : 0);
  }
  ++totals().reads;
  return {};
}

Result<void> GpioSource::serve(const std::stop_token& stop) {
  if (auto opened = chip_->open(lines_); !opened) return opened;
  while (!stop.stop_requested()) {
    tell_counters();
    if (auto looked = look(); !looked) return looked;
    tell_link(true);
    tell_health(name_ + ": ok");
  }
  return {};
}

void GpioSource::run(const std::stop_token& stop) {
  do {
    if (auto served = serve(stop); !served) fault_all(served.error().what());
    chip_->close();
  } while (!stop.stop_requested() && sleep(stop, request_again_after));
}

}  // namespace

std::unique_ptr<Source> make_gpio_source(const std::string& name, std::unique_ptr<GpioChip> chip,
                                         const std::vector<InputConfig>& inputs, std::uint8_t index,
                                         std::shared_ptr<Totals> totals) {
  return std::make_unique<GpioSource>(name, std::move(chip), inputs, index, std::move(totals));
}

}  // namespace lujing::hal::io
