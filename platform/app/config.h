// What an operator sets for a platform: one TOML file (deploy/examples/platform.toml shows every
// key), read into plain values.
//
// A key that is not known or ill-typed, or a number out of bounds, is refused with file, line and
// what was expected; all of them at once. Paths may be relative to the folder that the file is in.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace lujing::platform {

struct Endpoint {
  std::string address;  ///< an IP address
  std::uint16_t port = 0;
};

struct Config {
  std::string data_dir;      ///< holds ledger.db
  std::int64_t live_s = 60;  ///< an alarm that comes later after it happened is "late"
  Endpoint gateway_listen{"0.0.0.0", 7611};
  std::string authority;    ///< PEM: who signs the terminals' certificates
  std::string certificate;  ///< PEM: the gateway's own
  std::string key;
  std::uint32_t max_sessions = 20'000;
  std::uint32_t window = 8;  ///< batches of a session in flight
  Endpoint dispatch_listen{"127.0.0.1", 8080};
  std::string web_root;
  std::string basemap;  ///< empty: no street map
};

/// `name` stands in messages and gives the folder for relative paths.
Result<Config> parse_config(const std::string& name, const std::string& text);
Result<Config> read_config(const std::string& path);

/// "127.0.0.1:8080" or "[::1]:8080"; port 0 is "any free one".
Result<Endpoint> parse_endpoint(const std::string& text);

}  // namespace lujing::platform
