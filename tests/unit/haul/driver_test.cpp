// Who drives: cards that are on the list, cards that are not, and how long one holds.
#include "terminal/core/haul/driver.h"

#include "terminal/core/core.h"
#include "terminal/core/recall/recall.h"
#include "tests/support/observations.h"

#include <gtest/gtest.h>

namespace lujing::core {
namespace {

using hal::SwitchState;
using lujing::test::only;
using lujing::test::Ride;
using protocol::AlarmRecord;

constexpr std::uint64_t wang = 0x0A00B1C2D3;
constexpr std::uint64_t li = 0x0A00B1C2D4;
constexpr double hold_s = 1800;

hal::Analog card(double number) {
  return {9, SwitchState::on, number};
}
BootTime at_s(double s) {
  return BootTime{static_cast<std::int64_t>(s * 1e9)};
}

TEST(Driver, IsKnownByACardOfTheList) {
  Driver driver;
  EXPECT_EQ(driver.verified(), Truth::unknown) << "no reader";
  driver.take_card(at_s(0), card(0));
  EXPECT_EQ(driver.verified(), Truth::no) << "nobody has shown one";
  driver.take_card(at_s(1), card(wang));
  EXPECT_EQ(driver.verified(), Truth::yes) << "without a list any card will do";
  driver.set_cards({li});
  EXPECT_EQ(driver.verified(), Truth::no);
  EXPECT_EQ(driver.card(), wang);
  driver.take_card(at_s(2), card(li));
  driver.take_card(at_s(4), card(0));
  EXPECT_EQ(driver.verified(), Truth::yes) << "it need not stay at the reader";
  driver.take_card(at_s(5), {9, SwitchState::fault, 0});
  EXPECT_EQ(driver.verified(), Truth::unknown) << "a dead reader accuses nobody";
  driver.take_card(at_s(6), card(0));
  EXPECT_EQ(driver.verified(), Truth::yes);
  driver.take_card(at_s(7), card(-5));
  EXPECT_EQ(driver.verified(), Truth::unknown) << "no card has such a number";
}

TEST(Driver, IsSignedOffByALongStandOnly) {
  Driver driver;
  driver.take_card(at_s(0), card(wang));
  driver.judge(at_s(0), {}, false, hold_s);
  driver.judge(at_s(1799), {}, false, hold_s);
  EXPECT_EQ(driver.verified(), Truth::yes);
  driver.judge(at_s(1800), {}, true, hold_s);
  driver.judge(at_s(9000), {}, true, hold_s);
  driver.judge(at_s(9001), {}, false, hold_s);
  EXPECT_EQ(driver.verified(), Truth::yes);
  driver.judge(at_s(10'802), {}, false, hold_s);
  EXPECT_EQ(driver.verified(), Truth::no);
}

TEST(Driver, IsWhomeverOneReaderKnows) {
  Driver driver;
  driver.take_switch(SwitchState::off);
  EXPECT_EQ(driver.verified(), Truth::no);
  driver.take_card(at_s(0), card(wang));
  EXPECT_EQ(driver.verified(), Truth::yes);
  driver.set_cards({li});
  driver.take_switch(SwitchState::on);
  EXPECT_EQ(driver.verified(), Truth::yes);
  driver.take_switch(SwitchState::fault);
  EXPECT_EQ(driver.verified(), Truth::no);
}

TEST(Driver, OutlivesAShortPowerCutAndNoNight) {
  const UtcTime evening{1'000'000'000'000};
  Driver driver;
  driver.resume(wang, evening);
  driver.take_card(at_s(1), card(0));
  driver.judge(at_s(2), {}, true, hold_s);
  EXPECT_EQ(driver.verified(), Truth::yes);
  driver.judge(at_s(3), UtcTime{evening.ms + 60'000}, true, hold_s);
  EXPECT_EQ(driver.verified(), Truth::yes);
  Driver next;
  next.resume(wang, evening);
  next.take_card(at_s(1), card(0));
  next.judge(at_s(3), UtcTime{evening.ms + 8 * 3'600'000}, true, hold_s);
  EXPECT_EQ(next.verified(), Truth::no);
}

CoreConfig truck_with_reader() {
  CoreConfig config = lujing::test::muck_truck();
  config.haul.enabled = true;
  config.haul.vehicle = "M-1";
  config.driver_card = hal::InputId{9};
  return config;
}

Ride ride_with(std::optional<std::uint64_t> shown) {
  Ride ride;
  ride.boot().hoist(SwitchState::off).cover(SwitchState::on).load(0.02).wheels_kmh(0);
  ride.gnss(30.4, 114.8, "2026-05-01T02:00:00Z").heading(1, 0, pi / 2);
  ride.say(card(0)).pass(5);
  if (shown) ride.say(card(static_cast<double>(*shown))).pass(2);
  return ride.say(card(0)).wheels_kmh(30).pass(90);
}

std::string alarms_of(const Ride& ride, std::vector<protocol::Record>* told = nullptr,
                      std::vector<protocol::Record>* recalled = nullptr) {
  Core core(truck_with_reader());
  std::vector<protocol::Record> records;
  for (const hal::Observation& observation : ride.told()) core.take(observation, records);
  std::string text;
  for (const AlarmRecord& alarm : only<AlarmRecord>(records)) text += alarm.rule + " ";
  if (told != nullptr) *told = records;
  if (recalled != nullptr) *recalled = core.recall();
  return text;
}

TEST(Mt14, IsRaisedByADriverWithoutACardAndNotByOneWhoShowsHis) {
  EXPECT_NE(alarms_of(ride_with(std::nullopt)).find("MT-14"), std::string::npos);
  std::vector<protocol::Record> recalled;
  EXPECT_EQ(alarms_of(ride_with(wang), nullptr, &recalled).find("MT-14"), std::string::npos);
  // The next run is told who drove.
  Ride next;
  next.boot(0xb008);
  for (const hal::Recalled& piece : pieces_of(pack_recalled(recalled))) next.say(piece);
  next.hoist(SwitchState::off).cover(SwitchState::on).load(0.02).say(card(0)).wheels_kmh(30);
  next.gnss(30.4, 114.8, "2026-05-01T02:05:00Z").heading(1, 0, pi / 2).pass(90);
  EXPECT_EQ(alarms_of(next).find("MT-14"), std::string::npos);
}

}  // namespace
}  // namespace lujing::core
