#include "tests/unit/dispatch/client.h"
#include "tests/unit/dispatch/fixture.h"

#include <nlohmann/json.hpp>

#include <atomic>
#include <thread>

namespace lujing::dispatch::testing {
namespace {

using Json = nlohmann::json;
using protocol::AlarmState;

class WebSocketTest : public DispatchTest {
 protected:
  WebSocketTest() : truck(*books, "M-003", "muck", "鄂G12345") { truck.hello(); }

  /// The next message of that type.
  static Json next(Client& client, const std::string& type) {
    for (;;) {
      const auto text = client.read_message();
      if (!text) {
        return nullptr;
      }
      auto message = Json::parse(*text);
      if (message["type"] == type) {
        return message;
      }
    }
  }
  void booked(const std::vector<protocol::Record>& records, std::int64_t now_ms) {
    live.records(truck.id, truck.epoch, truck.book(records, now_ms), Lane::booked, now_ms);
  }

  FakeTerminal truck;
};

TEST_F(WebSocketTest, TellsChangesAsTheyCome) {
  start();
  Client page(server->port());
  ASSERT_EQ(page.upgrade("Origin: http://here\r\n"), 101);
  EXPECT_FALSE(next(page, "hello")["server_time"].get<std::string>().empty());
  const auto now_ms = utc_now().ms;
  live.online(truck.id, now_ms);
  EXPECT_EQ(next(page, "vehicle")["vehicle"]["online"], true);
  booked({point(now_ms, gate, 36, 180), alarm(now_ms, AlarmState::raised, 1, gate)}, now_ms);
  const auto told = next(page, "alarm")["alarm"];
  EXPECT_EQ(told["rule"], "MT-01");
  EXPECT_EQ(told["late"], false);
  const auto vehicle = next(page, "vehicle")["vehicle"];
  EXPECT_EQ(vehicle["open_alarms"], 1);
  EXPECT_DOUBLE_EQ(vehicle["position"]["speed_kmh"], 36.0);
  booked({alarm(now_ms + 1000, AlarmState::cleared, 1, gate)}, now_ms + 1000);
  EXPECT_EQ(next(page, "alarm")["alarm"]["state"], "cleared");
}

TEST_F(WebSocketTest, AnotherSitesPageIsTurnedAway) {
  start();
  Client foreign(server->port());
  EXPECT_EQ(foreign.upgrade("Origin: http://elsewhere\r\n"), 403);
}

TEST_F(WebSocketTest, AHundredPagesHearTheSame) {
  start();
  std::vector<Client> pages;
  for (int i = 0; i < 100; ++i) {
    pages.emplace_back(server->port());
    ASSERT_EQ(pages.back().upgrade(), 101);
  }
  for (auto& page : pages) {
    ASSERT_TRUE(next(page, "hello").is_object());
  }
  EXPECT_EQ(server->counters().websockets, 100U);
  live.online(truck.id, utc_now().ms);
  for (auto& page : pages) {
    EXPECT_EQ(next(page, "vehicle")["vehicle"]["plate"], "鄂G12345");
  }
  pages.clear();
  EXPECT_TRUE(wait_until([this] { return server->counters().websockets == 0; }));
}

TEST_F(WebSocketTest, APageThatDoesNotReadIsDroppedAndOthersDoNotNotice) {
  options.server.max_client_queue_bytes = 500'000;  // two rounds of changes
  start();
  Client deaf(server->port(), 4096);
  Client well(server->port());
  ASSERT_EQ(deaf.upgrade(), 101);
  ASSERT_EQ(well.upgrade(), 101);
  std::atomic<int> read_rounds{0};
  std::thread reader([&well, &read_rounds] {
    while (const auto message = well.read_message()) {
      // The last vehicle of a round: everything before it has been read too.
      read_rounds += message->find("\"Z-") != std::string::npos ? 1 : 0;
    }
  });
  int rounds = 0;
  EXPECT_TRUE(wait_until([this, &rounds, &read_rounds] {
    if (read_rounds == rounds) {  // only then the next: who reads is never far behind
      ++rounds;
      for (int i = 0; i < 1000; ++i) {
        live.online("T-" + std::to_string(i), utc_now().ms);
      }
      live.online("Z-" + std::to_string(rounds), utc_now().ms);
    }
    return server->counters().dropped_slow == 1;
  }));
  EXPECT_TRUE(wait_until([this] { return server->counters().websockets == 1; }));
  EXPECT_EQ(server->counters().dropped_slow, 1U);
  server.reset();  // says goodbye to the other one, which ends its reader
  reader.join();
}

TEST_F(WebSocketTest, AStopSaysGoodbye) {
  start();
  Client page(server->port());
  ASSERT_EQ(page.upgrade(), 101);
  ASSERT_TRUE(next(page, "hello").is_object());
  server.reset();
  EXPECT_TRUE(next(page, "never").is_null());
}

TEST_F(WebSocketTest, GarbageFromAPageEndsOnlyThatPage) {
  start();
  Client wild(server->port());
  Client page(server->port());
  ASSERT_EQ(wild.upgrade(), 101);
  ASSERT_EQ(page.upgrade(), 101);
  wild.send(std::string(5000, '\xFF'));
  EXPECT_TRUE(wild.ends());
  live.online(truck.id, utc_now().ms);
  EXPECT_EQ(next(page, "vehicle")["vehicle"]["online"], true);
}

}  // namespace
}  // namespace lujing::dispatch::testing
