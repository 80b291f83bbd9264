// The vehicle's CAN bus as a device: the configured signals, told as observations.
#pragma once

#include "base/result.h"
#include "hal/observation.h"
#include "hal/source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lujing::hal::can {

struct CanSignalConfig {
  SignalId id = 0;
  std::string message;
  std::string signal;
  double timeout_s = 2.0;  ///< silent for longer: stale
  /// J1939: only from this source address; needed where two engines say the same (decoder.h).
  std::optional<std::uint8_t> source_address;
  bool share =
      false;  ///< a share of a whole is wanted: what the DBC gives in "%" is divided by 100
};

struct CanConfig {
  /// "slcan:DEVICE" (or "slcan:DEVICE@BAUD" of the serial line), "socketcan:NAME", "candump:FILE".
  std::string interface;
  std::int64_t bitrate = 250'000;  ///< slcan sets it; SocketCAN expects it set
  std::vector<std::string> dbc;    ///< files; the first that has a message wins
  std::vector<CanSignalConfig> signals;
  bool lenient_dbc = false;     ///< DbcOptions::lenient
  double min_interval_s = 0.1;  ///< a signal's values are told no faster; a change of state at once
  double replay_speed = 1.0;    ///< candump: times real time; 0: as fast as it goes
  std::uint8_t index = 0;       ///< LinkState::index
};

/// Since start; what a vehicle's health record tells (protocol/health.h, can_...).
struct CanCounters {
  std::uint64_t frames = 0;        ///< received, error frames not counted
  std::uint64_t kernel_drops = 0;  ///< lost before we could read them: by kernel or adapter
  std::uint64_t error_frames = 0;
  std::uint64_t bus_off = 0;
  std::uint64_t short_frames = 0;  ///< shorter than the DBC's signals
  std::uint64_t unreadable = 0;    ///< lines of an adapter or a log that are no frame
};

/// Says CanSignal (each wanted signal: its values at most every min_interval_s, a change of state
/// at once, `stale` after its timeout) and LinkState (up: the interface is open and not bus-off).
class CanSource : public Source {
 public:
  virtual CanCounters counters() const = 0;  ///< from any thread
};

/// Reads the DBC files and checks the signals; the device itself is opened, and opened again, by
/// start(). Refuses what no waiting can mend: a damaged DBC, a signal that it does not have, an
/// interface or bitrate that cannot be.
Result<std::unique_ptr<CanSource>> open_can(const CanConfig& config);

}  // namespace lujing::hal::can
