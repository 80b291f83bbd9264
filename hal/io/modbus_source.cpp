#include "hal/io/modbus_source.h"

#include "hal/io/modbus_port.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace lujing::hal::io {
namespace {

using Outcome = ModbusPort::Outcome;
using std::chrono::milliseconds;

constexpr int tries_until_fault = 3;
constexpr std::size_t longest_block = 125;
constexpr milliseconds retry_time{1000};
constexpr std::int64_t again_ns = 10 * ns_per_s;

/// Neighbours of one kind, read with one request. No gaps: a register that nobody configured may
/// not exist, and the module would refuse them all.
struct Block {
  InputKind kind = InputKind::modbus_discrete;
  std::uint32_t first = 0;
  std::size_t count = 0;
  std::vector<std::size_t> channels;  ///< their indices
};

std::vector<Block> blocks_of(const std::vector<Channel>& channels) {
  std::vector<std::size_t> order(channels.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto key = [&](std::size_t i) {
    return std::pair(channels[i].config().kind, channels[i].config().number);
  };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  std::vector<Block> blocks;
  for (const std::size_t i : order) {
    const auto [kind, number] = key(i);
    const bool joins = !blocks.empty() && blocks.back().kind == kind &&
                       number <= blocks.back().first + blocks.back().count &&
                       blocks.back().count < longest_block;
    if (!joins) blocks.push_back({kind, number, 0, {}});
    Block& block = blocks.back();
    block.count = std::max<std::size_t>(block.count, number - block.first + 1);
    block.channels.push_back(i);
  }
  return blocks;
}

class ModbusSource final : public ThreadSource {
 public:
  ModbusSource(const ModbusConfig& module, const std::vector<InputConfig>& inputs,
               std::shared_ptr<const OutputBoard> outputs, std::uint8_t index,
               std::shared_ptr<Totals> totals)
      : ThreadSource(index, std::move(totals)),
        port_(module),
        poll_(module.poll_ms),
        outputs_(std::move(outputs)) {
    if (outputs_ != nullptr) written_.resize(outputs_->outputs().size());
    for (const InputConfig& input : inputs) channels_.emplace_back(input);
    blocks_ = blocks_of(channels_);
    tell_health(port_.name() + ": not started");
  }
  ~ModbusSource() override { stop(); }

 private:
  void run(const std::stop_token& stop) override;
  void serve(const std::stop_token& stop);
  Outcome poll_once(const std::stop_token& stop);
  Outcome read_block(const Block& block);
  Outcome write_outputs();
  void fault_all();

  ModbusPort port_;
  const milliseconds poll_;
  std::vector<Channel> channels_;
  std::vector<Block> blocks_;
  std::vector<std::uint16_t> values_;
  /// What a module has been told, and when.
  struct Written {
    std::optional<std::uint16_t> value;
    BootTime at;
  };
  const std::shared_ptr<const OutputBoard> outputs_;
  std::vector<Written> written_;
  std::string refused_;  ///< the last refusal of this round
};

void ModbusSource::fault_all() {
  const BootTime now = boot_now();
  for (Channel& channel : channels_) feed(channel, now, std::nullopt);
  tell_link(false);
}

Outcome ModbusSource::read_block(const Block& block) {
  const Outcome outcome = port_.read(block.kind, block.first, block.count, values_);
  if (outcome != Outcome::ok && outcome != Outcome::no_such_input) return outcome;
  const BootTime now = boot_now();
  ++totals().reads;
  for (const std::size_t i : block.channels) {
    Channel& channel = channels_[i];
    if (outcome == Outcome::ok) {
      feed(channel, now, values_[channel.config().number - block.first]);
      continue;
    }
    feed(channel, now, std::nullopt);
    refused_ = channel.config().name + " (" + source_text(channel.config()) +
               "): the module says \"" + port_.problem() + "\": is the number right?";
  }
  return outcome;
}

Outcome ModbusSource::write_outputs() {
  for (std::size_t i = 0; i < written_.size(); ++i) {
    const OutputConfig& output = outputs_->outputs()[i];
    if (!output.of_module()) continue;
    auto value = outputs_->wanted(i);
    if (!value) continue;
    if (output.invert) value = static_cast<std::uint16_t>(*value == 0 ? 1 : 0);
    const BootTime now = boot_now();
    const bool rests = written_[i].value == value && now.ns - written_[i].at.ns < again_ns;
    if (rests) continue;
    const Outcome outcome = port_.write(output.kind, output.number, *value);
    if (outcome != Outcome::ok && outcome != Outcome::no_such_input) return outcome;
    if (outcome == Outcome::no_such_input)
      refused_ = "output " + output.name + " " + std::to_string(output.number) +
                 ": the module says \"" + port_.problem() + "\": is the number right?";
    written_[i] = {value, now};
  }
  return Outcome::ok;
}

Outcome ModbusSource::poll_once(const std::stop_token& stop) {
  refused_.clear();
  for (const Block& block : blocks_) {
    if (stop.stop_requested()) break;
    const Outcome outcome = read_block(block);
    if (outcome != Outcome::ok && outcome != Outcome::no_such_input) return outcome;
  }
  if (const Outcome outcome = write_outputs(); outcome != Outcome::ok) return outcome;
  tell_link(true);
  tell_health(port_.name() + (refused_.empty() ? ": ok" : ": answers, but " + refused_));
  return Outcome::ok;
}

/// Until the module has not answered for too long.
void ModbusSource::serve(const std::stop_token& stop) {
  int failed = 0;
  while (!stop.stop_requested()) {
    tell_counters();
    const BootTime began = boot_now();
    const Outcome outcome = poll_once(stop);
    failed = outcome == Outcome::ok ? 0 : failed + 1;
    if (failed >= tries_until_fault || outcome == Outcome::gone) {
      fault_all();
      tell_health(port_.name() + " does not answer (" + port_.problem() +
                  "): power, wires A and B, unit number, speed and parity? retry in 1 s");
      return;
    }
    const milliseconds spent{(boot_now().ns - began.ns) / ns_per_ms};
    if (!sleep(stop, std::max(poll_ - spent, milliseconds(0)))) return;
  }
}

void ModbusSource::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    for (Written& written : written_) written.value.reset();  // it may have been restarted
    if (auto opened = port_.open(); opened) {
      serve(stop);
    } else {
      fault_all();
      tell_health(port_.name() + " cannot be opened: " + opened.error().what() +
                  ": is the adapter plugged in? ls /dev/serial/by-id; retry in 1 s");
    }
    if (!sleep(stop, retry_time)) break;
  }
  port_.close();
}

}  // namespace

std::unique_ptr<Source> make_modbus_source(const ModbusConfig& module,
                                           const std::vector<InputConfig>& inputs,
                                           std::shared_ptr<const OutputBoard> outputs,
                                           std::uint8_t index, std::shared_ptr<Totals> totals) {
  return std::make_unique<ModbusSource>(module, inputs, std::move(outputs), index,
                                        std::move(totals));
}

}  // namespace lujing::hal::io
