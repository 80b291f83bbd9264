// A platform without a gateway, for looking at the page: made-up vehicles drive a small grid of
// streets, one muck truck of them has trips behind it and earns an MT-01.
//
//   dispatch_demo_server WEB_ROOT DIR [VEHICLES] [PORT]
//
// Prints the page's address; ends when its standard input does.
#include "base/time.h"
#include "platform/dispatch/dispatch.h"
#include "platform/dispatch/live_state.h"
#include "tests/unit/dispatch/scene.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace lujing;
namespace scene = lujing::dispatch::testing;

const GeoPoint centre = GeoPoint::from_degrees(30.3921, 114.8952);
constexpr double block_m = 400;
constexpr int blocks = 8;  // the grid reaches that many to each side

struct Street {
  const char* name;
  const char* road_class;
};
constexpr std::array<Street, 9> east_west = {{{"滨江大道", "arterial"},
                                              {"凤凰路", "branch"},
                                              {"文峰路", "secondary"},
                                              {"明珠大道", "arterial"},
                                              {"吴都大道", "branch"},
                                              {"武昌大道", "arterial"},
                                              {"古城路", "secondary"},
                                              {"滨湖南路", "branch"},
                                              {"葛山大道", "secondary"}}};
constexpr std::array<Street, 9> north_south = {{{"江碧路", "secondary"},
                                                {"寿昌大道", "arterial"},
                                                {"南浦路", "secondary"},
                                                {"莲花山路", "branch"},
                                                {"雨台山路", "arterial"},
                                                {"西山路", "branch"},
                                                {"鄂东大道", "secondary"},
                                                {"花湖路", "branch"},
                                                {"樊口大道", "arterial"}}};

std::string line(Offset a, Offset b, const Street& street) {
  const auto from = moved(centre, a);
  const auto to = moved(centre, b);
  std::array<char, 400> text{};
  (void)std::snprintf(text.data(), text.size(),
                      R"({"type":"Feature","properties":{"class":"%s","name":"%s"},"geometry":)"
                      R"({"type":"LineString","coordinates":[[%.7f,%.7f],[%.7f,%.7f]]}})",
                      street.road_class, street.name, from.lon_deg(), from.lat_deg(), to.lon_deg(),
                      to.lat_deg());
  return text.data();
}

std::string write_basemap(const std::string& dir) {
  const double reach = blocks * block_m / 2;
  std::string features;
  for (std::size_t i = 0; i < east_west.size(); ++i) {
    const double at = (static_cast<double>(i) - 4) * block_m;
    features += (i == 0 ? "" : ",") + line({-reach, at}, {reach, at}, east_west[i]);
    features += "," + line({at, -reach}, {at, reach}, north_south[i]);
  }
  auto path = dir + "/streets.geojson";
  std::ofstream(path) << R"({"type":"FeatureCollection","features":[)" << features << "]}";
  return path;
}

/// Drives round a rectangle of streets.
struct Drive {
  double west, south, east, north;  ///< blocks from the centre
  double speed_mps;
  double begin_m;

  struct At {
    GeoPoint place;
    double course_deg = 0;
  };
  At at(double seconds) const {
    const double w = (east - west) * block_m;
    const double h = (north - south) * block_m;
    double s = std::fmod(begin_m + speed_mps * seconds + 1e6 * (w + h) * 2, 2 * (w + h));
    const double x0 = west * block_m;
    const double y0 = south * block_m;
    if (s < w) return {moved(centre, {x0 + s, y0}), 90};
    s -= w;
    if (s < h) return {moved(centre, {x0 + w, y0 + s}), 0};
    s -= h;
    if (s < w) return {moved(centre, {x0 + w - s, y0 + h}), 270};
    return {moved(centre, {x0, y0 + h - (s - w)}), 180};
  }
};

struct Actor {
  std::unique_ptr<scene::FakeTerminal> terminal;
  Drive drive;
  bool moving = true;
  bool online = true;
};

