// From configuration to a running source.
#include "hal/can/bus_candump.h"
#include "hal/can/bus_slcan.h"
#include "hal/can/bus_socketcan.h"
#include "hal/can/bus_source.h"
#include "hal/can/sender.h"
#include "hal/can/source.h"

#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

namespace lujing::hal::can {
namespace {

constexpr double longest_timeout_s = 86'400;

Result<std::unique_ptr<Bus>> make_slcan(std::string_view place, std::int64_t bitrate) {
  const auto code = slcan_bitrate_code(bitrate);
  if (!code) {
    return Error("slcan has no bitrate " + std::to_string(bitrate) +
                 "; it has 10000, 20000, 50000, 100000, 125000, 250000, 500000, 800000, 1000000");
  }
  unsigned baud = 115'200;
  if (const std::size_t at = place.rfind('@'); at != std::string_view::npos) {
    const std::string_view digits = place.substr(at + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), baud);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
      return Error("'" + std::string(digits) + "' behind '@' is no baud rate");
    }
    place = place.substr(0, at);
  }
  return std::unique_ptr<Bus>(std::make_unique<SlcanBus>(std::string(place), baud, *code));
}

}  // namespace

Result<std::unique_ptr<Bus>> make_bus(const std::string& interface, const BusOptions& options) {
  const std::size_t colon = interface.find(':');
  const std::string kind = interface.substr(0, colon);
  const std::string place = colon == std::string::npos ? "" : interface.substr(colon + 1);
  if (!place.empty()) {
    if (kind == "slcan") return make_slcan(place, options.bitrate);
    if (kind == "socketcan") {
      return std::unique_ptr<Bus>(
          std::make_unique<SocketCanBus>(place, options.filters, kernel_can_sockets()));
    }
    if (kind == "candump") {
      return std::unique_ptr<Bus>(std::make_unique<CandumpBus>(place, options.replay_speed));
    }
  }
  return Error("'" + interface +
               "' is no CAN interface; write slcan:DEVICE, socketcan:NAME or candump:FILE");
}

Result<std::unique_ptr<CanSource>> open_can(const CanConfig& config) {
  return open_can(config, {}, nullptr);
}

Result<std::unique_ptr<CanSource>> open_can(const CanConfig& config, std::vector<CanOutput> outputs,
                                            std::shared_ptr<const OutputBoard> board) {
  std::vector<Database> databases;
  for (const std::string& file : config.dbc) {
    auto database = load_dbc(file, {.lenient = config.lenient_dbc});
    if (!database) return database.error();
    databases.push_back(std::move(*database));
  }
  std::vector<const Database*> pointers;
  pointers.reserve(databases.size());
  for (const Database& database : databases) pointers.push_back(&database);
  std::vector<SignalWish> wishes;
  std::vector<SignalTracker::Rule> rules;
  for (const CanSignalConfig& signal : config.signals) {
    if (!(signal.timeout_s > 0 && signal.timeout_s <= longest_timeout_s)) {
      return Error("signal " + signal.signal + ": timeout_s must be above 0 and at most 86400");
    }
    wishes.push_back({signal.message, signal.signal, signal.source_address, signal.share});
    rules.push_back({signal.id, static_cast<std::int64_t>(signal.timeout_s * 1e9)});
  }
  if (!(config.min_interval_s >= 0 && config.min_interval_s <= longest_timeout_s)) {
    return Error("the least interval between two values must be 0 to 86400 s");
  }
  if (!(config.replay_speed >= 0) || std::isinf(config.replay_speed)) {
    return Error("the replay speed must be 0 or more");
  }
  auto decoder = Decoder::compile(pointers, wishes);
  if (!decoder) return decoder.error();
  auto sender = Sender::compile(pointers, std::move(outputs), std::move(board));
  if (!sender) return sender.error();
  auto bus = make_bus(config.interface, {config.bitrate, config.replay_speed, decoder->filters()});
  if (!bus) return bus.error();
  SignalTracker tracker(rules, static_cast<std::int64_t>(config.min_interval_s * 1e9));
  return std::unique_ptr<CanSource>(
      std::make_unique<BusSource>(config.interface, config.index, std::move(*bus),
                                  std::move(*decoder), std::move(tracker), std::move(*sender)));
}

}  // namespace lujing::hal::can
