// A device: something that says observations until it is told to stop.
#pragma once

#include "hal/observation.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace lujing::hal {

/// Takes an observation. Called from the device's own thread; must be quick and must not throw. It
/// is the receiver that bounds its queue and counts what it had to drop.
using Sink = std::function<void(const Observation&)>;

/// Owns one device and, between start() and stop(), one thread that reads it.
///
/// A device that is missing, unplugged or silent is no failure: the source says so (a LinkState
/// observation and health_line()), and tries again for as long as it runs.
class Source {
 public:
  virtual ~Source() = default;
  /// Starts reading. Called once.
  virtual void start(Sink sink) = 0;
  /// Ends within a second; no observation comes after it has returned. Called from any thread.
  virtual void stop() = 0;
  /// One line for a fitter: what it is, whether it speaks, and what to do if it does not.
  virtual std::string health_line() const = 0;
};

}  // namespace lujing::hal
