// The driver's page, for the screen in the cabin: a few fixed files, what is so now as JSON, and
// two things that a driver may say. HTTP/1.1 on one thread of its own, bounded as
// base/http/server.h says. Answers only to its own name (Host), and takes what is said only from
// its own page (Origin), so that no page of elsewhere speaks for the driver.
//
//   GET  /, /page.css, /page.js          the page
//   GET  /state                          Facade::state()
//   POST /blocked   {"reason": "parked_vehicles" or null}
//   POST /language  {"language": "zh" or "en"}
#pragma once

#include "base/http/server.h"
#include "base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace lujing::driver {

/// What the page may ask and say; called on the server's thread.
struct Facade {
  std::function<std::string()> state;
  /// 1 + protocol::ExceptionReason, or 0: the kerb is free again. False: the vehicle has no such
  /// mark.
  std::function<bool(std::uint8_t)> mark_blocked;
  /// "zh" or "en".
  std::function<void(std::string_view)> speak;
};

/// The bounds of a page that one screen shows, on this machine and any free port.
http::Options page_options();

class PageServer {
 public:
  static Result<std::unique_ptr<PageServer>> start(const http::Options& options, Facade facade);
  ~PageServer();
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;

  std::uint16_t port() const;
  std::string url() const;

 private:
  explicit PageServer(std::unique_ptr<http::Server> server);
  std::unique_ptr<http::Server> server_;
};

}  // namespace lujing::driver