Actor make_actor(ledger::Ledger& books, int index) {
  static constexpr std::array<const char*, 4> types = {"sweeper", "sprinkler", "muck", "garbage"};
  static constexpr std::array<const char*, 4> letters = {"S", "W", "M", "G"};
  const auto kind = static_cast<std::size_t>(index % 4);
  std::array<char, 40> id{};
  std::array<char, 40> plate{};
  (void)std::snprintf(id.data(), id.size(), "%s-%03d", letters[kind], index / 4 + 1);
  (void)std::snprintf(plate.data(), plate.size(), "鄂G%05d", 12345 + index * 37);
  Actor actor;
  actor.terminal = std::make_unique<scene::FakeTerminal>(
      books, id.data(), types[kind], plate.data(), 0x1000U + static_cast<unsigned>(index));
  const double west = -4 + index % 5;
  const double south = -4 + (index / 5) % 6;
  actor.drive = {west,         south, west + 2 + index % 3, south + 1 + index % 2, 3.5 + index % 7,
                 index * 173.0};
  actor.moving = index < 3 || index % 6 != 3;
  actor.online = index < 3 || index % 9 != 4;
  return actor;
}

protocol::VehicleState state_of(const Actor& actor) {
  protocol::VehicleState state;
  state.moving = actor.moving;
  if (actor.terminal->type == "muck") {
    const bool first = actor.terminal->id == "M-001";
    state.cover = first ? protocol::Cover::open : protocol::Cover::closed;
    state.hoist = protocol::Hoist::flat;
    state.load = first ? protocol::Load::full : protocol::Load::empty;
  } else if (actor.terminal->type == "sweeper") {
    state.work_bits = 1U << static_cast<unsigned>(protocol::Work::sweeping);
  } else if (actor.terminal->type == "sprinkler") {
    state.work_bits = 1U << static_cast<unsigned>(protocol::Work::sprinkling);
  }
  return state;
}

