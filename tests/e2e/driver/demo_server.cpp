// The driver's page before made-up moments. Prints its address; a word on its input chooses the
// moment: work, fast, missed, done, muck, cover, wait. Ends with its input.
#include "terminal/driver/page_server.h"
#include "terminal/driver/view_json.h"

#include <atomic>
#include <iostream>
#include <mutex>
#include <string>

namespace {

using namespace lujing;
using core::PromptId;

/// 2026-05-01 10:15 in China.
constexpr std::int64_t morning_ms = 1'777'601'700'000;
constexpr std::int64_t evening_ms = morning_ms + 11 * 3'600'000;

driver::ViewParts sweeper() {
  driver::ViewParts parts;
  parts.plate = "苏M·H2058";
  parts.online = true;
  parts.can_mark = true;
  core::Snapshot& now = parts.now;
  now.utc = UtcTime{morning_ms};
  now.position = GeoPoint::from_degrees(32.49, 119.92);
  now.position_source = protocol::PositionSource::gnss;
  now.speed_mps = 6.4 / 3.6;
  now.moving = true;
  core::DriverView& view = now.driver;
  view.tells_work = true;
  view.max_kmh = 8;
  view.work[5].presence = core::WorkNow::Presence::on;
  view.road = "青年南路";
  view.next_road = "济川东路";
  view.advice.planned = view.advice.on_plan = view.advice.has_next = true;
  view.advice.required_cm = 3'240'00;
  view.advice.covered_cm = 2'058'00;
  view.advice.all_required_cm = 48'600'00;
  view.advice.all_covered_cm = 19'900'00;
  view.advice.next_m = 460;
  return parts;
}

driver::ViewParts muck() {
  driver::ViewParts parts = sweeper();
  parts.plate = "鄂G·12345";
  parts.can_mark = false;
  core::Snapshot& now = parts.now;
  now.utc = UtcTime{evening_ms};
  now.speed_mps = 38 / 3.6;
  now.driver = {};
  now.driver.hauls = true;
  now.driver.permit = "E-2026-0417";
  now.driver.limit_mps = 40 / 3.6;
  now.state.cover = protocol::Cover::closed;
  now.state.hoist = protocol::Hoist::flat;
  now.state.load = protocol::Load::full;
  return parts;
}

driver::ViewParts moment(const std::string& word) {
  driver::ViewParts parts = word == "muck" || word == "cover" ? muck() : sweeper();
  core::DriverView& view = parts.now.driver;
  if (word == "fast") {
    parts.now.speed_mps = 11.2 / 3.6;
    view.prompt = PromptId::sweeps_too_fast;
  }
  if (word == "missed") {
    view.prompt = PromptId::missed_ahead;
    view.advice.missed_ahead_m = 118;
  }
  if (word == "up") {
    view.work[5].reason = protocol::WorkReason::suction_up;
    parts.now.utc = UtcTime{evening_ms};
    parts.now.driver_text = "人民公园东门有散落物，请先去清扫";
  }
  if (word == "done") view.prompt = PromptId::road_done;
  if (word == "cover") {
    parts.now.state.cover = protocol::Cover::not_fully_closed;
    view.prompt = PromptId::cover_open;
  }
  if (word == "wait") {
    parts.now.utc.reset();
    parts.now.speed_mps.reset();
    parts.now.position_source = protocol::PositionSource::none;
    parts.online = false;
    view.road.clear();
    view.advice = {};
    view.max_kmh.reset();
    view.work = {};
  }
  return parts;
}

}  // namespace

int main() {
  std::mutex mutex;
  driver::ViewParts now = moment("work");
  driver::Language language = driver::Language::zh;
  std::uint8_t blocked = 0;
  driver::Facade facade;
  facade.state = [&] {
    const std::lock_guard lock(mutex);
    driver::ViewParts parts = now;
    parts.language = language;
    parts.now.driver.blocked = blocked;
    return driver::view_json(parts);
  };
  facade.mark_blocked = [&](std::uint8_t code) {
    const std::lock_guard lock(mutex);
    blocked = code;
    return true;
  };
  facade.speak = [&](std::string_view word) {
    const std::lock_guard lock(mutex);
    language = driver::language_from(word).value_or(language);
  };
  auto server = driver::PageServer::start({}, facade);
  if (!server) {
    std::cerr << server.error().what() << "\n";
    return 1;
  }
  std::cout << (*server)->url() << std::endl;
  for (std::string word; std::getline(std::cin, word);) {
    const std::lock_guard lock(mutex);
    now = moment(word);
  }
  return 0;
}
