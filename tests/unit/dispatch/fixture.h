// A ledger in a folder of its own, a live state, and a dispatch on a port of its own.
#pragma once

#include "platform/dispatch/dispatch.h"
#include "platform/dispatch/live_state.h"
#include "platform/ledger/ledger.h"
#include "tests/unit/dispatch/scene.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace lujing::dispatch::testing {

inline constexpr std::int64_t t0_ms = 1'790'000'000'000;  ///< 2026-09-21T15:06:40Z

class DispatchTest : public ::testing::Test {
 protected:
  DispatchTest() {
    std::string name = (std::filesystem::temp_directory_path() / "lujing-dispatch-XXXXXX").string();
    dir = ::mkdtemp(name.data());
    auto opened = ledger::Ledger::open(dir + "/ledger.db");
    if (!opened) {
      throw std::runtime_error(opened.error().what());
    }
    books = std::move(*opened);
    options.server.port = 0;
    options.software = "test";
    options.server.tick = std::chrono::milliseconds(20);
  }
  ~DispatchTest() override {
    server.reset();
    books.reset();
    std::error_code ignored;
    std::filesystem::remove_all(dir, ignored);
  }

  void write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = dir + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void start() {
    ASSERT_TRUE(live.seed(*books));
    auto started = Dispatch::start(options, *books, live);
    ASSERT_TRUE(started) << started.error().what();
    server = std::move(*started);
  }
  /// Waits for what must come about; a test that waits for ever is ended by its time limit.
  static bool wait_until(const std::function<bool()>& holds) {
    for (int i = 0; i < 3000; ++i) {
      if (holds()) {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  std::string dir;
  std::unique_ptr<ledger::Ledger> books;
  LiveState live;
  Options options;
  std::unique_ptr<Dispatch> server;
};

inline const GeoPoint gate = GeoPoint::from_degrees(30.39, 114.89);

}  // namespace lujing::dispatch::testing
