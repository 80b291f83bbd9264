// Dispatch: what the dispatcher's page asks for, by HTTP, and what it is told, by WebSocket
// (API.md).
//
// One thread of its own, and everything that a client can make it hold is bounded
// (base/http/server.h).
#pragma once

#include "base/http/server.h"
#include "base/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace lujing::ledger {
class Ledger;
}

namespace lujing::dispatch {

class LiveState;

struct Options {
  std::string address = "127.0.0.1";  ///< an IP address, version 4 or 6
  std::uint16_t port = 8080;          ///< 0: any free port
  std::string web_root;               ///< folder of the built page; empty: no page, only the API
  std::string basemap;                ///< GeoJSON file of streets; empty: none
  std::string directives;             ///< file of the directives' store; empty: none
  std::string software;               ///< told by /api/status
  std::size_t max_connections = 512;
  std::size_t max_header_bytes = 8u << 10;
  std::size_t max_body_bytes = 1024;  ///< nothing that is asked for needs one
  /// Of one WebSocket; more: it is dropped. Clients that wait for the same message share it, and a
  /// large fleet's changes come all at once.
  std::size_t max_client_queue_bytes = 16u << 20;
  std::chrono::milliseconds request_timeout{15'000};  ///< from the first byte to the last
  std::chrono::milliseconds idle_timeout{60'000};     ///< of a kept connection between requests
  std::chrono::milliseconds tick{250};                ///< how often changes are told
};

class Dispatch {
 public:
  /// Reads the page and the street map, listens, and starts the thread. `ledger` and `live` must
  /// outlive it. An error names the file or the address and what to do.
  static Result<std::unique_ptr<Dispatch>> start(const Options& options,
                                                 const ledger::Ledger& ledger, LiveState& live);
  /// Ends within two seconds: no new connections, open WebSockets are told "going away".
  ~Dispatch();
  Dispatch(const Dispatch&) = delete;
  Dispatch& operator=(const Dispatch&) = delete;

  std::uint16_t port() const;
  /// "http://127.0.0.1:8080/"
  std::string url() const;
  http::Counters counters() const;

 private:
  explicit Dispatch(std::unique_ptr<http::Server> server);
  std::unique_ptr<http::Server> server_;
};

}  // namespace lujing::dispatch
