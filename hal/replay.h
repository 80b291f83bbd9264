// A device that is not there: a journal's observations, told again in its place.
//
//   ReplaySource gnss([&] { return journal.next(); }, DeviceClass::gnss);
//   gnss.start(sink);
#pragma once

#include "hal/observation.h"
#include "hal/source.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace lujing::hal {

enum class DeviceClass : std::uint8_t { gnss, can, io, power };

/// Which device says such an observation; nullopt for what no device says (Boot, Counter,
/// ClockTick, the uplink's LinkState).
std::optional<DeviceClass> device_class(const Observation& observation);
const char* to_string(DeviceClass device);

struct ReplayPace {
  double speed = 0;  ///< times real time; 0: as fast as the sink takes it
  /// Observations keep the journal's boot times (a replay is the same twice). Set: they are moved
  /// so that the first of this device is told now, and stretched by the speed.
  bool rebase = false;
};

/// Pulls until there is no more, tells what belongs to its device class, in order, and drops the
/// rest; without a class it tells everything, as a whole vehicle does. The pull function is called
/// from the source's own thread, by this source alone.
class ReplaySource final : public Source {
 public:
  using Pull = std::function<std::optional<Observation>()>;
  ReplaySource(Pull pull, std::optional<DeviceClass> device, ReplayPace pace = {});
  ~ReplaySource() override;

  void start(Sink sink) override;
  void stop() override;
  std::string health_line() const override;
  /// True once the last observation has been told.
  bool finished() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::hal
