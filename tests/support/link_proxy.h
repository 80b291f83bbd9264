// The radio link between a terminal and the gateway, as bad as a test wants it: a TCP relay.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace lujing::testing {

class LinkProxy {
 public:
  /// Relays its own port to `target_port` of the loopback.
  explicit LinkProxy(int target_port);
  ~LinkProxy();
  LinkProxy(const LinkProxy&) = delete;
  LinkProxy& operator=(const LinkProxy&) = delete;

  int port() const { return port_; }
  /// Down: every connection is reset, a new one is closed at once. Up again with false.
  void set_down(bool down) { down_ = down; }
  /// Bytes a second upwards, over all connections; 0: no limit.
  void set_rate(std::int64_t bytes_per_s) { rate_ = bytes_per_s; }
  /// The connection that carries the n-th byte from now (upwards) is reset after exactly that byte,
  /// wherever in a frame that is.
  void cut_after(std::int64_t bytes) { cut_after_ = bytes; }

  std::int64_t bytes_up() const { return bytes_up_; }
  std::int64_t connections() const { return connections_; }
  std::int64_t cuts() const { return cuts_; }

 private:
  struct Pair;
  void run();
  bool relay(Pair& pair);
  bool relay_up(Pair& pair);
  void accept_one();

  int target_port_;
  int listen_fd_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> down_{false};
  std::atomic<std::int64_t> rate_{0};
  std::atomic<std::int64_t> cut_after_{-1};
  std::atomic<std::int64_t> bytes_up_{0};
  std::atomic<std::int64_t> connections_{0};
  std::atomic<std::int64_t> cuts_{0};
  std::int64_t allowance_ = 0;
  std::vector<Pair> pairs_;
  std::thread thread_;
};

}  // namespace lujing::testing
