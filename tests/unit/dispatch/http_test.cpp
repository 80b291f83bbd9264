#include "tests/unit/dispatch/client.h"
#include "tests/unit/dispatch/fixture.h"

#include <nlohmann/json.hpp>

namespace lujing::dispatch::testing {
namespace {

using Json = nlohmann::json;
using protocol::AlarmState;

class HttpTest : public DispatchTest {
 protected:
  HttpTest() : truck(*books, "M-003", "muck", "鄂G12345") {
    write("web/index.html", "<!doctype html><title>page</title>");
    write("web/assets/index-1a2b.js", "let a = 1;");
    write("web/icon.svg", "<svg/>");
    write("web/.secret", "hidden");
    write("secret.txt", "outside");
    std::filesystem::create_symlink(dir + "/secret.txt", dir + "/web/link.txt");
    write("streets.geojson", R"({"type": "FeatureCollection", "features": []})");
    options.web_root = dir + "/web";
    options.basemap = dir + "/streets.geojson";
    truck.hello();
    protocol::VehicleState now;
    now.moving = true;
    now.cover = protocol::Cover::open;
    now.load = protocol::Load::full;
    now.work_bits = 1;
    std::vector<protocol::Record> past = {state(t0_ms, now), health(t0_ms, {{1, 42}, {60'000, 7}})};
    for (int i = 0; i < 120; ++i) {
      past.push_back(point(t0_ms + i * 60'000, moved(gate, {i * 10.0, 0}), 23.4, 90));
    }
    past.push_back(alarm(t0_ms + 119 * 60'000, AlarmState::raised, 5000, gate));
    truck.book(past, t0_ms + 119 * 60'000);
  }

  Response ask(const std::string& target, const std::string& fields = "") {
    auto answer = Client(server->port()).get(target, fields);
    return answer.value_or(Response{});
  }
  Json json(const std::string& target) {
    const auto answer = ask(target);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.field("Content-Type"), "application/json");
    EXPECT_EQ(answer.field("Cache-Control"), "no-store");
    return Json::parse(answer.body);
  }
  void refused(const std::string& target, int status, const std::string& remedy) {
    const auto answer = ask(target);
    EXPECT_EQ(answer.status, status) << target;
    const auto said = Json::parse(answer.body, nullptr, false);
    ASSERT_TRUE(said.is_object() && said.contains("error")) << target << ": " << answer.body;
    EXPECT_NE(said["error"].get<std::string>().find(remedy), std::string::npos) << answer.body;
  }

  FakeTerminal truck;
};

TEST_F(HttpTest, VehiclesAreTold) {
  start();
  const auto vehicles = json("/api/vehicles")["vehicles"];
  ASSERT_EQ(vehicles.size(), 1U);
  const auto& v = vehicles[0];
  EXPECT_EQ(v["terminal_id"], "M-003");
  EXPECT_EQ(v["plate"], "鄂G12345");
  EXPECT_EQ(v["online"], false);
  EXPECT_EQ(v["open_alarms"], 1);
  EXPECT_EQ(v["state"]["cover"], "open");
  EXPECT_EQ(v["state"]["work"], Json::array({"sweeping"}));
  EXPECT_DOUBLE_EQ(v["position"]["speed_kmh"], 23.4);
  EXPECT_DOUBLE_EQ(v["position"]["accuracy_m"], 3.2);
  EXPECT_NEAR(v["position"]["lat"], 30.39, 1e-6);
}

TEST_F(HttpTest, ATrackIsCountedBackFromTheNewestPoint) {
  start();
  const auto hour = json("/api/vehicles/M-003/track?minutes=60")["points"];
  ASSERT_EQ(hour.size(), 61U);
  EXPECT_LT(hour.front()[2], hour.back()[2]);
  EXPECT_EQ(hour.back()[5], 122);
  EXPECT_DOUBLE_EQ(hour.back()[3], 23.4);
  EXPECT_EQ(json("/api/vehicles/M-003/track")["points"].size(), 61U);
  const auto some = json("/api/vehicles/M-003/track?from=" + to_iso8601({t0_ms}) +
                         "&to=" + to_iso8601({t0_ms + 180'000}))["points"];
  EXPECT_EQ(some.size(), 3U);
}

TEST_F(HttpTest, HealthAlarmsAndStatusAreTold) {
  start();
  const auto counters = json("/api/vehicles/M-003/health")["counters"];
  ASSERT_EQ(counters.size(), 2U);
  EXPECT_EQ(counters[0]["name"], "outbox_depth_records");
  EXPECT_EQ(counters[0]["value"], 42);
  EXPECT_TRUE(counters[1]["name"].is_null()) << "a counter that this version does not know";
  const auto alarms = json("/api/alarms?open=1&limit=5")["alarms"];
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0]["rule"], "MT-01");
  EXPECT_EQ(alarms[0]["state"], "raised");
  EXPECT_EQ(alarms[0]["plate"], "鄂G12345");
  EXPECT_EQ(alarms[0]["epoch"], "0000000000001000");
  EXPECT_EQ(alarms[0]["late"], false);
  const auto status = json("/api/status");
  EXPECT_EQ(status["software"], "test");
  EXPECT_EQ(status["records"], 123);
  EXPECT_EQ(status["vehicles_online"], 0);
}

TEST_F(HttpTest, WhatIsOddInATripIsNamed) {
  protocol::TripRecord trip;
  trip.begin_boot_id = boot_id;
  trip.site = "site-3";
  trip.begin_boot_ms = stamp(t0_ms).boot_ms;
  std::vector<protocol::Record> records = {{stamp(t0_ms), trip, {}}};
  trip.event = protocol::TripEvent::partly_tipped;
  trip.position = gate;
  records.push_back({stamp(t0_ms + 60'000), trip, {}});
  trip.event = protocol::TripEvent::tipped;
  trip.tip = "tip-1";
  records.push_back({stamp(t0_ms + 120'000), trip, {}});
  trip = {};
  trip.begin_boot_id = boot_id;
  trip.begin_boot_ms = stamp(t0_ms + 180'000).boot_ms;
  trip.permit = "HZ-1";
  records.push_back({stamp(t0_ms + 180'000), trip, {}});
  trip.event = protocol::TripEvent::returned;
  records.push_back({stamp(t0_ms + 240'000), trip, {}});
  truck.book(records, t0_ms + 240'000);
  start();
  const auto trips = json("/api/trips?vehicle=M-003&from=" + to_iso8601({t0_ms}) +
                          "&to=" + to_iso8601({t0_ms + 600'000}))["trips"];
  ASSERT_EQ(trips.size(), 2U);
  EXPECT_EQ(trips[0]["exceptions"].dump(), R"(["no_permit","tipped_elsewhere"])");
  EXPECT_EQ(trips[1]["exceptions"].dump(), R"(["loaded_elsewhere","returned_laden"])");
}

/// A vehicle that is switched on laden tells of its trip before its receiver knows the time.
TEST_F(HttpTest, ATripOfBeforeTheClockWasKnownHasItsTimeFromLaterRecords) {
  protocol::TripRecord trip;
  trip.begin_boot_id = boot_id;
  trip.begin_boot_ms = stamp(t0_ms).boot_ms;
  protocol::Record begun{stamp(t0_ms), trip, {}};
  begun.stamp.utc_ms.reset();
  truck.book({begun, point(t0_ms + 9'000, gate, 0, 0)}, t0_ms + 9'000);
  start();
  const auto ask = [&](std::int64_t from_ms, std::int64_t to_ms) {
    return json("/api/trips?vehicle=M-003&from=" + to_iso8601({from_ms}) +
                "&to=" + to_iso8601({to_ms}))["trips"];
  };
  const auto trips = ask(t0_ms, t0_ms + 1'000);
  ASSERT_EQ(trips.size(), 1U);
  EXPECT_EQ(trips[0]["loaded"]["utc"], to_iso8601({t0_ms}));
  EXPECT_EQ(trips[0]["last_utc"], to_iso8601({t0_ms}));
  EXPECT_TRUE(ask(t0_ms + 1'000, t0_ms + 60'000).empty());
}

TEST_F(HttpTest, TripsAreToldAsTheirLastRecordHasThem) {
  protocol::TripRecord trip;
  trip.begin_boot_id = boot_id;
  trip.permit = "HZ-1";
  trip.site = "site-3";
  trip.begin_position = gate;
  std::vector<protocol::Record> records = {{stamp(t0_ms), trip, {}}};
  trip.begin_boot_ms = records[0].stamp.boot_ms;
  records[0].payload = trip;
  trip.event = protocol::TripEvent::tipped;
  trip.tip = "tip-1";
  trip.load_permille = 912;
  trip.driven_m = 2000;
  trip.sealed_m = 1500;
  trip.unsealed_m = 500;
  trip.on_route_m = 1900;
  trip.position = gate;
  records.push_back({stamp(t0_ms + 1'800'000), trip, {}});
  truck.book(records, t0_ms + 1'800'000);
  start();
  const std::string ask_for = "/api/trips?vehicle=M-003&from=";
  const auto trips =
      json(ask_for + to_iso8601({t0_ms}) + "&to=" + to_iso8601({t0_ms + 60'000}))["trips"];
  ASSERT_EQ(trips.size(), 1U) << "it ended later, it was loaded in that time";
  EXPECT_EQ(trips[0]["state"], "tipped");
  EXPECT_EQ(trips[0]["permit"], "HZ-1");
  EXPECT_EQ(trips[0]["loaded"]["utc"], to_iso8601({t0_ms}));
  EXPECT_EQ(trips[0]["load_permille"], 912);
  EXPECT_TRUE(trips[0]["load_kg"].is_null()) << "nobody said what a full load weighs";
  EXPECT_DOUBLE_EQ(trips[0]["sealed_share"], 0.75);
  EXPECT_DOUBLE_EQ(trips[0]["on_route_share"], 0.95);
  EXPECT_EQ(trips[0]["tipped"]["fence"], "tip-1");
  EXPECT_TRUE(trips[0]["exceptions"].empty());
  EXPECT_EQ(trips[0]["last_utc"], to_iso8601({t0_ms + 1'800'000}));
  EXPECT_TRUE(json(ask_for + to_iso8601({t0_ms + 60'000}) +
                   "&to=" + to_iso8601({t0_ms + 3'600'000}))["trips"]
                  .empty());
}

TEST_F(HttpTest, HangsUpAfterTheAnswerWhereTheClientAskedForThat) {
  options.server.idle_timeout =
      std::chrono::hours(1);  // the test's own limit would end it before that
  start();
  Client client(server->port());
  ASSERT_TRUE(client.send("GET /api/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  const auto answer = client.read_response();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->field("Connection"), "close");
  EXPECT_TRUE(client.ends());
}

TEST_F(HttpTest, WrongRequestsAreToldWhatWouldBeRight) {
  start();
  refused("/api/vehicles/X-1/track", 404, "/api/vehicles lists them");
  refused("/api/vehicles/M-003/fuel", 404, "/track and /health");
  refused("/api/nothing", 404, "/api/alarms");
  refused("/api/vehicles/M-003/track?minutes=0", 400, "1 to 1440");
  refused("/api/vehicles/M-003/track?minutes=1441", 400, "1 to 1440");
  refused("/api/vehicles/M-003/track?minutes=6x", 400, "1 to 1440");
  refused("/api/vehicles/M-003/track?minute=6", 400, "minutes");
  refused("/api/vehicles/M-003/track?from=2026-01-01T00:00:00Z", 400, "go together");
  refused("/api/vehicles/M-003/track?from=b&to=a", 400, "ISO 8601");
  refused("/api/alarms?limit=0", 400, "1 to 10000");
  refused("/api/alarms?open=yes", 400, "1 (only open");
  refused("/api/alarms?open=%zz", 400, "hexadecimal");
  refused("/api/trips?vehicle=X-1&from=a&to=b", 404, "/api/vehicles lists them");
  refused("/api/trips?vehicle=M-003", 400, "7 days");
  refused("/api/trips?vehicle=M-003&from=2026-01-01T00:00:00Z&to=2026-01-09T00:00:00Z", 400,
          "7 days");
  refused("/api/trips?vehicle=M-003&day=2026-01-01", 400, "vehicle, from and to");
  refused("/missing.js", 404, "the page is at /");
  refused("/ws", 426, "upgrade");
}

TEST_F(HttpTest, TheStreetMapAndThePageAreCached) {
  start();
  const auto map = ask("/api/basemap");
  EXPECT_EQ(map.field("Content-Type"), "application/geo+json");
  const auto page = ask("/");
  EXPECT_EQ(page.field("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.field("Cache-Control"), "no-cache");
  EXPECT_NE(page.field("Content-Security-Policy").find("default-src 'self'"), std::string::npos);
  EXPECT_EQ(page.field("X-Content-Type-Options"), "nosniff");
  const auto again = ask("/", "If-None-Match: " + page.field("ETag") + "\r\n");
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.body.empty());
  const auto script = ask("/assets/index-1a2b.js");
  EXPECT_EQ(script.field("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_NE(script.field("Cache-Control").find("immutable"), std::string::npos);
  EXPECT_EQ(ask("/icon.svg").field("Content-Type"), "image/svg+xml");
}

TEST_F(HttpTest, NothingOutsideThePageIsServed) {
  start();
  for (const auto* target :
       {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/../../secret.txt",
        "/.secret", "/link.txt", "//secret.txt", "/assets/..\\..\\secret.txt", "/%00", "/a%0d%0ab",
        "/....//secret.txt", "secret.txt", "http://here/../secret.txt"}) {
    const auto answer = ask(target);
    EXPECT_GE(answer.status, 400) << target;
    EXPECT_EQ(answer.body.find("outside"), std::string::npos) << target;
    EXPECT_EQ(answer.body.find("hidden"), std::string::npos) << target;
  }
}

TEST_F(HttpTest, OneConnectionServesManyRequests) {
  start();
  Client client(server->port());
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(client.get("/api/status")->status, 200);
  }
  client.send("HEAD / HTTP/1.1\r\nHost: here\r\n\r\n");
  EXPECT_EQ(client.read_response(true)->status, 200);
  client.send("GET /api/status HTTP/1.1\r\nHost: here\r\n\r\nGET / HTTP/1.1\r\nHost: here\r\n\r\n");
  EXPECT_EQ(client.read_response()->status, 200);
  EXPECT_EQ(client.read_response()->status, 200);
}

TEST_F(HttpTest, WhatIsNoRequestEndsTheConnection) {
  start();
  const std::vector<std::pair<std::string, int>> wrong = {
      {"GET / HTTP/1.1\r\nHost: here\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n", 431},
      {"GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n\r\n", 431},
      {"POST /api/vehicles HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n\r\n", 413},
      {"\x16\x03\x01 hello hello hello\r\n\r\n", 400},
      {"NONSENSE\r\n\r\n", 400},
  };
  for (const auto& [bytes, status] : wrong) {
    Client client(server->port());
    client.send(bytes);
    const auto answer = client.read_response();
    ASSERT_TRUE(answer) << bytes.substr(0, 40);
    EXPECT_EQ(answer->status, status) << bytes.substr(0, 40);
    EXPECT_TRUE(client.ends());
  }
  Client poster(server->port());
  poster.send("POST /api/vehicles HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n{}");
  const auto answer = poster.read_response();
  EXPECT_EQ(answer->status, 405);
  EXPECT_EQ(answer->field("Allow"), "GET, HEAD");
}

TEST_F(HttpTest, ASlowRequestIsNotWaitedFor) {
  options.server.request_timeout = std::chrono::seconds(1);
  options.server.idle_timeout = std::chrono::seconds(1);
  start();
  Client silent(server->port());
  Client slow(server->port());
  slow.send("GET / HTTP/1.1\r\nHost: ");
  EXPECT_TRUE(slow.ends());
  EXPECT_TRUE(silent.ends());
  EXPECT_TRUE(wait_until([this] { return server->counters().connections == 0; }));
}

TEST_F(HttpTest, MoreConnectionsThanAllowedAreTurnedAway) {
  options.server.max_connections = 3;
  start();
  std::vector<Client> held;
  for (int i = 0; i < 3; ++i) {
    held.emplace_back(server->port());
    EXPECT_EQ(held.back().get("/api/status")->status, 200);
  }
  Client fourth(server->port());
  EXPECT_EQ(fourth.read_response()->status, 503);
  held.clear();
  EXPECT_TRUE(wait_until([this] { return server->counters().connections == 0; }));
  EXPECT_EQ(ask("/api/status").status, 200);
  EXPECT_EQ(server->counters().refused_connections, 1U);
}

TEST_F(HttpTest, AStartThatCannotBeSaysWhatToDo) {
  const auto says = [this](const std::string& what) {
    const auto started = Dispatch::start(options, *books, live);
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().what().find(what), std::string::npos) << started.error().what();
  };
  options.web_root = dir + "/nowhere";
  says("build the page");
  options.web_root = dir;
  says("index.html");
  options.web_root = "";
  options.basemap = dir + "/web/index.html";
  says("GeoJSON");
  options.basemap = "";
  options.server.address = "300.0.0.1";
  says("no IP address");
  options.server.address = "127.0.0.1";
  start();
  options.server.port = server->port();
  says("cannot listen");
}

}  // namespace
}  // namespace lujing::dispatch::testing
