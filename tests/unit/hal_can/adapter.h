// An slcan adapter, played by the test on the other side of a real pseudo-terminal.
#pragma once

#include "hal/can/wake.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace lujing::hal::can {

/// Answers commands as a Lawicel adapter does, and keeps them.
class Adapter {
 public:
  struct Manner {
    bool answers = true;
    char refuses = '\0';        ///< this command gets a BEL
    std::string flags = "F00";  ///< answer to F
  };

  explicit Adapter(const std::string& link) : Adapter(link, Manner()) {}
  Adapter(const std::string& link, Manner manner) : manner_(std::move(manner)), link_(link) {
    std::array<char, 128> name{};
    if (openpty(&master_, &slave_, name.data(), nullptr, nullptr) != 0) std::abort();
    std::filesystem::create_symlink(name.data(), link_);
    thread_ = std::thread([this] { serve(); });
  }
  ~Adapter() { unplug(); }

  void unplug() {
    done_.ring();
    if (thread_.joinable()) thread_.join();
    if (master_ < 0) return;
    std::filesystem::remove(link_);
    close(slave_);
    close(master_);
    master_ = -1;
  }
  void send(std::string_view text) const {
    ASSERT_EQ(write(master_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  bool wait_for_commands(const std::string& wanted) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::seconds(30),
                          [&] { return commands_.find(wanted) != std::string::npos; });
  }
  void set_flags(const std::string& flags) {
    const std::lock_guard lock(mutex_);
    manner_.flags = flags;
  }

 private:
  void serve() {
    std::string line;
    while (!has_rung(done_.fd())) {
      if (!wait_readable(master_, done_.fd(), 1000)) continue;
      std::array<char, 256> bytes{};
      const ssize_t count = ::read(master_, bytes.data(), bytes.size());
      for (ssize_t i = 0; i < count; ++i) {
        const char c = bytes[static_cast<std::size_t>(i)];
        if (c != '\r') {
          line += c;
        } else if (!line.empty()) {
          answer(line);
          line.clear();
        }
      }
    }
  }
  void answer(const std::string& command) {
    const std::lock_guard lock(mutex_);
    commands_ += command + ' ';
    came_.notify_all();
    if (!manner_.answers) return;
    if (command[0] == manner_.refuses) {
      send("\a");
    } else {
      send(command == "F" ? manner_.flags + "\r" : "\r");
    }
  }

  Manner manner_;
  std::string link_;
  int master_ = -1;
  int slave_ = -1;  ///< kept open: a pseudo-terminal without a reader loses what is written
  Wake done_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::string commands_;
  std::thread thread_;
};

}  // namespace lujing::hal::can
