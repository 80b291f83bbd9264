// A well-behaved vehicle that goes on sending while others misbehave: it must not notice.
#pragma once

#include "tests/support/gateway_rig.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace lujing::gateway {

class Beside {
 public:
  explicit Beside(tests::GatewayRig& rig) : rig_(rig), vehicle_(rig, "GOOD-1", 42) {
    vehicle_.outbox().append(tests::drive(0, 5000));
    EXPECT_EQ(vehicle_.connect(), 0u);
    thread_ = std::thread([this] { work(); });
  }
  /// Ends its work and checks that it was acknowledged all the time, in one session.
  ~Beside() {
    // At least one batch is acknowledged after whatever the test has done.
    const auto before = acknowledged_.load();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (acknowledged_ == before && !failed_ && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    stop_ = true;
    thread_.join();
    EXPECT_FALSE(failed_) << "the session beside it was disturbed: " << vehicle_.client().error();
    EXPECT_GT(acknowledged_, before) << "it is still being acknowledged";
    auto wrong = rig_.ledger().verify();
    EXPECT_TRUE(wrong && wrong->empty());
  }

 private:
  void work() {
    // Around and around: what is known already is acknowledged as well.
    for (std::uint64_t seq = 1; !stop_; seq = seq + 10 > 5000 ? 1 : seq + 10) {
      if (!vehicle_.deliver(seq, seq + 9)) {
        failed_ = true;
        return;
      }
      acknowledged_ += 1;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // others need the machine too
    }
  }

  tests::GatewayRig& rig_;
  tests::Vehicle vehicle_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> failed_{false};
  std::atomic<std::uint64_t> acknowledged_{0};
  std::thread thread_;
};

}  // namespace lujing::gateway
