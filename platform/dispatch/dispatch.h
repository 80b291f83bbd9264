// Dispatch: what the dispatcher's page asks for, by HTTP, and what it is told, by WebSocket
// (API.md).
//
// One thread of its own, and everything that a client can make it hold is bounded
// (base/http/server.h).
#pragma once

#include "base/http/server.h"
#include "base/result.h"

#include <cstdint>
#include <memory>
#include <string>

namespace lujing::ledger {
class Ledger;
}

namespace lujing::dispatch {

class LiveState;

/// The bounds of a page that a city's dispatchers watch, on this machine and port 8080.
http::Options server_options();

struct Options {
  http::Options server = server_options();
  std::string web_root;    ///< folder of the built page; empty: no page, only the API
  std::string basemap;     ///< GeoJSON file of streets; empty: none
  std::string directives;  ///< file of the directives' store; empty: none
  std::string software;    ///< told by /api/status
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
