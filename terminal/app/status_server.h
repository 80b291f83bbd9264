// Tells whoever connects to a socket file of the terminal how it is: one JSON object, then the end.
// `lujing-ctl status` is the other side.
#pragma once

#include "base/result.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace lujing::app {

class StatusServer {
 public:
  /// `produce` is called from the server's thread for each caller.
  static Result<std::unique_ptr<StatusServer>> start(const std::string& socket_path,
                                                     std::function<std::string()> produce);
  ~StatusServer();
  StatusServer(const StatusServer&) = delete;
  StatusServer& operator=(const StatusServer&) = delete;

 private:
  StatusServer(std::string path, int listen_fd, std::function<std::string()> produce);
  void serve();

  std::string path_;
  int listen_fd_;
  std::function<std::string()> produce_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace lujing::app
