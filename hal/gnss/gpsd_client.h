// One connection to gpsd. The only door to libgps, whose structures change with every release.
#pragma once

#include "base/result.h"
#include "hal/gnss/report.h"

#include <cstdint>
#include <memory>
#include <string>

namespace lujing::hal::gnss {

class GpsdClient {
 public:
  enum class Event {
    nothing,  ///< the time is over, or half a line has come
    tpv,      ///< tpv() is new
    sky,      ///< sky() is new
    other,    ///< gpsd said something that we do not need
    closed,   ///< gpsd has hung up: make a new client
  };

  /// Connects and asks for reports. Blocks as long as connect() does: at once on this machine,
  /// `timeout_ms` to another.
  static Result<GpsdClient> connect(const std::string& host, std::uint16_t port, int timeout_ms);
  GpsdClient(GpsdClient&&) noexcept;
  GpsdClient& operator=(GpsdClient&&) noexcept;
  ~GpsdClient();

  /// Takes one line of gpsd's, waiting at most about twice `timeout_ms` for it.
  Event next(int timeout_ms);
  const Tpv& tpv() const;
  const Sky& sky() const;

 private:
  struct Impl;
  explicit GpsdClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::hal::gnss