std::vector<protocol::Record> past_of(const Actor& actor, std::int64_t now_ms, int seconds) {
  std::vector<protocol::Record> records = {
      scene::health(now_ms - seconds * 1000LL, {{1, 0},
                                                {3, 4100},
                                                {6, 1'204'224},
                                                {20, 1'840'221},
                                                {40, 3600},
                                                {41, 3588},
                                                {122, 14'336},
                                                {123, 20'480}}),
      scene::state(now_ms - seconds * 1000LL, state_of(actor))};
  for (int back = seconds; back > 0; back -= 2) {
    const auto at = actor.drive.at(-back);
    const double kmh = actor.moving ? actor.drive.speed_mps * 3.6 : 0;
    records.push_back(scene::point(now_ms - back * 1000LL, at.place, kmh, at.course_deg));
  }
  return records;
}

/// Trips of the last six hours: good ones, odd ones, and one that is under way.
std::vector<protocol::Record> trips_of(std::int64_t now_ms) {
  constexpr std::int64_t minute_ms = 60'000;
  std::vector<protocol::Record> records;
  for (std::int64_t i = 7; i >= 0; --i) {
    const std::int64_t begin_ms = now_ms - 8 * minute_ms - i * 45 * minute_ms;
    protocol::TripRecord trip;
    trip.begin_boot_id = scene::boot_id;
    trip.begin_boot_ms = scene::stamp(begin_ms).boot_ms;
    trip.permit = i == 3 ? "" : "permit-M-001";
    trip.site = i == 4 ? "" : "construction-2";
    trip.begin_position = centre;
    records.push_back({scene::stamp(begin_ms), trip, {}});
    trip.position = centre;
    trip.driven_m = i == 0 ? 2'310 : 9'870 + 130 * i;
    trip.sealed_m = trip.driven_m - (i == 5 ? 4'200 : 20);
    trip.unsealed_m = i == 5 ? 4'200 : 20;
    trip.on_route_m = i == 3 ? -1 : trip.driven_m - 310 * i;
    trip.washed = i == 6 ? protocol::Washed::no : protocol::Washed::yes;
    if (i != 6) {
      trip.load_permille = 934 - static_cast<std::int32_t>(i) * 7;
      trip.load_kg = 14'930 - static_cast<std::int32_t>(i) * 112;
    }
    trip.event = protocol::TripEvent::permit_changed;
    if (i == 1) trip.second_site = "construction-5";
    if (i > 0) trip.event = i == 7 ? protocol::TripEvent::returned : protocol::TripEvent::tipped;
    if (i > 0 && i != 5) trip.tip = "disposal-1";
    records.push_back({scene::stamp(begin_ms + (i == 0 ? 6 : 28) * minute_ms), trip, {}});
  }
  return records;
}

void tell(dispatch::LiveState& live, const Actor& actor,
          const std::vector<protocol::Numbered>& records, std::int64_t now_ms) {
  live.records(actor.terminal->id, actor.terminal->epoch, records, dispatch::Lane::booked, now_ms);
}

/// A second passes; false: the one who started us has gone.
bool wait_a_second() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (::poll(&input, 1, 1000) <= 0) {
    return true;
  }
  std::array<char, 64> said{};
  return ::read(STDIN_FILENO, said.data(), said.size()) > 0;
}

int run(const std::string& web_root, const std::string& dir, int vehicles, int port) {
  auto books = ledger::Ledger::open(dir + "/ledger.db");
  if (!books) {
    (void)std::fprintf(stderr, "%s\n", books.error().what().c_str());
    return 1;
  }
  const auto begin_ms = utc_now().ms;
  std::vector<Actor> actors;
  for (int i = 0; i < vehicles; ++i) {
    auto actor = make_actor(**books, i);
    actor.terminal->hello();
    if (actor.terminal->id == "M-001") actor.terminal->book(trips_of(begin_ms), begin_ms);
    actor.terminal->book(past_of(actor, begin_ms, vehicles > 50 ? 120 : 3000), begin_ms);
    actors.push_back(std::move(actor));
  }
  dispatch::LiveState live;
  dispatch::Options options;
  options.server.port = static_cast<std::uint16_t>(port);
  options.web_root = web_root;
  options.basemap = write_basemap(dir);
  options.software = "demo";
  auto seeded = live.seed(**books);
  auto server = dispatch::Dispatch::start(options, **books, live);
  if (!seeded || !server) {
    (void)std::fprintf(stderr, "%s\n", (seeded ? server.error() : seeded.error()).what().c_str());
    return 1;
  }
  for (const auto& actor : actors) {
    actor.online ? live.online(actor.terminal->id, begin_ms)
                 : live.offline(actor.terminal->id, begin_ms - 900'000);
  }
  (void)std::printf("%s\n", (*server)->url().c_str());
  (void)std::fflush(stdout);
  for (int second = 1; wait_a_second(); ++second) {
    const auto now_ms = utc_now().ms;
    for (const auto& actor : actors) {
      if (!actor.online || (!actor.moving && second % 30 != 0)) {
        continue;
      }
      const auto at =
          actor.drive.at(actor.moving ? static_cast<double>(now_ms - begin_ms) / 1000 : 0);
      std::vector<protocol::Record> records = {scene::point(
          now_ms, at.place, actor.moving ? actor.drive.speed_mps * 3.6 : 0, at.course_deg)};
      if (second == 2 && actor.terminal->type == "muck" && actor.terminal->id == "M-001") {
        records.push_back(scene::alarm(now_ms, protocol::AlarmState::raised, 1000, at.place));
      }
      tell(live, actor, actor.terminal->book(records, now_ms), now_ms);
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    (void)std::fprintf(stderr, "usage: %s WEB_ROOT DIR [VEHICLES] [PORT]\n", argv[0]);
    return 2;
  }
  return run(argv[1], argv[2], argc > 3 ? std::atoi(argv[3]) : 3,
             argc > 4 ? std::atoi(argv[4]) : 0);
}
