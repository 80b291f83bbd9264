// The terminal as a whole: what is made, in which order, and who hands what to whom. Read it top to
// bottom like a table of contents.
#pragma once

#include "base/result.h"
#include "terminal/config/terminal_config.h"

#include <memory>
#include <string>

namespace lujing::app {

struct AppOptions {
  config::TerminalConfig config;
  config::Profile profile;
  std::string software;
  std::string replay;       ///< a journal in the place of all devices; empty: the devices
  double replay_speed = 0;  ///< times real time; 0: as fast as it goes
};

class App {
 public:
  /// Makes everything and starts it. An error is one that no waiting can mend.
  static Result<std::unique_ptr<App>> start(AppOptions options);
  /// Ends in the order of the data's way: devices, core, store, uplink. What was decided is
  /// committed; what the platform can take within a few seconds is sent.
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// The journal of a replay has been played and everything of it has been acknowledged.
  bool replay_done() const;

 private:
  struct Impl;
  explicit App(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lujing::app
