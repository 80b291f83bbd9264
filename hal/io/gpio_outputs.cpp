#include "hal/io/gpio_outputs.h"

#include "hal/io/gpio_chip.h"

#include <optional>
#include <utility>

namespace lujing::hal::io {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds look_at_wishes_every{50};
constexpr milliseconds take_lines_again_after{1000};
constexpr std::int64_t write_again_ns = 10 * ns_per_s;

class GpioOutputs final : public ThreadSource {
 public:
  GpioOutputs(const std::string& name, std::unique_ptr<GpioLines> lines,
              std::shared_ptr<const OutputBoard> board, std::uint8_t index,
              std::shared_ptr<Totals> totals)
      : ThreadSource(index, std::move(totals)),
        name_("GPIO outputs of " + name),
        lines_(std::move(lines)),
        board_(std::move(board)) {
    for (std::size_t i = 0; i < board_->outputs().size(); ++i) {
      const OutputConfig& output = board_->outputs()[i];
      if (output.kind != OutputKind::gpio || output.chip != name) continue;
      outputs_.push_back(i);
      numbers_.push_back(output.number);
    }
    tell_health(name_ + ": not started");
  }
  ~GpioOutputs() override { stop(); }

 private:
  void run(const std::stop_token& stop) override;
  Result<void> serve(const std::stop_token& stop);
  Result<void> write();
  std::optional<std::vector<bool>> wanted() const;

  const std::string name_;
  std::unique_ptr<GpioLines> lines_;
  const std::shared_ptr<const OutputBoard> board_;
  std::vector<std::size_t> outputs_;
  std::vector<std::uint32_t> numbers_;
  std::vector<bool> written_;  ///< empty: the lines are not ours
  BootTime written_at_;
};

/// nullopt: nobody has wanted anything of one of them yet.
std::optional<std::vector<bool>> GpioOutputs::wanted() const {
  std::vector<bool> all;
  for (const std::size_t output : outputs_) {
    const auto value = board_->wanted(output);
    if (!value) return std::nullopt;
    all.push_back((*value != 0) != board_->outputs()[output].invert);
  }
  return all;
}

Result<void> GpioOutputs::write() {
  const auto all = wanted();
  if (!all) return {};
  const BootTime now = boot_now();
  if (written_.empty()) {
    if (auto opened = lines_->open(numbers_, *all); !opened) return opened;
    written_ = *all;
    written_at_ = now;
    return {};
  }
  const bool again = now.ns - written_at_.ns >= write_again_ns;
  for (std::size_t i = 0; i < all->size(); ++i) {
    if (!again && (*all)[i] == written_[i]) continue;
    if (auto set = lines_->set(i, (*all)[i]); !set) return set;
    written_[i] = (*all)[i];
  }
  if (again) written_at_ = now;
  return {};
}

Result<void> GpioOutputs::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (auto written = write(); !written) return written;
    if (!written_.empty()) tell_link(true);
    tell_health(name_ + (written_.empty() ? ": nothing is wanted of them yet" : ": ok"));
    sleep(stop, look_at_wishes_every);
  }
  return {};
}

void GpioOutputs::run(const std::stop_token& stop) {
  do {
    if (auto served = serve(stop); !served) {
      tell_link(false);
      tell_health(name_ + ": " + served.error().what() + gpio_remedy);
    }
    lines_->close();
    written_.clear();
  } while (!stop.stop_requested() && sleep(stop, take_lines_again_after));
}

}  // namespace

std::unique_ptr<Source> make_gpio_outputs(const std::string& name, std::unique_ptr<GpioLines> lines,
                                          std::shared_ptr<const OutputBoard> board,
                                          std::uint8_t index, std::shared_ptr<Totals> totals) {
  return std::make_unique<GpioOutputs>(name, std::move(lines), std::move(board), index,
                                       std::move(totals));
}

}  // namespace lujing::hal::io
